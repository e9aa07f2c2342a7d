/** Where random bytes come from: a function handed in, so that tests can repeat what they saw. */

/** Returns as many unpredictable bytes as asked for. */
export type Random = (length: number) => Uint8Array;

const MAX_REQUEST = 65536;

/** Return `length` bytes from the browser's generator, the source for all real use. */
export function systemRandom(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  // The generator refuses to fill more than this at once.
  for (let start = 0; start < length; start += MAX_REQUEST) {
    crypto.getRandomValues(bytes.subarray(start, start + MAX_REQUEST));
  }
  return bytes;
}
