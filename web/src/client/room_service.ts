/** The door as the page knows it: rooms of this device, new ones, and those to join. */

import { StateLocked } from "../errors.ts";
import { generateRoomKey } from "../keys/room_key.ts";
import { safetyWords } from "../keys/safety_code.ts";
import { estimateStrength } from "../keys/strength.ts";
import type { Keystore } from "../store/keystore.ts";
import type { Locks } from "../store/locks.ts";
import * as roomCode from "../wire/room_code.ts";
import { Client, type ClientOptions } from "./client.ts";
import { followRoom } from "./following.ts";
import { announce, Leader, type OpenChannel } from "./leading.ts";
import { LocalRoom } from "./open_room.ts";
import type { Room } from "./room.ts";
import type {
  JoinStep,
  JoinWish,
  NewRoomWish,
  OpenRoom,
  Service,
  StoredRoom,
  Strength,
} from "./service.ts";
import type { SignalWish } from "./signaller.ts";

/** What a service works with; what is left out is not needed by a window on its own. */
interface RoomServiceOptions extends ClientOptions {
  readonly locks: Locks;
  readonly openChannel: OpenChannel;
}

const EVERYTHING = "roomkey";

/** Opens rooms, each once; rooms that another window leads are followed. */
export class RoomService implements Service {
  readonly #client: Client;
  readonly #keystore: Keystore;
  readonly #options: RoomServiceOptions;
  readonly #rooms = new Map<string, Promise<OpenRoom>>();
  readonly #local = new Set<LocalRoom>();
  readonly #signals: SignalWish = { isOn: true };

  constructor(url: string, keystore: Keystore, options: RoomServiceOptions) {
    this.#client = new Client(url, keystore, { ...options, signals: this.#signals });
    this.#keystore = keystore;
    this.#options = options;
    // another window that forgets everything forgets what is open here too
    options.openChannel(EVERYTHING).onmessage = () => this.#closeAll();
  }

  /** Look whether all connections still hold, or come back at once. */
  wakeUp(): void {
    for (const room of this.#local) void room.wakeUp();
  }

  async create(wish: NewRoomWish, progress: (step: JoinStep) => void): Promise<OpenRoom> {
    const { roomKey, name, title, history, retention, size } = wish;
    const options = { title, history, retention, size, progress };
    const room = await this.#client.create(roomKey, name, options);
    return this.#kept(room.storedCode, (closed) => this.#lead(room, closed));
  }

  async join(wish: JoinWish, progress: (step: JoinStep) => void): Promise<OpenRoom> {
    const { roomKey, name } = wish;
    return this.#open(wish.code, (code) => this.#client.join(code, roomKey, name, progress));
  }

  async resume(code: string): Promise<OpenRoom> {
    return this.#open(code, (parsed) => this.#client.resume(parsed));
  }

  /** Open a room once; as one that another window leads, if there is such a window. */
  #open(typed: string, enter: (code: string) => Promise<Room>): Promise<OpenRoom> {
    const code = roomCode.parse(typed);
    const open = this.#rooms.get(code);
    return open ?? this.#kept(code, (closed) => this.#enterInTurn(code, enter, closed));
  }

  /** Keep a room that is being opened until `closed` is told, which may be told more than once. */
  #kept(code: string, open: (closed: () => void) => Promise<OpenRoom>): Promise<OpenRoom> {
    const closed = (): void => {
      if (this.#rooms.get(code) === opening) this.#rooms.delete(code);
    };
    const opening = open(closed);
    this.#rooms.set(code, opening);
    opening.catch(closed);
    return opening;
  }

  /** Come in when no other window is at it: then it is known whether there is a room to follow. */
  async #enterInTurn(
    code: string,
    enter: (code: string) => Promise<Room>,
    closed: () => void,
  ): Promise<OpenRoom> {
    const name = enteringLock(await this.#client.nameOf(code));
    const turn = await this.#options.locks.wait(name, new AbortController().signal);
    try {
      return await this.#lead(await enter(code), closed);
    } catch (error) {
      if (error instanceof StateLocked) return await this.#follow(code, closed);
      throw error;
    } finally {
      turn.release();
    }
  }

  async rooms(): Promise<readonly StoredRoom[]> {
    const rooms = await this.#client.rooms();
    return rooms.map((room) => ({ ...room, code: roomCode.parse(room.code) }));
  }

  async forget(code: string): Promise<void> {
    await (await this.#rooms.get(roomCode.parse(code)))?.close();
    const channel = this.#options.openChannel(await this.#client.nameOf(code));
    announce(channel, "forgotten");
    await this.#client.forget(code);
    channel.close();
  }

  async forgetEverything(): Promise<void> {
    await this.#closeAll();
    const channel = this.#options.openChannel(EVERYTHING);
    announce(channel, "forgotten");
    await this.#keystore.deleteEverything();
    channel.close();
  }

  async #closeAll(): Promise<void> {
    const rooms = await Promise.allSettled(this.#rooms.values());
    await Promise.all(rooms.map((room) => room.status === "fulfilled" && room.value.close()));
  }

  async generateRoomKey(): Promise<string> {
    return generateRoomKey();
  }

  async safetyWords(wordPlaces: readonly number[]): Promise<readonly string[]> {
    return safetyWords(wordPlaces);
  }

  async setSignals(isOn: boolean): Promise<void> {
    this.#signals.isOn = isOn;
  }

  async strength(roomKey: string): Promise<Strength> {
    const { score, bits } = await estimateStrength(roomKey);
    return { score: score as Strength["score"], bits };
  }

  async #lead(room: Room, closed: () => void): Promise<OpenRoom> {
    const channel = this.#options.openChannel(await this.#client.nameOf(room.storedCode));
    const local: LocalRoom = new LocalRoom(room, () => {
      leader.stop();
      this.#local.delete(local);
      closed();
    });
    const leader = new Leader(channel, local, this.#options.locks, () => local.close());
    this.#local.add(local);
    return local;
  }

  async #follow(code: string, closed: () => void): Promise<OpenRoom> {
    const name = await this.#client.nameOf(code);
    return followRoom({
      code,
      name,
      locks: this.#options.locks,
      channel: this.#options.openChannel(name),
      takeOver: async (lock) => {
        if (!(await this.#client.isKept(name))) return undefined;
        return this.#lead(await this.#client.resumeWith(code, lock), closed);
      },
      closed,
    });
  }
}

function enteringLock(name: string): string {
  return `entering-${name}`;
}
