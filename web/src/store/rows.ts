/** What lies in a room's store, and how it is written: deterministic CBOR, one array a record. */

import { decode, encode } from "cborg";
import { StateCorrupt } from "../errors.ts";

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

/** A message of the transcript; `time` is the relay's clock in milliseconds since 1970. */
export interface Stored {
  readonly kind: "message";
  readonly seq: number;
  readonly messageId: Uint8Array;
  /** The message that this one changes or is put under. */
  readonly about: Uint8Array | undefined;
  readonly time: number;
  readonly pseudonym: Uint8Array;
  readonly name: string;
  /** Empty once the message was deleted. */
  readonly content: Uint8Array;
  readonly isOwn: boolean;
  readonly isHistory: boolean;
  /** When it is to be forgotten, milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
}

/** Something else that happened at a place in the log. */
export interface StoredNotice {
  readonly kind: "notice";
  readonly seq: number;
  /** Counts the notices at one place. */
  readonly count: number;
  readonly time: number;
  readonly what: string;
  readonly pseudonym?: Uint8Array | undefined;
  readonly name?: string | undefined;
  readonly reason?: string | undefined;
}

export type Row = Stored | StoredNotice;

/** A request that this state made, and digests of what it sent with it. */
export interface RequestRecord {
  readonly kind: string;
  readonly digests: readonly Uint8Array[];
}

/** How a kind of record is written and read. */
export interface RowCodec<T> {
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

const STORED_KIND = 0;
const NOTICE_KIND = 1;

export const ROW = codec<Row>(
  (value) =>
    value.kind === "message"
      ? [
          STORED_KIND,
          value.seq,
          value.messageId,
          value.about,
          value.time,
          value.pseudonym,
          value.name,
          value.content,
          value.isOwn,
          value.isHistory,
          value.expiresAt,
        ]
      : [
          NOTICE_KIND,
          value.seq,
          value.count,
          value.time,
          value.what,
          value.pseudonym,
          value.name,
          value.reason,
        ],
  ([kind, ...fields]) => (kind === NOTICE_KIND ? notice(fields) : stored(fields)),
);

function stored(fields: readonly unknown[]): Stored {
  const [seq, messageId, about, time, pseudonym, name, content, isOwn, isHistory, expiresAt] =
    fields;
  return {
    kind: "message",
    seq,
    messageId,
    about,
    time,
    pseudonym,
    name,
    content,
    isOwn,
    isHistory,
    expiresAt,
  } as Stored;
}

function notice(fields: readonly unknown[]): StoredNotice {
  const [seq, count, time, what, pseudonym, name, reason] = fields;
  return { kind: "notice", seq, count, time, what, pseudonym, name, reason } as StoredNotice;
}
