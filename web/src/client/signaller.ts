/** Sends and hears signals while a room is connected: who is here, who is typing. */

import { equal, toHex } from "../crypto/bytes.ts";
import { CryptoError, DecodeError, RoomkeyError } from "../errors.ts";
import { type Uniform, uniform } from "./connection.ts";
import { indexOf } from "./members.ts";
import { Presence } from "./presence.ts";
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
import { Bell } from "./timing.ts";
import type { Fields, Transport } from "./transport.ts";

/** Whether a device tells others who is here and who is typing; it is asked each time. */
export interface SignalWish {
  isOn: boolean;
}

const REPEAT_MS = 60_000;
const TYPING_REPEAT_MS = 4_000;
const GREETING_SECONDS = 5;
const MAX_GREETED = 32;

/** One room's signals; `changed` is told when something else is known of others than before, `wish` whether to speak. */
export class Signaller {
  readonly presence = new Presence();
  readonly #state: RoomState;
  readonly #changed: () => void;
  readonly #wish: SignalWish;
  readonly #draw: Uniform;
  readonly #gate = new SignalGate();
  readonly #sooner = new Bell();
  #transport: Transport | undefined;
  #isRunning = false;
  #isAway = false;
  #isTyping = false;
  #lastTime = 0;
  #sayPresenceAt = 0;
  #sayTypingAt = 0;

  constructor(
    state: RoomState,
    changed: () => void,
    wish: SignalWish = { isOn: true },
    draw: Uniform = uniform,
  ) {
    this.#state = state;
    this.#changed = changed;
    this.#wish = wish;
    this.#draw = draw;
  }

  /** Say that this member has come in, and go on; nothing if that was said. */
  start(transport: Transport): void {
    if (this.#transport === transport) return;
    this.#transport = transport;
    this.#sayPresenceAt = performance.now();
    this.#sooner.ring();
    if (!this.#isRunning) this.#run();
  }

  /** Say nothing more, and forget what was heard: the connection is gone. */
  stop(): void {
    this.#transport = undefined;
    this.#isTyping = false;
    this.#sooner.ring();
    if (this.presence.leaves().length === 0) return;
    this.presence.forgetAll();
    this.#changed();
  }

  /** Say whether nobody is looking. */
  setAway(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#sayPresence();
  }

  /** Say whether the person is writing; said again until it is taken back. */
  setTyping(isTyping: boolean): void {
    if (isTyping === this.#isTyping) return;
    this.#isTyping = isTyping;
    this.#say(isTyping ? SignalKind.TYPING : SignalKind.STOPPED_TYPING);
    this.#sayTypingAt = performance.now() + TYPING_REPEAT_MS;
    this.#sooner.ring();
  }

  /** Take it that the writing has ended with a message, which says so by itself. */
  sentMessage(): void {
    this.#isTyping = false;
  }

  /** Take it that a member writes no more, since its message is here. */
  gotMessage(leaf: Uint8Array): void {
    if (this.presence.of(leaf).typingUntil === 0) return;
    this.presence.hear(leaf, SignalKind.STOPPED_TYPING);
    this.#changed();
  }

  /** Forget those who are in the group no more. */
  groupChanged(): void {
    const { group } = this.#state;
    for (const leaf of this.presence.leaves()) {
      if (group === undefined || indexOf(group, leaf) === undefined) this.presence.forget(leaf);
    }
  }

  /** Take a signal that the relay passes on; what is not as it should be is dropped. */
  heard({ leaf, body }: Fields): void {
    if (!(leaf instanceof Uint8Array && body instanceof Uint8Array)) return;
    try {
      this.#hear(leaf, this.#open(leaf, body));
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof CryptoError)) throw error;
    }
  }

  #open(leaf: Uint8Array, body: Uint8Array): Signal {
    const { group, store, leafKey, roomId } = this.#state;
    if (group === undefined || equal(leaf, leafKey) || indexOf(group, leaf) === undefined) {
      throw new DecodeError("a signal of nobody here");
    }
    if (store.statements().has(toHex(leaf))) throw new DecodeError("a signal of somebody who left");
    const signal = openSignal(signalKey(group, leaf), leaf, roomId, group.epoch, body);
    this.#gate.admit(leaf, signal, Date.now());
    return signal;
  }

  #hear(leaf: Uint8Array, { kind }: Signal): void {
    const { before, after } = this.presence.hear(leaf, kind);
    const isNew = before.presence === "unknown" && after.presence !== "unknown";
    if (isNew && this.#state.joined.members().length <= MAX_GREETED) {
      // who comes in sees soon who is here
      const soon = performance.now() + this.#draw(0, GREETING_SECONDS) * 1000;
      this.#sayPresenceAt = Math.min(this.#sayPresenceAt, soon);
    }
    const isChange =
      before.presence !== after.presence || before.typingUntil > 0 !== after.typingUntil > 0;
    if (isChange) this.#changed();
    this.#sooner.ring();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#transport !== undefined) {
      if (this.presence.expire()) this.#changed();
      const now = performance.now();
      if (now >= this.#sayPresenceAt) this.#sayPresence();
      if (this.#isTyping && now >= this.#sayTypingAt) {
        this.#sayTypingAt = now + TYPING_REPEAT_MS;
        this.#say(SignalKind.TYPING);
      }
      const due = [(this.#sayPresenceAt - now) / 1000, this.presence.secondsToExpiry()];
      if (this.#isTyping) due.push((this.#sayTypingAt - now) / 1000);
      await this.#sooner.wait(Math.max(0.01, Math.min(...due)));
    }
    this.#isRunning = false;
  }

  #sayPresence(): void {
    this.#sayPresenceAt = performance.now() + REPEAT_MS;
    this.#say(this.#isAway ? SignalKind.AWAY : SignalKind.HERE);
  }

  #say(kind: SignalWord): void {
    const { group, identity, roomId, leafKey } = this.#state;
    if (!this.#wish.isOn || this.#transport === undefined || group === undefined) return;
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    const signal = { kind, time: this.#lastTime };
    const key = signalKey(group, leafKey);
    const body = sealSignal(key, identity.privateKey, roomId, group.epoch, signal);
    this.#transport.request("room.signal", { room: roomId, body }).catch((error: unknown) => {
      // a lost signal is made good by the next
      if (!(error instanceof RoomkeyError)) throw error;
    });
  }
}
