/** Clocking: medians in milliseconds. */

/** What is clocked. */
export const OPERATIONS = ["join", "process", "update", "follow", "encrypt", "decrypt"] as const;

export type Times = Record<(typeof OPERATIONS)[number], number>;

/** Give the median. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Run an action some times; gives the median of the times, and the last result. */
export async function clocked<T>(
  times: number,
  action: () => T | Promise<T>,
): Promise<[number, T]> {
  const taken: number[] = [];
  for (;;) {
    const start = performance.now();
    const result = await action();
    taken.push(performance.now() - start);
    if (taken.length >= times) return [median(taken), result];
  }
}
