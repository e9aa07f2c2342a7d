/** What a member has heard of who is here and who is typing (docs/protocol/signals.md). */

import { toHex } from "../crypto/bytes.ts";
import { fromHex } from "./hex.ts";
import { SignalKind, type SignalWord } from "./signals.ts";

export const PRESENCE_MS = 150_000;
export const TYPING_MS = 10_000;

export type PresenceWord = "here" | "away" | "unknown";

/** What is known of one leaf, and until when, on a clock of milliseconds. */
interface Heard {
  readonly presence: PresenceWord;
  readonly presenceUntil: number;
  /** Zero if it does not write. */
  readonly typingUntil: number;
}

const NOTHING: Heard = {
  presence: "unknown",
  presenceUntil: Number.POSITIVE_INFINITY,
  typingUntil: 0,
};

/** What was known of a leaf before something was heard, and what is known now. */
interface HeardChange {
  readonly before: Heard;
  readonly after: Heard;
}

/** All that was heard. */
export class Presence {
  readonly #heard = new Map<string, Heard>();
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Say what is known of a leaf. */
  of(leaf: Uint8Array): Heard {
    return this.#heard.get(toHex(leaf)) ?? NOTHING;
  }

  /** Take a signal. */
  hear(leaf: Uint8Array, kind: SignalWord): HeardChange {
    const now = this.#clock();
    const before = this.of(leaf);
    const after = { ...before, ...heardIn(kind, now) };
    this.#heard.set(toHex(leaf), after);
    return { before, after };
  }

  /** Forget a leaf that is in the group no more. */
  forget(leaf: Uint8Array): void {
    this.#heard.delete(toHex(leaf));
  }

  /** Forget all that was heard. */
  forgetAll(): void {
    this.#heard.clear();
  }

  /** Forget what is too old; says whether there was anything. */
  expire(): boolean {
    const now = this.#clock();
    let isAny = false;
    for (const [leaf, heard] of [...this.#heard]) {
      const isOld = heard.presenceUntil <= now;
      const hasEnded = heard.typingUntil > 0 && heard.typingUntil <= now;
      if (!isOld && !hasEnded) continue;
      isAny = true;
      this.#heard.set(leaf, {
        presence: isOld ? NOTHING.presence : heard.presence,
        presenceUntil: isOld ? NOTHING.presenceUntil : heard.presenceUntil,
        typingUntil: hasEnded ? 0 : heard.typingUntil,
      });
    }
    return isAny;
  }

  /** Say in how many seconds something will be too old; infinity if nothing will. */
  secondsToExpiry(): number {
    const moments = [...this.#heard.values()].map(({ presenceUntil, typingUntil }) =>
      Math.min(presenceUntil, typingUntil || Number.POSITIVE_INFINITY),
    );
    return (Math.min(Number.POSITIVE_INFINITY, ...moments) - this.#clock()) / 1000;
  }

  /** List the leaves of which something is known. */
  leaves(): Uint8Array[] {
    return [...this.#heard.keys()].flatMap((leaf) => fromHex(leaf) ?? []);
  }
}

function heardIn(kind: SignalWord, now: number): Partial<Heard> {
  if (kind === SignalKind.TYPING) return { typingUntil: now + TYPING_MS };
  if (kind === SignalKind.STOPPED_TYPING) return { typingUntil: 0 };
  const presence = kind === SignalKind.HERE ? "here" : "away";
  return { presence, presenceUntil: now + PRESENCE_MS };
}
