/** Who is here, who is away and who is typing, as members tell each other (signals.md). */

import { equal, toHex } from "../crypto/bytes.ts";
import { CryptoError, DecodeError, RoomkeyError } from "../errors.ts";
import { type Uniform, uniform } from "./connection.ts";
import { indexOf } from "./members.ts";
import type { RoomState } from "./room_state.ts";
import {
  openSignal,
  type Signal,
  SignalGate,
  SignalKind,
  type SignalWord,
  sealSignal,
  signalKey,
} from "./signals.ts";
import type { Transport } from "./transport.ts";

const REPEAT_MS = 60_000;
const FORGET_MS = 150_000;
const TYPING_REPEAT_MS = 4_000;
const TYPING_FORGET_MS = 10_000;
const GREETING_SECONDS = 5;
const MAX_GREETED = 32;

/** What is known of one member. */
export interface MemberPresence {
  readonly presence: "here" | "away" | "unknown";
  readonly isTyping: boolean;
}

interface Heard {
  presence: "here" | "away" | "unknown";
  presenceAt: number;
  typingAt: number;
}

const NOTHING_HEARD: MemberPresence = { presence: "unknown", isTyping: false };

/** What one member hears and says; `changed` is told when it hears something new. */
export class Presence {
  readonly #state: RoomState;
  readonly #online: () => Transport;
  readonly #changed: () => void;
  readonly #draw: Uniform;
  readonly #gate = new SignalGate();
  readonly #heard = new Map<string, Heard>();
  #isAway = false;
  #isTyping = false;
  #lastTime = 0;
  #repeating: ReturnType<typeof setInterval> | undefined;
  #typing: ReturnType<typeof setInterval> | undefined;
  #greeting: ReturnType<typeof setTimeout> | undefined;
  #forgetting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    state: RoomState,
    online: () => Transport,
    changed: () => void,
    draw: Uniform = uniform,
  ) {
    this.#state = state;
    this.#online = online;
    this.#changed = changed;
    this.#draw = draw;
  }

  /** Say that this member has come in, and go on saying so. */
  cameIn(): void {
    clearInterval(this.#repeating);
    this.#repeating = setInterval(() => this.#sayPresence(), REPEAT_MS);
    this.#sayPresence();
  }

  /** Say nothing more, and forget what was heard: the connection is gone. */
  stop(): void {
    clearInterval(this.#repeating);
    clearInterval(this.#typing);
    clearTimeout(this.#greeting);
    clearTimeout(this.#forgetting);
    this.#greeting = this.#typing = undefined;
    this.#isTyping = false;
    this.#heard.clear();
  }

  /** Say whether nobody is looking. */
  setAway(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#sayPresence();
  }

  /** Say whether the person is writing. */
  setTyping(isTyping: boolean): void {
    if (isTyping === this.#isTyping) return;
    this.#isTyping = isTyping;
    clearInterval(this.#typing);
    if (isTyping) {
      this.#typing = setInterval(() => this.#say(SignalKind.TYPING), TYPING_REPEAT_MS);
    }
    this.#say(isTyping ? SignalKind.TYPING : SignalKind.STOPPED_TYPING);
  }

  /** Take it that writing has ended with a message, which says so by itself. */
  sentMessage(): void {
    clearInterval(this.#typing);
    this.#isTyping = false;
  }

  /** Take it that a member types no more, since its message is here. */
  gotMessage(leaf: Uint8Array): void {
    const heard = this.#heard.get(toHex(leaf));
    if (heard === undefined || heard.typingAt === 0) return;
    heard.typingAt = 0;
    this.#changed();
  }

  /** Say what is known of the member with a leaf key. */
  of(leaf: Uint8Array): MemberPresence {
    const heard = this.#heard.get(toHex(leaf));
    if (heard === undefined) return NOTHING_HEARD;
    const now = Date.now();
    return {
      presence: now - heard.presenceAt < FORGET_MS ? heard.presence : "unknown",
      isTyping: now - heard.typingAt < TYPING_FORGET_MS,
    };
  }

  /** Take a signal as the relay hands it on; what is not as it should be is dropped. */
  take(leaf: Uint8Array, body: Uint8Array): void {
    const { group, store, leafKey, roomId } = this.#state;
    if (group === undefined || equal(leaf, leafKey)) return;
    if (indexOf(group, leaf) === undefined || store.statements().has(toHex(leaf))) return;
    let signal: Signal;
    try {
      signal = openSignal(signalKey(group, leaf), leaf, roomId, group.epoch, body);
      this.#gate.admit(leaf, signal, Date.now());
    } catch (error) {
      if (error instanceof DecodeError || error instanceof CryptoError) return;
      throw error;
    }
    this.#note(leaf, signal.kind);
    this.#forgetLater();
    this.#changed();
  }

  #note(leaf: Uint8Array, kind: SignalWord): void {
    const key = toHex(leaf);
    const heard = this.#heard.get(key) ?? { presence: "unknown", presenceAt: 0, typingAt: 0 };
    const now = Date.now();
    if (kind === SignalKind.TYPING) heard.typingAt = now;
    else if (kind === SignalKind.STOPPED_TYPING) heard.typingAt = 0;
    else {
      if (this.of(leaf).presence === "unknown") this.#greetSoon();
      heard.presence = kind === SignalKind.HERE ? "here" : "away";
      heard.presenceAt = now;
    }
    this.#heard.set(key, heard);
  }

  /** Let somebody who has just come in see soon that this member is here. */
  #greetSoon(): void {
    const { group } = this.#state;
    if (this.#greeting !== undefined || (group?.members().length ?? 0) > MAX_GREETED) return;
    this.#greeting = setTimeout(() => {
      this.#greeting = undefined;
      this.#sayPresence();
    }, this.#draw(0, GREETING_SECONDS) * 1000);
  }

  /** Have it told when what was heard is too old to be believed. */
  #forgetLater(): void {
    clearTimeout(this.#forgetting);
    const now = Date.now();
    const ends = [...this.#heard.values()]
      .flatMap(({ presenceAt, typingAt }) => [presenceAt + FORGET_MS, typingAt + TYPING_FORGET_MS])
      .filter((end) => end > now);
    if (ends.length === 0) return;
    this.#forgetting = setTimeout(
      () => {
        this.#changed();
        this.#forgetLater();
      },
      Math.min(...ends) - now + 1,
    );
  }

  #sayPresence(): void {
    this.#say(this.#isAway ? SignalKind.AWAY : SignalKind.HERE);
  }

  #say(kind: SignalWord): void {
    const { group, identity, roomId, leafKey } = this.#state;
    if (group === undefined) return;
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    const signal = { kind, time: this.#lastTime };
    const key = signalKey(group, leafKey);
    const body = sealSignal(key, identity.privateKey, roomId, group.epoch, signal);
    this.#send(body).catch((error: unknown) => {
      // a lost signal is made good by the next
      if (!(error instanceof RoomkeyError)) throw error;
    });
  }

  async #send(body: Uint8Array): Promise<void> {
    await this.#online().request("room.signal", { room: this.#state.roomId, body });
  }
}
