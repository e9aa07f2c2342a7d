/** Messages that are to be forgotten, and those that are older than the room keeps them. */

import type { RoomStore } from "../store/room_store.ts";
import type { Stored, StoredNotice } from "../store/rows.ts";
import type { Content } from "./content.ts";
import type { RowsGone } from "./events.ts";
import { fromHex } from "./hex.ts";
import { eraseFamily, readFamily } from "./merging.ts";

const CHUNK = 64;

/**
 * Say when content is to be forgotten, milliseconds since 1970; undefined if it stays.
 *
 * `from` is when it was first shown, or stored by the relay for its sender.
 */
export function expiryOf(content: Content, from: number): number | undefined {
  const { expires } = content;
  if (expires === undefined) return undefined;
  return expires.seconds * 1000 + (expires.relative ? from : 0);
}

/** Say whether a message's time is over. */
export function isExpired(stored: Stored, now: number): boolean {
  return stored.expiresAt !== undefined && stored.expiresAt <= now;
}

/** Say when the next message expires, milliseconds since 1970; infinity if none does. */
export function nextExpiry(store: RoomStore): number {
  return Math.min(Number.POSITIVE_INFINITY, ...store.expiries().values());
}

/** Delete messages whose time is over; `now` is this device's clock. */
export async function deleteExpired(store: RoomStore, now: number): Promise<readonly Uint8Array[]> {
  const gone: Uint8Array[] = [];
  for (const [key, at] of store.expiries()) {
    const id = at <= now ? fromHex(key) : undefined;
    if (id === undefined) continue;
    await store.transactionAfter(
      () => readFamily(store, id),
      (family) => eraseFamily(store, family),
    );
    gone.push(id);
  }
  return gone;
}

/** Delete what is older than `before`, by the relay's clock; the oldest first. */
export async function deleteOld(store: RoomStore, before: number): Promise<RowsGone> {
  const messages: Uint8Array[] = [];
  const notices: StoredNotice[] = [];
  for (;;) {
    const places = [...take(store.index.from(0), CHUNK)];
    const rows = await store.read(places);
    const old = rows.filter((row) => row.time < before);
    if (old.length > 0) {
      await store.transaction(() => {
        for (const row of old) store.eraseRow(row);
      });
    }
    for (const row of old) {
      if (row.kind === "message") messages.push(row.messageId);
      else notices.push(row);
    }
    if (old.length < CHUNK) return { kind: "rows gone", messages, notices };
  }
}

function* take<T>(items: Iterable<T>, limit: number): Generator<T> {
  let count = 0;
  for (const item of items) {
    if (count++ >= limit) return;
    yield item;
  }
}
