/** A curve over a small prime field: y^2 = x^3 + 2x + 3 modulo 97, with points one can count. */

export const FIELD = 97;
const A = 2;
const B = 3;

export type Point = readonly [x: number, y: number];

/** Where everybody begins: adding it again and again leads through 50 places. */
export const BASE: Point = [0, 10];
export const ORDER = 50;

/** All points that have coordinates. */
export const POINTS: readonly Point[] = everyPoint();

/** Add two points; undefined stands for the point without coordinates, which changes nothing. */
export function add(one: Point | undefined, other: Point | undefined): Point | undefined {
  if (one === undefined) return other;
  if (other === undefined) return one;
  const [x1, y1] = one;
  const [x2, y2] = other;
  if (x1 === x2 && (y1 + y2) % FIELD === 0) return undefined;
  const slope = x1 === x2 ? (3 * x1 * x1 + A) * inverse(2 * y1) : (y2 - y1) * inverse(x2 - x1);
  const x = modulo(modulo(slope) ** 2 - x1 - x2);
  return [x, modulo(modulo(slope) * (x1 - x) - y1)];
}

/** Add the base to itself so many times. */
export function times(count: number, point: Point | undefined = BASE): Point | undefined {
  let sum: Point | undefined;
  for (let done = 0; done < count; done += 1) sum = add(sum, point);
  return sum;
}

function everyPoint(): readonly Point[] {
  const all = Array.from({ length: FIELD }, (_, number) => number);
  return all.flatMap((x) =>
    all.filter((y) => modulo(y * y - (x * x * x + A * x + B)) === 0).map((y): Point => [x, y]),
  );
}

function modulo(number: number): number {
  return ((number % FIELD) + FIELD) % FIELD;
}

function inverse(number: number): number {
  const wanted = modulo(number);
  for (let tried = 1; tried < FIELD; tried += 1) {
    if (modulo(wanted * tried) === 1) return tried;
  }
  throw new RangeError("nothing divides by zero");
}
