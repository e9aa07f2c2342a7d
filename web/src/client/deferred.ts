/** A promise that others settle, and that may be left without anybody who waits for it. */

export class Deferred<T> {
  readonly promise: Promise<T>;
  /** Say what came of it; the first word counts. */
  resolve: (value: T) => void = () => undefined;
  /** Say that nothing came of it; the first word counts. */
  reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // nobody has to wait for it, and then nobody is told that it failed
    this.promise.catch(() => undefined);
  }
}
