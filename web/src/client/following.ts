/** A room that another window leads: mirrored here, and taken over when that window is gone. */

import { toHex } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { RoomkeyError } from "../errors.ts";
import type { Locks, RoomLock } from "../store/locks.ts";
import { type Announcement, type Channel, followerEndpoint, followerLock } from "./leading.ts";
import { type RemoteRoom, remoteRoom } from "./remote_room.ts";
import { type CallRoom, callRoom, roomOf } from "./room_methods.ts";
import { toServiceError } from "./rpc.ts";
import type { OpenRoom, RoomListener, RoomView, ServiceError } from "./service.ts";

/** What a following window needs: the room, how others are reached, and how it takes over. */
interface FollowingOptions {
  readonly code: string;
  /** The name of the room's database, and of its lock. */
  readonly name: string;
  readonly locks: Locks;
  readonly channel: Channel;
  /** Opens the room here, once it is this window's; undefined if it was deleted meanwhile. */
  readonly takeOver: (lock: RoomLock) => Promise<OpenRoom | undefined>;
  /** Told when the room is being closed here: who opens it from then on opens it anew. */
  readonly closed: () => void;
}

const NAME_BYTES = 8;

/** Follow a room until it can be taken over; what is asked of it goes to whoever leads it. */
export function followRoom(options: FollowingOptions): OpenRoom {
  const following = new Following(options);
  return roomOf(
    options.code,
    (method, args) => {
      if (method === "close") return following.close();
      return callRoom(following.room, method, args);
    },
    (listener) => following.listen(listener),
  );
}

/** Is another window's room until that window is gone, and then one's own. */
class Following {
  room: OpenRoom;
  readonly #options: FollowingOptions;
  readonly #remote: RemoteRoom;
  readonly #listeners = new Map<RoomListener, () => void>();
  readonly #ending = new AbortController();
  readonly #life: Promise<void>;
  #presence: RoomLock | undefined;
  #lastView: RoomView | undefined;

  constructor(options: FollowingOptions) {
    this.#options = options;
    const name = toHex(systemRandom(NAME_BYTES));
    const endpoint = followerEndpoint(options.channel, name, (word) => this.#announced(word));
    this.#remote = remoteRoom(options.code, endpoint, (view) => {
      this.#lastView = { ...view, isFollowing: true };
      return this.#lastView;
    });
    this.room = this.#remote.room;
    // it is over when the room is closed here first
    this.#life = this.#live(name).catch(() => undefined);
  }

  async #live(name: string): Promise<void> {
    const { locks } = this.#options;
    this.#presence = await locks.take(followerLock(name));
    const lock = await locks.wait(this.#options.name, this.#ending.signal);
    if (this.#ending.signal.aborted) return lock.release();
    this.#stopFollowing();
    try {
      const room = await this.#options.takeOver(lock);
      if (room === undefined) {
        lock.release();
        return this.#forgotten();
      }
      this.room = room;
    } catch (error) {
      lock.release();
      this.room = roomWithoutLeader(this.#options.code, this.#lastView, toServiceError(error));
    }
    this.#attachAll();
  }

  #stopFollowing(): void {
    this.#presence?.release();
    this.#options.channel.close();
    this.#remote.fail(toServiceError(new RoomkeyError()));
  }

  get #isFollowing(): boolean {
    return this.room === this.#remote.room;
  }

  #announced(word: Announcement): void {
    // yet another window has taken over
    if (word === "leading" && this.#isFollowing) this.#attachAll();
    if (word === "forgotten") this.#forgotten();
  }

  #forgotten(): void {
    const view = this.#lastView;
    if (view !== undefined) {
      const connection = { state: "closed", waiting: 0 } as const;
      for (const listener of this.#listeners.keys()) listener.view({ ...view, connection });
    }
    this.close();
  }

  listen(listener: RoomListener): () => void {
    this.#attach(listener);
    return () => {
      this.#listeners.get(listener)?.();
      this.#listeners.delete(listener);
    };
  }

  #attachAll(): void {
    for (const listener of [...this.#listeners.keys()]) this.#attach(listener);
  }

  #attach(listener: RoomListener): void {
    this.#listeners.get(listener)?.();
    this.#listeners.set(listener, this.room.listen(listener));
  }

  async close(): Promise<void> {
    this.#options.closed();
    this.#ending.abort(new RoomkeyError());
    for (const stop of this.#listeners.values()) stop();
    this.#listeners.clear();
    // what it is just taking, a place among the followers or the room, it then has to give back
    await this.#life;
    if (this.#isFollowing) {
      // it goes on in the window that leads it, which need not answer
      this.room.close().catch(() => undefined);
      this.#stopFollowing();
    } else {
      await this.room.close();
    }
  }
}

/** What is left of a room that could not be taken over: the last view, and why nothing goes on. */
function roomWithoutLeader(
  code: string,
  last: RoomView | undefined,
  error: ServiceError,
): OpenRoom {
  const call: CallRoom = async (method) => {
    if (method !== "close") throw error;
  };
  const { code: troubleCode, sentence, nextStep } = error;
  return roomOf(code, call, (listener) => {
    if (last !== undefined) {
      const { waiting } = last.connection;
      const trouble = { code: troubleCode, sentence, nextStep };
      const connection = { state: "offline", waiting } as const;
      listener.view({ ...last, isFollowing: false, connection, trouble });
    }
    return () => undefined;
  });
}
