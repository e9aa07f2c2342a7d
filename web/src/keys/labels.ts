/** The labels and sizes of docs/protocol/keys.md, and how its numbers are written. */

import { bigEndian, utf8 } from "../crypto/bytes.ts";

export const ROOM_ID_LENGTH = 16;
export const SECRET_LENGTH = 32;

export const SEALED_NAME = utf8("roomkey v1 sealed name");
export const SEALED_TITLE = utf8("roomkey v1 sealed title");
export const EPOCH_HISTORY = utf8("roomkey v1 epoch history");
export const KEY_CHAIN = utf8("roomkey v1 key chain");
export const NEW_ROOT = utf8("roomkey v1 new room key");
export const SIGNAL = utf8("roomkey v1 signal");
export const ARCHIVE = utf8("roomkey v1 archive");
export const ARCHIVE_SIGNATURE = utf8("roomkey v1 archive signature");
export const PSK = utf8("roomkey v1 psk");
export const SAFETY_CODE = utf8("roomkey v1 safety code");

/** Return `number` as four bytes, big-endian. */
export function u32(number: number): Uint8Array {
  return bigEndian(number, 4);
}

/** Return `number` as eight bytes, big-endian; throws `RangeError` if it does not fit. */
export function u64(number: bigint): Uint8Array {
  return bigEndian(number, 8);
}
