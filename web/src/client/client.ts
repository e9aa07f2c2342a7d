/** The door to the rooms of one relay: create a room, join one, come back to one. */

import { utf8 } from "../crypto/bytes.ts";
import { DecodeError, RelayFault, RelayUnreachable, StateError, StorageFull } from "../errors.ts";
import { KeyRing } from "../keys/key_ring.ts";
import { normalizeRoomKey } from "../keys/room_key.ts";
import { deriveSecrets } from "../keys/root.ts";
import type { Keystore } from "../store/keystore.ts";
import type { RoomLock } from "../store/locks.ts";
import type { RoomStore } from "../store/room_store.ts";
import { DEFAULT_RETENTION_SECONDS } from "../wire/limits.ts";
import * as roomCode from "../wire/room_code.ts";
import { type Opened, openRoom, reserve, stretch } from "./admission.ts";
import { shownTitle } from "./changes.ts";
import { Backoff } from "./connection.ts";
import { CREATING, LARGE_SUITE, makeUntilAnswered, type NewRoom, startGroup } from "./creating.ts";
import { enter } from "./joining.ts";
import { Line } from "./line.ts";
import { Room } from "./room.ts";
import { loadRing, readNumber, textOf } from "./room_facts.ts";
import { type History, RoomPolicy } from "./room_policy.ts";
import { HYBRID_SUITE, newIdentity, RoomState } from "./room_state.ts";
import type { Schedule } from "./schedule.ts";
import type { SignalWish } from "./signaller.ts";
import { wellFormed } from "./text.ts";
import { SocketTransport, type Transport } from "./transport.ts";

export const MAX_NAME_BYTES = 256;

/** The steps of coming into a room, in their order. */
export type Step = "connecting" | "asking" | "stretching" | "checking" | "entering";
type Progress = (step: Step) => void;

/** A room of this device; `lastSeen` counts milliseconds since 1970. */
export interface StoredRoom {
  readonly code: string;
  readonly name: string;
  readonly title: string;
  readonly lastSeen: number;
  readonly isOver: boolean;
}

/** What a client does otherwise than by itself. */
export interface ClientOptions {
  readonly transport?: (url: string) => Transport;
  readonly schedule?: Schedule;
  readonly backoff?: () => Backoff;
  readonly signals?: SignalWish;
}

/** What a room may be made with; `retention` counts seconds. */
export interface CreateOptions {
  readonly history?: History;
  readonly retention?: number;
  readonly size?: "hybrid" | "large";
  readonly title?: string;
  readonly progress?: Progress;
}

type ComeIn = (line: Line, state: RoomState, opened: Opened) => Promise<void>;

/** Where a room is kept, taken for this worker alone. */
interface Place {
  readonly code: string;
  readonly name: string;
  readonly lock: RoomLock;
}

/** Who comes into which room, and by which room key. */
interface Coming {
  readonly place: Place;
  readonly opened: Opened;
  readonly roomKey: string;
  readonly name: string;
  readonly suite: number;
  readonly progress: Progress;
}

/** Rooms on one relay, kept in one keystore. */
export class Client {
  readonly #url: string;
  readonly #keystore: Keystore;
  readonly #options: ClientOptions;

  constructor(url: string, keystore: Keystore, options: ClientOptions = {}) {
    this.#url = url.replace(/\/+$/, "");
    this.#keystore = keystore;
    this.#options = options;
  }

  /** List the stored rooms; damaged ones are left out, and named when they are opened. */
  async rooms(): Promise<readonly StoredRoom[]> {
    const names = await this.#keystore.names();
    const found = await Promise.all(names.map((name) => this.#summary(name)));
    return found.filter((room) => room !== undefined);
  }

  async #summary(name: string): Promise<StoredRoom | undefined> {
    let store: RoomStore | undefined;
    try {
      store = await this.#keystore.open(name);
      return summary(store);
    } catch (error) {
      if (error instanceof StateError) return undefined;
      throw error;
    } finally {
      store?.close();
    }
  }

  /**
   * Make a room and be its host.
   *
   * Throws RoomKeyUnacceptable, DecodeError for a name of more than 256 bytes, RelayUnreachable, a
   * RequestError or a StateError. If the relay is lost when the room may have been made, the room
   * is among `rooms` after RelayUnreachable, and `resume` goes on with making it.
   */
  async create(roomKey: string, name: string, options: CreateOptions = {}): Promise<Room> {
    normalizeRoomKey(roomKey);
    checkName(name);
    const { progress = () => undefined } = options;
    const wanted: NewRoom = {
      history: options.history ?? "shared",
      retention: options.retention ?? DEFAULT_RETENTION_SECONDS,
      suite: options.size === "large" ? LARGE_SUITE : HYBRID_SUITE,
      title: options.title ?? "",
    };
    const make: ComeIn = async (line, state, opened) => {
      await startGroup(state, wanted);
      await makeUntilAnswered(line, state, opened, this.#options.backoff?.() ?? new Backoff());
    };
    return this.#onLine(progress, async (line) => {
      const { code, opened } = await reserve(line.transport);
      return this.#taken(code, async (place) => {
        // what is kept under it would be lost
        if (await this.isKept(place.name)) {
          throw new RelayFault("it drew the code of a room that is there");
        }
        const coming = { place, opened, roomKey, name, suite: wanted.suite, progress };
        return this.#comeIn(line, coming, make);
      });
    });
  }

  /**
   * Join a room, or come back to it if it is stored here.
   *
   * Who comes back after the room key was changed comes in with the new one. Throws WrongRoomKey
   * also when there is no such room, and StateLocked while another window is in it or joins it;
   * otherwise as `create` does.
   */
  async join(
    code: string,
    roomKey: string,
    name: string,
    progress: Progress = () => undefined,
  ): Promise<Room> {
    const parsed = roomCode.parse(code);
    normalizeRoomKey(roomKey);
    checkName(name);
    const join: ComeIn = async (line, state, opened) => {
      await enter(line.transport, state, { opened });
    };
    // from the first look on: a second join beside it would delete the keys that it stored
    return this.#taken(parsed, async (place) => {
      if (await this.#isUsable(place)) {
        const room = await this.#resume(place);
        room.offerRoomKey(roomKey);
        return room;
      }
      return this.#onLine(progress, async (line) => {
        const opened = await openRoom(line.transport, parsed);
        const coming = { place, opened, roomKey, name, suite: HYBRID_SUITE, progress };
        return this.#comeIn(line, coming, join);
      });
    });
  }

  /** Open a stored room; it connects by itself. Throws StateCorrupt or StateLocked. */
  async resume(code: string): Promise<Room> {
    return this.#taken(code, (place) => this.#resume(place));
  }

  /** Open a stored room that was taken already. */
  async resumeWith(code: string, lock: RoomLock): Promise<Room> {
    const name = await this.nameOf(code);
    return this.#givenBack(lock, this.#resume({ code, name, lock }));
  }

  async #resume({ name, lock }: Place): Promise<Room> {
    const store = await this.#keystore.open(name);
    try {
      return this.#start(await RoomState.load(store), lock);
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** Take a room's place on this device, for a room to keep; what fails gives it back. */
  async #taken<T>(code: string, work: (place: Place) => Promise<T>): Promise<T> {
    const name = await this.nameOf(code);
    const lock = await this.#keystore.lock(name);
    return this.#givenBack(lock, work({ code, name, lock }));
  }

  async #givenBack<T>(lock: RoomLock, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Delete a stored room's keys and transcript; the relay is not told. */
  async forget(code: string): Promise<void> {
    await this.#keystore.delete(await this.nameOf(code));
  }

  /** Name the database of a room, for who takes it. */
  nameOf(code: string): Promise<string> {
    return this.#keystore.name(this.#url, roomCode.parse(code));
  }

  /** Say whether a room's database is on this device. */
  async isKept(name: string): Promise<boolean> {
    return (await this.#keystore.names()).includes(name);
  }

  async #isUsable(place: Place): Promise<boolean> {
    if (!(await this.isKept(place.name))) return false;
    const store = await this.#keystore.open(place.name);
    try {
      // without a group it is one whose joining was interrupted, and goes on there
      return store.get("removed") === undefined && store.get("secrets") !== undefined;
    } finally {
      store.close();
    }
  }

  async #onLine<T>(progress: Progress, work: (line: Line) => Promise<T>): Promise<T> {
    progress("connecting");
    const line = new Line(() => this.#makeTransport());
    try {
      await line.renew();
      progress("asking");
      return await work(line);
    } finally {
      await line.close();
    }
  }

  #makeTransport(): Transport {
    return this.#options.transport?.(this.#url) ?? new SocketTransport(this.#url);
  }

  async #comeIn(line: Line, coming: Coming, comeIn: ComeIn): Promise<Room> {
    const { place, opened, progress } = coming;
    const { code, name, lock } = place;
    progress("stretching");
    const root = await stretch(line.transport, opened.roomId, coming.roomKey);
    let store: RoomStore | undefined;
    try {
      await this.#keystore.delete(name);
      store = await this.#keystore.open(name, { create: true });
      const state = new RoomState(store, {
        relay: this.#url,
        code,
        roomId: opened.roomId,
        name: coming.name,
        identity: newIdentity(coming.suite),
        ring: new KeyRing(deriveSecrets(root)),
      });
      progress("checking");
      await comeIn(line, state, opened);
      progress("entering");
      const typed = normalizeRoomKey(coming.roomKey);
      await store.transaction(() => state.saveRoomKey(typed, state.secrets.keyId));
      return this.#start(state, lock, line.keep());
    } catch (error) {
      // the next try goes on with this leaf, not beside it
      const isKept = store !== undefined && mayBeIn(error, store);
      store?.close();
      if (!isKept) await this.#keystore.delete(name);
      throw error;
    }
  }

  #start(state: RoomState, lock: RoomLock, transport?: Transport): Room {
    const room = new Room(state, {
      lock,
      connect: () => this.#makeTransport(),
      forget: () => this.#keystore.delete(state.store.name),
      schedule: this.#options.schedule,
      backoff: this.#options.backoff?.(),
      signals: this.#options.signals,
    });
    room.start(transport);
    return room;
  }
}

/** Say whether the relay may have let the stored leaf in, or made its room, all the same. */
function mayBeIn(error: unknown, store: RoomStore): boolean {
  if (store.get("secrets") === undefined) return false;
  if (error instanceof RelayUnreachable || error instanceof StateError) return true;
  // a relay whose database fails does not know whether it stored what it was asked to
  const isJoin = store.get(CREATING) === undefined;
  return isJoin && (error instanceof RelayFault || error instanceof StorageFull);
}

function checkName(name: string): void {
  const isText = name === wellFormed(name) && name.trim() !== "";
  if (!isText || utf8(name).length > MAX_NAME_BYTES) {
    throw new DecodeError("a name has 1 to 256 bytes");
  }
}

function summary(store: RoomStore): StoredRoom {
  return {
    code: roomCode.show(textOf(store.require("code"))),
    name: textOf(store.require("name")),
    title: storedTitle(store),
    lastSeen: readNumber(store.get("seen")),
    isOver: store.get("removed") !== undefined,
  };
}

function storedTitle(store: RoomStore): string {
  const rules = store.get("rules");
  if (rules === undefined) return "";
  return shownTitle(loadRing(store), store.require("room"), RoomPolicy.decode(rules));
}
