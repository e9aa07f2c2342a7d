/** Drops what has expired, and what is older than the room keeps, when its time comes. */

import { StateError } from "../errors.ts";
import type { Event } from "./events.ts";
import type { RoomState } from "./room_state.ts";
import { Bell } from "./timing.ts";
import { dropExpired, dropOld, nextExpiry } from "./transcript.ts";

const SWEEP_SECONDS = 600;

/** One room's timer; it runs while the room is open, connected or not. */
export class Expiry {
  readonly #state: RoomState;
  readonly #tell: (event: Event) => void;
  readonly #bell = new Bell();
  #isStopping = false;
  #life: Promise<void> | undefined;

  constructor(state: RoomState, tell: (event: Event) => void) {
    this.#state = state;
    this.#tell = tell;
  }

  /** Begin. */
  start(): void {
    this.#life = this.#live();
  }

  /** Look now: something came that may expire soon, or the relay's clock is known. */
  nudge(): void {
    this.#bell.ring();
  }

  /** End. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#bell.ring();
    await this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#sweep();
      } catch (error) {
        // a full disk or a store that is going away: the next look may do better
        if (!(error instanceof StateError)) throw error;
      }
      const wait = (nextExpiry(this.#state.store) - Date.now()) / 1000;
      await this.#bell.wait(Math.min(SWEEP_SECONDS, Math.max(0.05, wait)));
    }
  }

  async #sweep(): Promise<void> {
    const { store, relayClock, rules } = this.#state;
    const expired = await dropExpired(store, Date.now());
    if (expired.length > 0) this.#tell({ kind: "rows gone", messages: expired, notices: [] });
    const relayNow = relayClock.now();
    if (relayNow === undefined || rules === undefined) return;
    // neither a relay's clock nor one's own that runs ahead makes all messages look old
    const now = Math.min(relayNow, Date.now());
    const old = await dropOld(store, now - rules.retention * 1000);
    if (old.messages.length > 0 || old.notices.length > 0) this.#tell(old);
  }
}
