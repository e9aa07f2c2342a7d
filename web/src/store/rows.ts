/** What lies in a room's store, and how it is written: deterministic CBOR, one array a record. */

import { StateCorrupt } from "../errors.ts";
import { decode, encode } from "../wire/cbor.ts";

/** A message that waits to be stored by the relay; `message` is sealed for `epoch`. */
export interface Queued {
  readonly place: number;
  readonly request: Uint8Array;
  readonly messageId: Uint8Array;
  readonly content: Uint8Array;
  /** This device's clock when it was written, milliseconds since 1970. */
  readonly time: number;
  readonly epoch?: bigint | undefined;
  readonly message?: Uint8Array | undefined;
  readonly archive?: Uint8Array | undefined;
  /** The code of the error for which it never goes out. */
  readonly failure?: string | undefined;
}

/** What a content is by its shape (docs/protocol/content.md). */
type StoredKind = "message" | "edit" | "deletion" | "reaction" | "retraction";

/** Why a row has lost its content: it keeps its place, so that it is not taken up again. */
export type Gone = "" | "deleted" | "expired";

/** Content of the transcript; `time` is the relay's clock in milliseconds since 1970. */
export interface Stored {
  readonly table: "content";
  readonly seq: number;
  readonly messageId: Uint8Array;
  /** The id of what this changes. */
  readonly target: Uint8Array | undefined;
  readonly kind: StoredKind;
  readonly time: number;
  readonly pseudonym: Uint8Array;
  /** The signature key that it is signed with. */
  readonly leaf: Uint8Array;
  readonly name: string;
  readonly content: Uint8Array;
  readonly isOwn: boolean;
  readonly isHistory: boolean;
  /** When it is to be forgotten, by one's own clock in milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  readonly gone: Gone;
}

/** Something else that happened at a place in the log. */
export interface StoredNotice {
  readonly table: "notice";
  readonly seq: number;
  /** Counts the notices at one place. */
  readonly count: number;
  readonly time: number;
  readonly what: string;
  readonly pseudonym: Uint8Array | undefined;
  readonly name: string | undefined;
  readonly reason: string | undefined;
}

export type Row = Stored | StoredNotice;

/** A request that this state made, and digests of what it sent with it. */
export interface RequestRecord {
  readonly kind: string;
  readonly digests: readonly Uint8Array[];
}

/** How a kind of record is written and read. */
interface RowCodec<T> {
  encode(value: T): Uint8Array;
  decode(data: Uint8Array): T;
}

/** Make a codec of a record's fields in an order; `build` takes what `split` gave. */
function codec<T>(
  split: (value: T) => readonly unknown[],
  build: (fields: readonly unknown[]) => T,
): RowCodec<T> {
  return {
    encode: (value) => encode(split(value).map((field) => field ?? null)),
    decode: (data) => {
      let fields: unknown;
      try {
        fields = decode(data);
      } catch {
        throw new StateCorrupt("a record cannot be read");
      }
      if (!Array.isArray(fields)) throw new StateCorrupt("a record of another form");
      return build(fields.map((field) => field ?? undefined));
    },
  };
}

// What opens was written here: nothing but this code can seal a record, so its types hold.

export const QUEUED = codec<Queued>(
  (value) => [
    value.place,
    value.request,
    value.messageId,
    value.content,
    value.time,
    value.epoch,
    value.message,
    value.archive,
    value.failure,
  ],
  ([place, request, messageId, content, time, epoch, message, archive, failure]) =>
    ({
      place,
      request,
      messageId,
      content,
      time,
      epoch: epoch === undefined ? undefined : BigInt(epoch as number),
      message,
      archive,
      failure,
    }) as Queued,
);

export const REQUEST = codec<RequestRecord>(
  (value) => [value.kind, value.digests],
  ([kind, digests]) => ({ kind, digests }) as RequestRecord,
);

/** A time by the name of its table; milliseconds since 1970. */
export const TIME = codec<number>(
  (value) => [value],
  ([time]) => time as number,
);

/** Rows of the transcript, each behind the name of what it is. */
export const ROW = codec<Row>(
  (row) => (row.table === "content" ? storedFields(row) : noticeFields(row)),
  ([table, ...fields]) => (table === "notice" ? notice(fields) : stored(fields)),
);

function storedFields(row: Stored): readonly unknown[] {
  return [
    row.table,
    row.seq,
    row.messageId,
    row.target,
    row.kind,
    row.time,
    row.pseudonym,
    row.leaf,
    row.name,
    row.content,
    row.isOwn,
    row.isHistory,
    row.expiresAt,
    row.gone,
  ];
}

function stored(fields: readonly unknown[]): Stored {
  const [seq, messageId, target, kind, time, pseudonym, leaf, name, content, ...rest] = fields;
  const [isOwn, isHistory, expiresAt, gone] = rest;
  const author = { pseudonym, leaf, name };
  const flags = { isOwn, isHistory, expiresAt, gone };
  const row = { table: "content", seq, messageId, target, kind, time, content };
  return { ...row, ...author, ...flags } as Stored;
}

function noticeFields(row: StoredNotice): readonly unknown[] {
  return [row.table, row.seq, row.count, row.time, row.what, row.pseudonym, row.name, row.reason];
}

function notice(fields: readonly unknown[]): StoredNotice {
  const [seq, count, time, what, pseudonym, name, reason] = fields;
  return { table: "notice", seq, count, time, what, pseudonym, name, reason } as StoredNotice;
}
