/** One window, worker or program at a time works on a room. */

import { StateLocked } from "../errors.ts";

/** A room taken; it ends with the worker at the latest. */
export interface RoomLock {
  release(): void;
}

/** Where rooms are taken. */
export interface Locks {
  /** Take a room at once; throws StateLocked. */
  take(name: string): Promise<RoomLock>;
  /** Take a room as soon as nobody else has it; rejects with the signal's reason when that comes. */
  wait(name: string, signal: AbortSignal): Promise<RoomLock>;
}

/** The browser's own locks, over all windows and workers of this origin. */
export class WebLocks implements Locks {
  take(name: string): Promise<RoomLock> {
    return this.#request(name, { ifAvailable: true });
  }

  wait(name: string, signal: AbortSignal): Promise<RoomLock> {
    return this.#request(name, { signal });
  }

  #request(name: string, options: LockOptions): Promise<RoomLock> {
    return new Promise((resolve, reject) => {
      const held = navigator.locks.request(`room:${name}`, options, (lock) => {
        if (lock === null) throw new StateLocked();
        return new Promise<void>((release) => resolve({ release }));
      });
      held.catch(reject);
    });
  }
}

/** Locks among those who share this object: for a private window, and for tests. */
export class MemoryLocks implements Locks {
  readonly #waiting = new Map<string, (() => void)[]>();

  async take(name: string): Promise<RoomLock> {
    if (this.#waiting.has(name)) throw new StateLocked();
    this.#waiting.set(name, []);
    return this.#lock(name);
  }

  async wait(name: string, signal: AbortSignal): Promise<RoomLock> {
    signal.throwIfAborted();
    const queue = this.#waiting.get(name);
    if (queue === undefined) return this.take(name);
    return new Promise((resolve, reject) => {
      const turn = () => resolve(this.#lock(name));
      queue.push(turn);
      signal.addEventListener("abort", () => {
        const at = queue.indexOf(turn);
        if (at >= 0) queue.splice(at, 1);
        reject(signal.reason);
      });
    });
  }

  #lock(name: string): RoomLock {
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        const next = this.#waiting.get(name)?.shift();
        if (next === undefined) this.#waiting.delete(name);
        else next();
      },
    };
  }
}
