/** Waiting for a time, or for somebody to say that something happened. */

const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Wait for a number of seconds, or until the signal comes. */
export function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, Math.min(seconds * 1000, MAX_TIMEOUT_MS));
    signal?.addEventListener("abort", done);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** The relay's clock as far as it was heard of; it goes on between, and never back. */
export class RelayClock {
  #time: number | undefined;
  #heardAt = 0;

  /** Take a time that the relay named, milliseconds since 1970. */
  heard(time: number): void {
    const now = this.now();
    if (now !== undefined && now >= time) return;
    this.#time = time;
    this.#heardAt = performance.now();
  }

  /** Tell the time, milliseconds since 1970; undefined if the relay has not named one. */
  now(): number | undefined {
    if (this.#time === undefined) return undefined;
    return Math.floor(this.#time + performance.now() - this.#heardAt);
  }
}

/** Something to wait for that others set off; a call that nobody waits for yet is not lost. */
export class Bell {
  #isRung = false;
  #listener: (() => void) | undefined;

  /** Wake who waits. */
  ring(): void {
    this.#isRung = true;
    this.#listener?.();
  }

  /** Take it that it was not rung. */
  silence(): void {
    this.#isRung = false;
  }

  /** Wait until it is rung, at most a number of seconds; then it is as if it had not been. */
  async wait(seconds = Number.POSITIVE_INFINITY): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(seconds)
          ? setTimeout(resolve, Math.min(seconds * 1000, MAX_TIMEOUT_MS))
          : undefined;
        this.#listener = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#listener = undefined;
    }
    this.#isRung = false;
  }
}
