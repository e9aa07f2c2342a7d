/** Whole numbers in what others sent. */

/** Say whether a value is a whole number from 0 to `most`, and exact as such. */
export function isUint(value: unknown, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;
}
