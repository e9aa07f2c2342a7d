/** One window leads a room; the others follow it over a channel that all windows of a site share. */

import type { Locks } from "../store/locks.ts";
import { directly, serveRoom } from "./remote_room.ts";
import type { CallRoom } from "./room_methods.ts";
import type { Endpoint } from "./rpc.ts";
import type { OpenRoom } from "./service.ts";

/** What goes over the channel; without `to` it is for whoever leads the room. */
interface Letter {
  readonly from: string;
  readonly to?: string;
  readonly message: unknown;
}

/** What one window of a room says to all others. */
export type Announcement = "forgotten" | "leading";

interface AnnouncementLetter {
  readonly announcement: Announcement;
}

/** A channel between windows: the browser's BroadcastChannel, as far as it is used. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export type OpenChannel = (name: string) => Channel;

/** Open a channel to the other windows of this site. */
export function broadcastChannel(name: string): Channel {
  return new BroadcastChannel(name);
}

/** Say something to all other windows that have a room open. */
export function announce(channel: Channel, announcement: Announcement): void {
  channel.postMessage({ announcement } satisfies AnnouncementLetter);
}

/** A window that follows. */
interface Follower {
  receive: (message: unknown) => void;
  stop: () => void;
}

/** Serves a room to the windows that follow it. */
export class Leader {
  readonly #channel: Channel;
  readonly #room: OpenRoom;
  readonly #locks: Locks;
  readonly #followers = new Map<string, Follower>();

  /** Lead a room; `forgotten` is told when another window has deleted it. */
  constructor(channel: Channel, room: OpenRoom, locks: Locks, forgotten: () => void) {
    this.#channel = channel;
    this.#room = room;
    this.#locks = locks;
    channel.onmessage = (event) => {
      const letter = event.data as Letter | AnnouncementLetter;
      if (!("announcement" in letter)) this.#received(letter);
      else if (letter.announcement === "forgotten") forgotten();
    };
    announce(channel, "leading");
  }

  /** Lead no more. */
  stop(): void {
    for (const follower of this.#followers.values()) follower.stop();
    this.#followers.clear();
    this.#channel.close();
  }

  #received({ from, to, message }: Letter): void {
    if (to !== undefined) return;
    const follower = this.#followers.get(from) ?? this.#welcome(from);
    follower.receive(message);
  }

  #welcome(name: string): Follower {
    const follower: Follower = { receive: () => undefined, stop: () => undefined };
    const endpoint: Endpoint = {
      post: (message) => this.#channel.postMessage({ from: "", to: name, message }),
      receive: (handler) => {
        follower.receive = handler;
      },
      close: () => undefined,
    };
    const call = directly(this.#room);
    // what a window closes is its own view of the room
    const callButClose: CallRoom = async (method, args) =>
      method === "close" ? this.#dismiss(name) : call(method, args);
    follower.stop = serveRoom(endpoint, this.#room, callButClose);
    this.#followers.set(name, follower);
    this.#watch(name);
    return follower;
  }

  /** Forget a window when it is gone: it holds a lock of its name as long as it lives. */
  #watch(name: string): void {
    const gone = this.#locks.wait(followerLock(name), new AbortController().signal);
    gone.then(
      (lock) => {
        lock.release();
        this.#dismiss(name);
      },
      () => undefined,
    );
  }

  #dismiss(name: string): void {
    this.#followers.get(name)?.stop();
    this.#followers.delete(name);
  }
}

/** Name the lock that says that a following window is there. */
export function followerLock(name: string): string {
  return `follower-${name}`;
}

/** Make a following window's end at the channel. */
export function followerEndpoint(
  channel: Channel,
  name: string,
  announced: (announcement: Announcement) => void,
): Endpoint {
  return {
    post: (message) => channel.postMessage({ from: name, message } satisfies Letter),
    receive: (handler) => {
      channel.onmessage = (event) => {
        const letter = event.data as Letter | AnnouncementLetter;
        if ("announcement" in letter) announced(letter.announcement);
        else if (letter.to === name) handler(letter.message);
      };
    },
    close: () => channel.close(),
  };
}
