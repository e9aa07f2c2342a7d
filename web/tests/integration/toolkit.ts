/** Several clients against a relay process. */

import { expect, vi } from "vitest";
import { Client, type ClientOptions } from "../../src/client/client.ts";
import { Backoff } from "../../src/client/connection.ts";
import type { Event, Noticed } from "../../src/client/events.ts";
import { type Merged, textOf } from "../../src/client/merging.ts";
import type { Room, TimelineEntry } from "../../src/client/room.ts";
import { SCHEDULE } from "../../src/client/schedule.ts";
import { type Keystore, MemoryKeystore } from "../../src/store/keystore.ts";
import type { Relay } from "../relay.ts";

// before a test gives up; nothing is expected to take nearly as long
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

export const KEY = "orbit lantern mosaic velvet";

/** A client that comes back quickly, and commits what others leave at once. */
export function aClient(
  relay: Relay,
  keystore: Keystore = new MemoryKeystore(),
  options: ClientOptions = {},
): Client {
  return new Client(relay.url, keystore, {
    schedule: { ...SCHEDULE, tidySeconds: 0.1 },
    backoff: () => new Backoff(0.05, 0.5),
    ...options,
  });
}

/** Hears all that a room tells, and waits for what a test is after. */
export class Listener {
  readonly events: Event[] = [];
  readonly #room: Room;
  #more: (() => void)[] = [];

  constructor(room: Room) {
    this.#room = room;
    room.listen((event) => {
      this.events.push(event);
      const waiting = this.#more;
      this.#more = [];
      for (const wake of waiting) wake();
    });
  }

  /** Wait until something holds, looking whenever the room tells something. */
  async until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
    for (;;) {
      const more = new Promise<void>((resolve) => this.#more.push(resolve));
      const found = await find();
      if (found !== undefined) return found;
      await more;
    }
  }

  /** Wait for an event of a kind. */
  event<K extends Event["kind"]>(kind: K): Promise<Extract<Event, { kind: K }>> {
    return this.until(() => {
      return this.events.find((event) => event.kind === kind) as
        | Extract<Event, { kind: K }>
        | undefined;
    });
  }

  /** Wait for a message with this text. */
  text(text: string): Promise<Merged> {
    return this.until(async () => (await messages(this.#room)).find((one) => textOf(one) === text));
  }

  /** Wait for a notice. */
  async notice(what: string): Promise<Noticed["notice"]> {
    const isIt = (event: Event): event is Noticed =>
      event.kind === "noticed" && event.notice.what === what;
    return (await this.until(() => this.events.find(isIt))).notice;
  }

  async state(state: Room["state"]): Promise<void> {
    await this.until(() => (this.#room.state === state ? true : undefined));
  }

  /** The codes of the troubles that were told. */
  troubles(): string[] {
    return this.events.flatMap((event) => (event.kind === "room trouble" ? [event.code] : []));
  }
}

/** Give the messages of a room as they are shown, oldest first. */
export async function messages(room: Room): Promise<Merged[]> {
  const found: Merged[] = [];
  for await (const message of room.messages()) found.push(message);
  return found.reverse();
}

export async function texts(room: Room): Promise<string[]> {
  return (await messages(room)).map(textOf);
}

/** Say something, and wait until the relay has it. */
export async function said(room: Room, text: string): Promise<Uint8Array> {
  const { id, stored } = await room.send(text);
  await stored;
  return id;
}

export function textsOf(entries: readonly TimelineEntry[]): string[] {
  return entries.flatMap((entry) => ("stored" in entry ? [textOf(entry)] : []));
}

export function names(room: Room): string[] {
  return room.members().map((member) => member.name);
}

export function expectSameCode(...rooms: readonly Room[]): void {
  const codes = rooms.map((room) => room.safetyCode()?.digits.join(" "));
  expect(new Set(codes).size).toBe(1);
  expect(codes[0]).toBeDefined();
}
