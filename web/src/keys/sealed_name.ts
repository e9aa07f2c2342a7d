/**
 * Display names and the room's title, sealed so that the relay learns neither, nor their length.
 *
 * A leaf whose name does not open was made by somebody who does not know the room key.
 */

import { bigEndian, equal, fromUtf8, utf8 } from "../crypto/bytes.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { DecodeError, DecryptionFailed } from "../errors.ts";
import { SEALED_NAME, SEALED_TITLE, u32 } from "./labels.ts";
import type { RoomSecrets } from "./root.ts";
import { openSealed, seal } from "./sealing.ts";

export const MAX_NAME_BYTES = 256;
const BLOCK_LENGTH = 64;
const LENGTH_BYTES = 2;
const SURROGATE = /\p{Cs}/u;
const NOTHING = new Uint8Array(0);

/**
 * Seal a display name for the leaf with signature public key `leafKey`.
 *
 * Throws `DecodeError` for a name of more than 256 bytes of UTF-8, or one that has no UTF-8.
 */
export function sealName(
  secrets: RoomSecrets,
  roomId: Uint8Array,
  leafKey: Uint8Array,
  name: string,
  random: Random = systemRandom,
): Uint8Array {
  const context = [roomId, u32(secrets.keyId), leafKey];
  return seal(secrets.names, SEALED_NAME, context, pad(name), random);
}

/**
 * Return a display name, or throw `DecryptionFailed`: that leaf is a ghost.
 *
 * `namesKey` is `RoomSecrets.names`, or `PastKeys.names` for a name of an older room key.
 */
export function openName(
  namesKey: Uint8Array,
  keyId: number,
  roomId: Uint8Array,
  leafKey: Uint8Array,
  sealed: Uint8Array,
): string {
  const context = [roomId, u32(keyId), leafKey];
  return unpad(openSealed(namesKey, SEALED_NAME, context, sealed));
}

/** Seal the room's title; throws `DecodeError` as `sealName` does. */
export function sealTitle(
  secrets: RoomSecrets,
  roomId: Uint8Array,
  title: string,
  random: Random = systemRandom,
): Uint8Array {
  const context = [roomId, u32(secrets.keyId), NOTHING];
  return seal(secrets.names, SEALED_TITLE, context, pad(title), random);
}

/** Return the room's title, or throw `DecryptionFailed`. */
export function openTitle(
  namesKey: Uint8Array,
  keyId: number,
  roomId: Uint8Array,
  sealed: Uint8Array,
): string {
  const context = [roomId, u32(keyId), NOTHING];
  return unpad(openSealed(namesKey, SEALED_TITLE, context, sealed));
}

function pad(text: string): Uint8Array {
  if (SURROGATE.test(text)) throw new DecodeError("name");
  const encoded = utf8(text);
  if (encoded.length > MAX_NAME_BYTES) throw new DecodeError("length of name");
  const unpadded = LENGTH_BYTES + encoded.length;
  const padded = new Uint8Array(Math.ceil(unpadded / BLOCK_LENGTH) * BLOCK_LENGTH);
  padded.set(bigEndian(encoded.length, LENGTH_BYTES));
  padded.set(encoded, LENGTH_BYTES);
  return padded;
}

function unpad(padded: Uint8Array): string {
  const [high = 0, low = 0] = padded;
  const encoded = padded.subarray(LENGTH_BYTES, LENGTH_BYTES + high * 256 + low);
  // One plaintext for each text: a second form would be a channel past what people see.
  let text: string;
  let canonical: Uint8Array;
  try {
    text = fromUtf8(encoded);
    canonical = pad(text);
  } catch {
    throw new DecryptionFailed("form of name");
  }
  if (!equal(canonical, padded)) throw new DecryptionFailed("form of name");
  return text;
}
