/** One room's store: whatever must agree is written in one transaction, and only then believed. */

import { equal, toHex, utf8 } from "../crypto/bytes.ts";
import { HKDF_SHA256 } from "../crypto/hkdf.ts";
import { StateCorrupt } from "../errors.ts";
import { GroupSnapshot } from "../mls/state.ts";
import { transcript } from "../wire/transcripts.ts";
import type { RecordCipher } from "./record_cipher.ts";
import type { Place, Records } from "./records.ts";
import { type Queued, ROW, type Row } from "./rows.ts";
import { decodeEntry, encodeEntry, Slots, slotName } from "./slots.ts";
import {
  Draft,
  emptyTables,
  encodeValue,
  loadValue,
  type TableName,
  type Tables,
  type ValueOf,
} from "./tables.ts";
import { noticeId, TranscriptIndex } from "./transcript_index.ts";

const SCHEMA_VERSION = 1;

/** The database of one room; throws StateCorrupt, StateFull or StateLocked. */
export class RoomStore {
  readonly #records: Records;
  readonly #cipher: RecordCipher;
  #tables: Tables;
  readonly #slots: Slots;
  readonly #index: TranscriptIndex;
  #draft: Draft | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    records: Records,
    cipher: RecordCipher,
    tables: Tables,
    slots: Slots,
    places: readonly Place[],
  ) {
    this.#records = records;
    this.#cipher = cipher;
    this.#tables = tables;
    this.#slots = slots;
    this.#index = new TranscriptIndex(places);
  }

  /** Open a room's records; throws StateCorrupt if there is no room in them, unless it is made. */
  static async open(
    records: Records,
    cipher: RecordCipher,
    options: { readonly create?: boolean } = {},
  ): Promise<RoomStore> {
    const [sealed, places] = await Promise.all([records.loadState(), records.loadPlaces()]);
    const tables = emptyTables();
    const opened = await Promise.all(
      [...sealed].map(async ([slot, data]) => {
        return [slot, await cipher.open("state", slotName(slot), data)] as const;
      }),
    );
    const slots = new Slots();
    for (const [slot, entry] of opened) {
      const [key, data] = decodeEntry(entry);
      slots.add(key, slot);
      loadValue(tables, key, data);
    }
    const store = new RoomStore(records, cipher, tables, slots, places);
    const version = store.get("version")?.[0];
    if (version === undefined && sealed.size === 0 && options.create) {
      await store.transaction(() => store.set("version", Uint8Array.of(SCHEMA_VERSION)));
    } else if (version !== SCHEMA_VERSION) {
      throw new StateCorrupt(version === undefined ? "there is no room" : "of another version");
    }
    return store;
  }

  /** The database's name, opaque to others. */
  get name(): string {
    return this.#records.name;
  }

  /** Let go of the database; what was written stays. */
  close(): void {
    this.#records.close();
  }

  /** Write all that `body` changes, or nothing; what is read outside changes when it is written. */
  transaction<T>(body: () => T): Promise<T> {
    return this.transactionAfter(
      () => Promise.resolve(),
      () => body(),
    );
  }

  /** Do as `transaction` does, with what `read` finds; nothing is written between the two. */
  transactionAfter<F, T>(read: () => Promise<F>, body: (found: F) => T): Promise<T> {
    const turn = this.#last.then(() => this.#transact(read, body));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #transact<F, T>(read: () => Promise<F>, body: (found: F) => T): Promise<T> {
    const found = await read();
    const draft = new Draft(this.#tables);
    this.#draft = draft;
    let result: T;
    try {
      result = body(found);
    } finally {
      this.#draft = undefined;
    }
    await this.#write(draft);
    this.#tables = draft.tables;
    for (const [key, data] of draft.state) if (data === undefined) this.#slots.drop(key);
    for (const { place, row } of draft.rows.values()) {
      if (row === undefined) this.#index.delete(place);
      else this.#index.add(place);
    }
    return result;
  }

  async #write(draft: Draft): Promise<void> {
    const state = [...draft.state].map(async ([key, data]) => {
      const slot = this.#slots.of(key);
      if (data === undefined) return { slot, sealed: undefined };
      const sealed = await this.#cipher.seal("state", slotName(slot), encodeEntry(key, data));
      return { slot, sealed };
    });
    const rows = [...draft.rows.values()].map(async ({ place, row }) => {
      const sealed = row && (await this.#cipher.seal("transcript", nameOf(place), ROW.encode(row)));
      return { place, sealed };
    });
    await this.#records.write(await Promise.all(state), await Promise.all(rows));
  }

  get #now(): Tables {
    return this.#draft?.tables ?? this.#tables;
  }

  get #changing(): Draft {
    if (this.#draft === undefined) throw new Error("a change outside of a transaction");
    return this.#draft;
  }

  #put<N extends TableName>(name: N, key: string, value: ValueOf<N>): void {
    const draft = this.#changing;
    (draft.tables[name] as Map<string, ValueOf<N>>).set(key, value);
    draft.state.set(`${name}:${key}`, encodeValue(name, value));
  }

  #remove(name: TableName, key: string): void {
    const draft = this.#changing;
    if (draft.tables[name].delete(key)) draft.state.set(`${name}:${key}`, undefined);
  }

  // facts

  /** Store a fact under a name, in the place of the one before. */
  set(name: string, value: Uint8Array): void {
    this.#put("fact", name, value);
  }

  /** Get a fact, or undefined. */
  get(name: string): Uint8Array | undefined {
    return this.#now.fact.get(name);
  }

  /** Get a fact; throws StateCorrupt if it is not there. */
  require(name: string): Uint8Array {
    const value = this.get(name);
    if (value === undefined) throw new StateCorrupt("a part is missing");
    return value;
  }

  /** Forget facts. */
  drop(...names: readonly string[]): void {
    for (const name of names) this.#remove("fact", name);
  }

  // the group

  /** Store a group; its large parts only when they changed. */
  saveGroup(snapshot: GroupSnapshot): void {
    this.#savePart("tree", snapshot.tree);
    this.#savePart("epoch", snapshot.epoch);
    this.#savePart("messages", snapshot.messages);
  }

  #savePart(name: string, data: Uint8Array): void {
    const before = this.#now.part.get(name);
    if (before === data || (before !== undefined && equal(before, data))) return;
    this.#put("part", name, data);
  }

  /** Get the stored group, or undefined. */
  loadGroup(): GroupSnapshot | undefined {
    const parts = this.#now.part;
    const [tree, epoch, messages] = [parts.get("tree"), parts.get("epoch"), parts.get("messages")];
    if (tree === undefined || epoch === undefined || messages === undefined) return undefined;
    return new GroupSnapshot(tree, epoch, messages);
  }

  /** Forget the group's keys. */
  dropGroup(): void {
    for (const name of ["tree", "epoch", "messages"]) this.#remove("part", name);
  }

  // requests

  /** Note a request, and the bytes it sends, before it is sent. */
  remember(request: Uint8Array, kind: string, message: Uint8Array): void {
    const digests = this.#now.request.get(toHex(request))?.digests ?? [];
    const digest = HKDF_SHA256.hash(message);
    if (digests.some((known) => equal(known, digest))) return;
    this.#put("request", toHex(request), { kind, digests: [...digests, digest] });
  }

  /** Say whether this state made a request whose place in the log was not passed yet. */
  knows(request: Uint8Array): boolean {
    return this.#now.request.has(toHex(request));
  }

  /** Say whether this state sent exactly these bytes with a request. */
  sent(request: Uint8Array, message: Uint8Array): boolean {
    const digest = HKDF_SHA256.hash(message);
    const known = this.#now.request.get(toHex(request))?.digests ?? [];
    return known.some((one) => equal(one, digest));
  }

  /** Forget a request: its place in the log is behind the cursor, and is not met again. */
  settle(request: Uint8Array): void {
    this.#remove("request", toHex(request));
  }

  // outbox

  /** Queue a message behind the others. */
  enqueue(queued: Omit<Queued, "place">): void {
    const places = [...this.#now.outbox.values()].map((other) => other.place);
    const place = Math.max(0, ...places) + 1;
    this.#put("outbox", toHex(queued.request), { ...queued, place });
  }

  /** List the messages that wait, those that failed among them, in their order. */
  queued(): readonly Queued[] {
    return [...this.#now.outbox.values()].sort((one, other) => one.place - other.place);
  }

  /** Get the message that goes out next, or undefined. */
  firstQueued(): Queued | undefined {
    return this.queued().find((queued) => queued.failure === undefined);
  }

  /** Count the messages that wait to go out. */
  countQueued(): number {
    return this.queued().filter((queued) => queued.failure === undefined).length;
  }

  /** Change how a queued message goes out; nothing happens if it is not there. */
  changeQueued(request: Uint8Array, change: Partial<Queued>): void {
    const queued = this.#now.outbox.get(toHex(request));
    if (queued !== undefined) this.#put("outbox", toHex(request), { ...queued, ...change });
  }

  /** Drop how a queued message was sealed: its epoch has passed. */
  unsealQueued(request: Uint8Array): void {
    this.changeQueued(request, { epoch: undefined, message: undefined, archive: undefined });
  }

  /** Get a queued message; undefined if it is not there. */
  findQueued(request: Uint8Array): Queued | undefined {
    return this.#now.outbox.get(toHex(request));
  }

  /** Take a message out of the queue; undefined if it is not there. */
  dequeue(request: Uint8Array): Queued | undefined {
    const queued = this.findQueued(request);
    this.#remove("outbox", toHex(request));
    return queued;
  }

  // leave statements

  /** Keep a leave statement until it is committed. */
  addStatement(leaf: Uint8Array, signature: Uint8Array): void {
    this.#put("statement", toHex(leaf), signature);
  }

  /** List the signatures of leave statements by leaf, in hexadecimal. */
  statements(): ReadonlyMap<string, Uint8Array> {
    return this.#now.statement;
  }

  /** Forget a leave statement. */
  dropStatement(leaf: Uint8Array): void {
    this.#remove("statement", toHex(leaf));
  }

  // when members were last seen

  /** Note that a leaf showed itself; `time` is the relay's, milliseconds since 1970. */
  saw(leaf: Uint8Array, time: number): void {
    this.#put("activity", toHex(leaf), time);
  }

  /** List when each leaf last showed itself, by leaf in hexadecimal. */
  activity(): ReadonlyMap<string, number> {
    return this.#now.activity;
  }

  /** Forget when leaves showed themselves, but for these; in hexadecimal. */
  keepActivity(leaves: ReadonlySet<string>): void {
    for (const leaf of this.#now.activity.keys()) {
      if (!leaves.has(leaf)) this.#remove("activity", leaf);
    }
  }

  // transcript

  /** When messages are to be forgotten, by their ids in hexadecimal; milliseconds since 1970. */
  expiries(): ReadonlyMap<string, number> {
    return this.#now.expiry;
  }

  /** Where the messages of the transcript are, as written. */
  get index(): TranscriptIndex {
    return this.#index;
  }

  /** Put a row into the transcript; says whether neither its place nor its id was taken. */
  record(row: Row): boolean {
    const place = placeOf(row);
    const changing = this.#changing.rows;
    const isTaken = (other: Place | undefined): boolean => {
      if (other === undefined) return false;
      const draft = changing.get(toHex(nameOf(other)));
      return draft === undefined || draft.row !== undefined;
    };
    const isKnown =
      changing.get(toHex(nameOf(place)))?.row !== undefined ||
      isTaken(this.#index.find(place.id)) ||
      (row.table === "content" && isTaken(this.#index.at(row.seq)));
    if (!isKnown) this.rewrite(row);
    return !isKnown;
  }

  /** Put a row in the place of the one before. */
  rewrite(row: Row): void {
    const place = placeOf(row);
    this.#changing.rows.set(toHex(nameOf(place)), { place, row });
    if (row.table === "notice") return;
    const key = toHex(row.messageId);
    if (row.expiresAt === undefined || row.gone !== "") this.#remove("expiry", key);
    else this.#put("expiry", key, row.expiresAt);
  }

  /** Delete a row. */
  eraseRow(row: Row): void {
    this.erase(placeOf(row));
  }

  /** Delete the row at a place. */
  erase(place: Place): void {
    this.#changing.rows.set(toHex(nameOf(place)), { place, row: undefined });
    this.#remove("expiry", toHex(place.id));
  }

  /** Get the rows at places, in their order; those deleted meanwhile are left out. */
  async read(places: readonly Place[]): Promise<readonly Row[]> {
    const sealed = await this.#records.readRows(places);
    const rows = places.map(async (place, at) => {
      const data = sealed[at];
      if (data === undefined) return undefined;
      return ROW.decode(await this.#cipher.open("transcript", nameOf(place), data));
    });
    return (await Promise.all(rows)).filter((row) => row !== undefined);
  }
}

/** Name a row by everything about it that is in the clear, so that none can be moved. */
function nameOf({ seq, id, about }: Place): Uint8Array {
  return transcript(utf8(String(seq)), id, ...(about === undefined ? [] : [about]));
}

function placeOf(row: Row): Place {
  return row.table === "content"
    ? { seq: row.seq, id: row.messageId, about: row.target }
    : { seq: row.seq, id: noticeId(row.count), about: undefined };
}
