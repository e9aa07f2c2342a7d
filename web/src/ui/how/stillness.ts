/** Whether the person asked for a page on which nothing moves. */
export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
