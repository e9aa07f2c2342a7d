export const curve = {
  title: "The same idea on a curve",
  paragraphs: [
    "Numbers of 617 digits are long. There is a shorter way to the same end: points in place of powers.",
    "The dots below are all pairs of numbers that fulfil y^2 = x^3 + 2x + 3 when one keeps remainders of 97. There is a rule for adding two of these points; it gives another of them. Adding the starting point G to itself a few times is easy. Telling from the result how many times it was is hard.",
    "So Alice and Bob each choose how many times, and everything else goes as before. The line follows Alice from G, one addition at a time: it jumps about as if by chance.",
  ],
  a: "Alice's secret: how many times",
  b: "Bob's secret: how many times",
  outOfRange: (most: string) => `Type a whole number from 1 to ${most}.`,
  nowhere: "the point without coordinates, the zero of this addition",
  picture: "The points of the curve, and the way from G to Alice's point A.",
  base: (point: string) => `Both start at the same point, G = ${point}. Everybody may know it.`,
  sendsA: (count: string, point: string) => `Alice adds G ${count} times and sends A = ${point}.`,
  sendsB: (count: string, point: string) => `Bob adds G ${count} times and sends B = ${point}.`,
  secretA: (from: string, count: string, point: string) =>
    `Alice adds Bob's point ${from} ${count} times: s = ${point}.`,
  secretB: (from: string, count: string, point: string) =>
    `Bob adds Alice's point ${from} ${count} times: s = ${point}, the same.`,
  after: [
    "On a curve with enough points no way is known that is much better than trying. That is why much shorter numbers do: 256 bits here are thought to be as hard as about 3,000 bits above. A large quantum computer would break both.",
    "The curve that most of the internet uses for this is called X25519. Roomkey uses it too, and a relative of it, ristretto255, for what comes next.",
  ],
};
