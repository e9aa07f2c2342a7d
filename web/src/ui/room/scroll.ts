import { type ReadonlySignal, signal } from "@preact/signals";
import { contains, Offsets, type Range } from "./offsets.ts";

/** What stays where it is when rows come, go or change their height. */
type Anchor =
  | { readonly kind: "end" }
  /** The row `key` begins `offset` pixels below the upper edge. */
  | { readonly kind: "row"; readonly key: string; readonly offset: number };

const END: Anchor = { kind: "end" };
/** As near to its end the timeline follows what comes. */
const FOLLOW_PX = 8;
/** Space left above a row that was gone to. */
const MARGIN_PX = 12;
/** Parts of the visible height: what is shown at least above and below it, and what is shown anew. */
const NEEDED = 0.4;
const SHOWN = 1;
/** The first row that others can be held by: the one above it stays above all that come. */
const FIRST = 1;
/** Before it is in the page nobody knows how high the timeline is. */
const UNKNOWN_HEIGHT = 800;

/** Shows the rows in sight, and a few more, of as many as there are; none of them moves by itself. */
export class TimelineScroll<Row extends { readonly key: string }> {
  readonly #guess: (row: Row) => number;
  readonly #heights = new Map<string, number>();
  readonly #shown = signal<Range>({ first: 0, end: 0 });
  readonly #seen = signal<Range>({ first: 0, end: 0 });
  readonly #isAtEnd = signal(true);
  #rows: readonly Row[] = [];
  #places = new Map<string, number>();
  #offsets = new Offsets([]);
  #anchor: Anchor = END;
  #scroller: HTMLElement | undefined;
  #list: HTMLElement | undefined;
  /** Where it stood when last looked at: anything else is the person's scrolling. */
  #knownTop = 0;

  /** `guess` tells a row's height, in pixels, as far as one can before it was shown. */
  constructor(guess: (row: Row) => number) {
    this.#guess = guess;
  }

  /** The rows to render. */
  get shown(): ReadonlySignal<Range> {
    return this.#shown;
  }

  /** The rows before the person's eyes. */
  get seen(): ReadonlySignal<Range> {
    return this.#seen;
  }

  /** Whether the timeline follows what comes. */
  get isAtEnd(): ReadonlySignal<boolean> {
    return this.#isAtEnd;
  }

  get offsets(): Offsets {
    return this.#offsets;
  }

  /** Begin with an element that scrolls and the list of rows in it; answers how to stop. */
  attach(scroller: HTMLElement, list: HTMLElement): () => void {
    this.#scroller = scroller;
    this.#list = list;
    const onScroll = () => {
      if (this.#notice()) this.#look();
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    const observer = new ResizeObserver(() => this.settle());
    observer.observe(scroller);
    observer.observe(list);
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", onScroll);
    };
  }

  /** Take the rows there are now; answers which to render. */
  hold(rows: readonly Row[]): Range {
    if (rows !== this.#rows) {
      this.#notice();
      const places = new Map(rows.map((row, place) => [row.key, place]));
      this.#anchor = this.#anchorIn(places);
      this.#rows = rows;
      this.#places = places;
      this.#measureAll();
      this.#show();
    }
    return this.#shown.value;
  }

  /** After rendering: learn how high the rows are, and put the anchor back to its place. */
  settle(): void {
    const scroller = this.#scroller;
    const list = this.#list;
    if (!scroller || !list) return;
    this.#notice();
    if (this.#measure(list)) this.#measureAll();
    list.parentElement?.style.setProperty("block-size", `${this.#offsets.total}px`);
    list.style.setProperty("inset-block-start", `${this.#offsets.top(this.#shown.peek().first)}px`);
    const top = this.#wantedTop();
    if (Math.abs(scroller.scrollTop - top) > 0.5) scroller.scrollTop = top;
    this.#knownTop = scroller.scrollTop;
    this.#look();
  }

  toEnd(): void {
    this.#hold(END);
  }

  /** Bring a row to a part of the height (0 above, 1 below). */
  toRow(key: string, part = 0.25): void {
    this.#hold({ kind: "row", key, offset: Math.max(MARGIN_PX, this.#height() * part) });
  }

  /** Bring a row into sight by as little as needed; the last one brings the end. */
  reveal(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    if (place === this.#rows.length - 1) {
      this.toEnd();
      return;
    }
    const top = this.#offsets.top(place) - this.#top();
    const height = this.#offsets.height(place);
    const lowest = this.#height() - MARGIN_PX - height;
    if (top >= 0 && top <= lowest) return;
    const offset = top < 0 ? MARGIN_PX : Math.max(MARGIN_PX, lowest);
    this.#hold({ kind: "row", key, offset });
  }

  #hold(anchor: Anchor): void {
    this.#notice();
    this.#anchor = anchor;
    this.#show();
    this.settle();
  }

  /** Anchor anew if the person has scrolled, also when the event for it is still to come. */
  #notice(): boolean {
    const scroller = this.#scroller;
    if (!scroller || Math.abs(scroller.scrollTop - this.#knownTop) < 1) return false;
    const top = scroller.scrollTop;
    this.#knownTop = top;
    const isEnd = top + scroller.clientHeight >= scroller.scrollHeight - FOLLOW_PX;
    const place = Math.max(FIRST, this.#offsets.at(top));
    const row = this.#rows[place];
    if (isEnd || !row) this.#anchor = END;
    else this.#anchor = { kind: "row", key: row.key, offset: this.#offsets.top(place) - top };
    return true;
  }

  /** The anchor, or the next row below it that is still there once rows have gone. */
  #anchorIn(places: ReadonlyMap<string, number>): Anchor {
    const anchor = this.#anchor;
    if (anchor.kind === "end" || places.has(anchor.key)) return anchor;
    const place = this.#places.get(anchor.key);
    if (place === undefined) return anchor;
    const below = this.#rows.findIndex((row, other) => other > place && places.has(row.key));
    const row = this.#rows[below];
    if (!row) return END;
    return { kind: "row", key: row.key, offset: this.#offsets.top(below) - this.#top() };
  }

  /** Note what is in sight; render other rows if those that are rendered do not suffice. */
  #look(): void {
    const top = this.#top();
    const height = this.#height();
    const seen = this.#offsets.between(top + 1, top + height - 1);
    const before = this.#seen.peek();
    if (seen.first !== before.first || seen.end !== before.end) this.#seen.value = seen;
    this.#isAtEnd.value = this.#offsets.total - top - height <= FOLLOW_PX;
    const needed = this.#offsets.between(top - height * NEEDED, top + height * (1 + NEEDED));
    if (!contains(this.#shown.peek(), needed)) this.#show();
  }

  #show(): void {
    const top = this.#wantedTop();
    const height = this.#height();
    const range = this.#offsets.between(top - height * SHOWN, top + height * (1 + SHOWN));
    const shown = this.#shown.peek();
    if (range.first !== shown.first || range.end !== shown.end) this.#shown.value = range;
  }

  #wantedTop(): number {
    const anchor = this.#anchor;
    const last = Math.max(0, this.#offsets.total - this.#height());
    const place = anchor.kind === "row" ? this.#places.get(anchor.key) : undefined;
    if (anchor.kind === "end" || place === undefined) return last;
    return Math.max(0, Math.min(this.#offsets.top(place) - anchor.offset, last));
  }

  #top(): number {
    return this.#scroller?.scrollTop ?? this.#wantedTop();
  }

  #height(): number {
    return this.#scroller?.clientHeight || UNKNOWN_HEIGHT;
  }

  #measure(list: HTMLElement): boolean {
    let hasChanged = false;
    for (const element of list.children) {
      const { key } = (element as HTMLElement).dataset;
      const height = element.getBoundingClientRect().height;
      if (key === undefined || height === 0 || this.#heights.get(key) === height) continue;
      this.#heights.set(key, height);
      hasChanged = true;
    }
    return hasChanged;
  }

  #measureAll(): void {
    this.#offsets = new Offsets(
      this.#rows.map((row) => this.#heights.get(row.key) ?? this.#guess(row)),
    );
  }
}
