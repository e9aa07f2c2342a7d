/** Where rows lie one below the other, of which only those in sight are ever measured. */

/** A part of the rows: from `first` up to, not including, `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

export class Offsets {
  readonly #tops: Float64Array;

  /** `heights` are in pixels, measured or guessed. */
  constructor(heights: readonly number[]) {
    this.#tops = new Float64Array(heights.length + 1);
    let top = 0;
    heights.forEach((height, place) => {
      top += height;
      this.#tops[place + 1] = top;
    });
  }

  get count(): number {
    return this.#tops.length - 1;
  }

  get total(): number {
    return this.#tops[this.count] ?? 0;
  }

  /** Where a row begins; the total for the place behind the last one. */
  top(place: number): number {
    return this.#tops[Math.max(0, Math.min(place, this.count))] ?? 0;
  }

  height(place: number): number {
    return this.top(place + 1) - this.top(place);
  }

  /** The row at the height `y`; the first or the last one if `y` is outside. */
  at(y: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The rows that are at least partly between two heights. */
  between(top: number, bottom: number): Range {
    if (this.count === 0) return { first: 0, end: 0 };
    return { first: this.at(top), end: this.at(bottom) + 1 };
  }
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.end <= outer.end;
}
