/** The tables of a room's small state, which is held in memory as it is on disk. */

import { StateCorrupt } from "../errors.ts";
import type { Place } from "./records.ts";
import { QUEUED, type Queued, REQUEST, type RequestRecord, type Row, TIME } from "./rows.ts";

/** All of a room's state but its transcript; small enough to be held in memory. */
export interface Tables {
  readonly fact: Map<string, Uint8Array>;
  readonly part: Map<string, Uint8Array>;
  readonly request: Map<string, RequestRecord>;
  readonly outbox: Map<string, Queued>;
  readonly statement: Map<string, Uint8Array>;
  readonly activity: Map<string, number>;
  readonly expiry: Map<string, number>;
}

export type TableName = keyof Tables;

const PLAIN = { encode: (value: Uint8Array) => value, decode: (data: Uint8Array) => data };
const CODECS = {
  fact: PLAIN,
  part: PLAIN,
  request: REQUEST,
  outbox: QUEUED,
  statement: PLAIN,
  activity: TIME,
  expiry: TIME,
};
const TABLE_NAMES = Object.keys(CODECS) as TableName[];

/** Make tables with nothing in them. */
export function emptyTables(): Tables {
  return {
    fact: new Map(),
    part: new Map(),
    request: new Map(),
    outbox: new Map(),
    statement: new Map(),
    activity: new Map(),
    expiry: new Map(),
  };
}

/** What a table holds under each key. */
export type ValueOf<N extends TableName> = Tables[N] extends Map<string, infer V> ? V : never;

/** Write a table's value as it lies on disk. */
export function encodeValue<N extends TableName>(name: N, value: ValueOf<N>): Uint8Array {
  const codec = CODECS[name] as { encode(value: ValueOf<N>): Uint8Array };
  return codec.encode(value);
}

/** Put what lies on disk under "table:key" into its table; throws StateCorrupt for no table. */
export function loadValue(tables: Tables, key: string, data: Uint8Array): void {
  const colon = key.indexOf(":");
  const name = TABLE_NAMES.find((known) => known === key.slice(0, colon));
  if (name === undefined) throw new StateCorrupt("a record of another kind");
  const codec = CODECS[name] as { decode(data: Uint8Array): unknown };
  (tables[name] as Map<string, unknown>).set(key.slice(colon + 1), codec.decode(data));
}

/** What a transaction has changed so far. */
export class Draft {
  readonly tables: Tables;
  readonly state = new Map<string, Uint8Array | undefined>();
  readonly rows = new Map<string, { place: Place; row: Row | undefined }>();

  constructor(tables: Tables) {
    this.tables = {
      fact: new Map(tables.fact),
      part: new Map(tables.part),
      request: new Map(tables.request),
      outbox: new Map(tables.outbox),
      statement: new Map(tables.statement),
      activity: new Map(tables.activity),
      expiry: new Map(tables.expiry),
    };
  }
}
