/** The room keys a member knows: the current one whole, of older ones what reads the past. */

import { DecryptionFailed } from "../errors.ts";
import { openKeyChain, type PastKeys } from "./history.ts";
import type { RoomSecrets } from "./root.ts";

/** `current` is the newest room key that this member was given; key ids count from 0. */
export class KeyRing {
  readonly current: RoomSecrets;
  readonly #past: ReadonlyMap<number, PastKeys>;

  constructor(current: RoomSecrets, past: Iterable<PastKeys> = []) {
    this.current = current;
    this.#past = new Map(Array.from(past, (keys) => [keys.keyId, keys]));
  }

  /** What is kept of older room keys, the oldest first. */
  get past(): readonly PastKeys[] {
    return [...this.#past.values()].sort((left, right) => left.keyId - right.keyId);
  }

  /** Give the keys that open names and history under a key id; undefined if they are unknown. */
  find(keyId: number): PastKeys | undefined {
    const { current } = this;
    if (keyId === current.keyId) {
      return { keyId, names: current.names, history: current.history };
    }
    return this.#past.get(keyId);
  }

  /** Return a ring whose current room key is `next`; the one before goes to the past. */
  turn(next: RoomSecrets): KeyRing {
    const { keyId, names, history } = this.current;
    const known = [...this.#past.values(), { keyId, names, history }];
    return new KeyRing(
      next,
      known.filter((keys) => keys.keyId < next.keyId),
    );
  }

  /**
   * Return a ring with the older keys that sealed `links`, by key id, lead to.
   *
   * A link that does not open leads nowhere; what is known already stays.
   */
  followChain(roomId: Uint8Array, links: ReadonlyMap<number, Uint8Array>): KeyRing {
    let ring: KeyRing = this;
    for (const [keyId, sealed] of [...links].sort(([left], [right]) => right - left)) {
      const newer = ring.find(keyId);
      if (newer === undefined || ring.find(keyId - 1) !== undefined) continue;
      try {
        const older = openKeyChain(newer.history, keyId, roomId, sealed);
        ring = new KeyRing(ring.current, [...ring.past, older]);
      } catch (error) {
        if (!(error instanceof DecryptionFailed)) throw error;
      }
    }
    return ring;
  }
}
