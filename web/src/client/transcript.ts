/** What was said in a room, and what each addition changes of that. */

import { equal } from "../crypto/bytes.ts";
import type { RoomStore } from "../store/room_store.ts";
import type { Stored, StoredNotice } from "../store/rows.ts";
import { Content, computeMessageId } from "./content.ts";
import type { Event, RowsGone } from "./events.ts";
import { fromHex } from "./hex.ts";
import { clearFamily, type Family, merge, readFamily } from "./merging.ts";

const CHUNK = 64;

/** Content that was read, by whom, and where it stands; `time` is the relay's clock. */
export interface Said {
  readonly seq: number;
  readonly time: number;
  readonly pseudonym: Uint8Array;
  /** The signature key that it is signed with. */
  readonly leaf: Uint8Array;
  readonly name: string;
  readonly content: Uint8Array;
  readonly isOwn: boolean;
  readonly isHistory: boolean;
}

/** Make a row of content that was read; throws DecodeError. `now` is this device's clock. */
export function rowOf(said: Said, roomId: Uint8Array, now = Date.now()): Stored {
  const content = Content.decode(said.content);
  const expires = content.expires;
  const expiresAt = expires && expires.seconds * 1000 + (expires.relative ? now : 0);
  const isOver = expiresAt !== undefined && expiresAt <= now;
  return {
    table: "content",
    ...said,
    messageId: computeMessageId(said.pseudonym, roomId, said.content),
    content: isOver ? new Uint8Array() : said.content,
    kind: content.kind,
    target: content.target,
    expiresAt,
    gone: isOver ? "expired" : "",
  };
}

/**
 * Put a row at its place, in one transaction with what `along` does; says what it changes of what
 * people see.
 */
export async function addRow(
  store: RoomStore,
  row: Stored,
  along: () => void = () => undefined,
): Promise<readonly Event[]> {
  return store.transactionAfter(
    () => readAround(store, row),
    (around) => {
      along();
      return add(store, row, around);
    },
  );
}

/** What is known already of what a row is about, and of its id. */
interface Around {
  readonly family: Family;
  readonly same: Stored | undefined;
}

async function readAround(store: RoomStore, row: Stored): Promise<Around> {
  const place = store.index.find(row.messageId);
  const [known] = place === undefined ? [] : await store.read([place]);
  return {
    family: await readFamily(store, subjectOf(store, row)),
    same: known?.table === "content" ? known : undefined,
  };
}

/** Name the message that a row is, or is about. */
function subjectOf({ index }: RoomStore, row: Stored): Uint8Array {
  if (row.target === undefined) return row.messageId;
  if (row.kind === "retraction") return index.find(row.target)?.about ?? row.target;
  return row.target;
}

function add(store: RoomStore, row: Stored, { family, same }: Around): readonly Event[] {
  const isMessage = row.kind === "message";
  // it changes what is not there any more
  if (!isMessage && family.message !== undefined && family.message.gone !== "") return [];
  if (same !== undefined && !equal(same.leaf, row.leaf) && same.seq > row.seq) {
    // said first by who wrote it; the other is a copy under another key
    store.eraseRow(same);
  }
  if (!store.record(row)) return [];
  const before = merge(family);
  const following = withRow(family, row);
  const after = merge(following);
  if (after?.isDeleted) clearFamily(store, following, "deleted");
  if (after === undefined) return [];
  const { messageId: id, seq, isHistory } = after.stored;
  if (before === undefined) return [{ kind: "message received", id, seq, isHistory }];
  return [{ kind: "message changed", id }];
}

function withRow(family: Family, row: Stored): Family {
  if (row.kind === "message") return { ...family, message: row };
  if (row.kind === "retraction") {
    return { ...family, retractions: [...family.retractions, row] };
  }
  return { ...family, changes: [...family.changes, row] };
}

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
