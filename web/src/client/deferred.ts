/** A promise that others settle, and that may be left without anybody who waits for it. */

export class Deferred<T> {
  readonly promise: Promise<T>;
  #settle: ((value: T) => void) | undefined;
  #fail: ((error: unknown) => void) | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    // nobody has to wait for it, and then nobody is told that it failed
    this.promise.catch(() => undefined);
  }

  get isSettled(): boolean {
    return this.#settle === undefined;
  }

  /** Say what came of it; the first word counts. */
  resolve(value: T): void {
    this.#settle?.(value);
    this.#settle = this.#fail = undefined;
  }

  /** Say that nothing came of it; the first word counts. */
  reject(error: unknown): void {
    this.#fail?.(error);
    this.#settle = this.#fail = undefined;
  }
}
