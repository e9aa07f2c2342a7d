/** Waiting for a person to give the room key that a host changed it to. */

import { type RoomkeyError, WrongRoomKey } from "../errors.ts";
import type { RoomSecrets } from "../keys/root.ts";
import { Deferred } from "./deferred.ts";
import { fits } from "./rekeying.ts";
import type { RoomState } from "./room_state.ts";
import { Bell } from "./timing.ts";

/** `isOn` while a room cannot go on without the new room key; `onNeeded` is told then. */
export class RoomKeyWait {
  onNeeded: () => void = () => undefined;
  readonly #state: RoomState;
  readonly #given = new Bell();
  #isOn = false;
  #offered: RoomSecrets | undefined;
  #taken: Deferred<void> | undefined;

  constructor(state: RoomState) {
    this.#state = state;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Keys to come in with that the known rules do not speak of. */
  get offered(): RoomSecrets | undefined {
    return this.#offered;
  }

  /**
   * Take a room key that a person was told; throws WrongRoomKey, or why it cannot be tried.
   *
   * It is right if the rules say so that are known here. If they may be older than the relay's,
   * or the relay has refused it, that is found out by coming in with it.
   */
  async give(secrets: RoomSecrets): Promise<void> {
    const state = this.#state;
    const { rules } = state;
    const named = rules && secrets.withKeyId(rules.keyId);
    if (rules !== undefined && named !== undefined && fits(named, rules)) {
      if (state.needsRoomKey) {
        await state.store.transaction(() => state.saveRing(state.ring.turn(named)));
        this.#given.ring();
        return;
      }
      if (!this.#isOn) return;
    }
    if (!this.#isOn || this.#offered !== undefined) throw new WrongRoomKey();
    const taken = new Deferred<void>();
    this.#offered = secrets;
    this.#taken = taken;
    this.#given.ring();
    await taken.promise;
  }

  /** Note that nothing goes on without the room key. */
  begin(): void {
    this.#isOn = true;
    this.#given.silence();
    this.answer(new WrongRoomKey());
    this.onNeeded();
  }

  /** Wait until a room key is given, or the room is closed. */
  async end(): Promise<void> {
    await this.#given.wait();
    this.#isOn = false;
  }

  /** Wait no longer: the room is closed. */
  stop(error: RoomkeyError): void {
    this.answer(error);
    this.#given.ring();
  }

  /** Tell who gave a room key whether it was taken. */
  answer(error?: RoomkeyError): void {
    const taken = this.#taken;
    this.#taken = undefined;
    this.#offered = undefined;
    if (error === undefined) taken?.resolve();
    else taken?.reject(error);
  }
}
