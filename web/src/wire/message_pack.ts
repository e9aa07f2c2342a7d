/** MessagePack as far as requests, answers and pushes need it (docs/protocol/delivery.md). */

import { bigEndian, concat, utf8 } from "../crypto/bytes.ts";
import { Cursor, check, narrow } from "./cursor.ts";

const MAX_DEPTH = 16;

const NIL = 0xc0;
const FALSE = 0xc2;
const TRUE = 0xc3;

/** How a kind of value begins: `small` lengths stand in the first byte, others behind it. */
interface Form {
  readonly small: number;
  readonly smallEnd: number;
  /** The first bytes of lengths of one, two, four and eight bytes; zero where there is none. */
  readonly large: readonly [number, number, number, number];
}

const UINT: Form = { small: 0, smallEnd: 0x80, large: [0xcc, 0xcd, 0xce, 0xcf] };
const MAP: Form = { small: 0x80, smallEnd: 0x90, large: [0, 0xde, 0xdf, 0] };
const LIST: Form = { small: 0x90, smallEnd: 0xa0, large: [0, 0xdc, 0xdd, 0] };
const TEXT: Form = { small: 0xa0, smallEnd: 0xc0, large: [0xd9, 0xda, 0xdb, 0] };
const BYTES: Form = { small: 0, smallEnd: 0, large: [0xc4, 0xc5, 0xc6, 0] };
const FORMS = [UINT, MAP, LIST, TEXT, BYTES];

/**
 * Write null, truth, integers that are not negative, text, byte strings, lists and records.
 *
 * Throws TypeError for anything else.
 */
export function encode(value: unknown): Uint8Array {
  if (value === null) return Uint8Array.of(NIL);
  if (typeof value === "boolean") return Uint8Array.of(value ? TRUE : FALSE);
  if (Number.isSafeInteger(value) && Number(value) >= 0) return head(UINT, Number(value));
  if (typeof value === "string") {
    const bytes = utf8(value);
    return concat(head(TEXT, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(BYTES, value.length), value);
  if (Array.isArray(value)) return concat(head(LIST, value.length), ...value.map(encode));
  if (typeof value !== "object") throw new TypeError("nothing that MessagePack has here");
  const entries = Object.entries(value);
  return concat(head(MAP, entries.length), ...entries.flat(1).map(encode));
}

function head(form: Form, argument: number): Uint8Array {
  if (argument < form.smallEnd - form.small) return Uint8Array.of(form.small + argument);
  for (const [at, first] of form.large.entries()) {
    const width = 1 << at;
    if (first !== 0 && argument < 256 ** width) {
      return concat(Uint8Array.of(first), bigEndian(argument, width));
    }
  }
  throw new TypeError("too long for MessagePack");
}

/**
 * Read exactly one value of those that `encode` writes; records have no name twice.
 *
 * An integer that no `number` holds exactly is a `bigint`. Throws DecodeError.
 */
export function decode(data: Uint8Array): unknown {
  const cursor = new Cursor(data);
  const value = read(cursor, MAX_DEPTH);
  check(cursor.left === 0);
  return value;
}

function read(cursor: Cursor, depthLeft: number): unknown {
  const first = cursor.byte();
  if (first === NIL) return null;
  if (first === FALSE || first === TRUE) return first === TRUE;
  const form = FORMS.find(
    ({ small, smallEnd, large }) => (first >= small && first < smallEnd) || large.includes(first),
  );
  check(form !== undefined && depthLeft > 0);
  const at = form.large.indexOf(first);
  const argument = at < 0 ? BigInt(first - form.small) : cursor.uint(1 << at);
  if (form === UINT) return narrow(argument);
  if (form === TEXT) return cursor.text(argument);
  if (form === BYTES) return cursor.take(argument);
  const length = cursor.count(argument);
  if (form === LIST) return Array.from({ length }, () => read(cursor, depthLeft - 1));
  return readRecord(cursor, length, depthLeft - 1);
}

function readRecord(cursor: Cursor, size: number, depthLeft: number): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (let left = size; left > 0; left--) {
    const name = read(cursor, 1);
    check(typeof name === "string" && !entries.has(name));
    entries.set(name, read(cursor, depthLeft));
  }
  return Object.fromEntries(entries);
}
