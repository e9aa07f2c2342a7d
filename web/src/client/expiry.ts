/** Messages whose time is over, and those that are older than the room keeps them. */

import type { RoomStore } from "../store/room_store.ts";
import type { StoredNotice } from "../store/rows.ts";
import type { RowsGone } from "./events.ts";
import { fromHex } from "./hex.ts";
import { clearFamily, readFamily } from "./merging.ts";

const CHUNK = 64;

/** Say when the next message expires, milliseconds since 1970; infinity if none does. */
export function nextExpiry(store: RoomStore): number {
  return Math.min(Number.POSITIVE_INFINITY, ...store.expiries().values());
}

/** Empty the messages whose time is over; `now` is this device's clock. */
export async function dropExpired(store: RoomStore, now: number): Promise<readonly Uint8Array[]> {
  const gone: Uint8Array[] = [];
  for (const [key, at] of store.expiries()) {
    const id = at <= now ? fromHex(key) : undefined;
    if (id === undefined) continue;
    await store.transactionAfter(
      () => readFamily(store, id),
      (family) => clearFamily(store, family, "expired"),
    );
    gone.push(id);
  }
  return gone;
}

/** Delete what is older than `before`, by the relay's clock; the oldest first. */
export async function dropOld(store: RoomStore, before: number): Promise<RowsGone> {
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
      if (row.table === "notice") notices.push(row);
      else if (row.kind === "message") messages.push(row.messageId);
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
