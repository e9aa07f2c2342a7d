/**
 * Shared history: secrets of past epochs sealed under the room key, and of past room keys.
 *
 * In a strict room none of this is made.
 */

import { concat } from "../crypto/bytes.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { DecryptionFailed, InvalidKey } from "../errors.ts";
import { EPOCH_HISTORY, KEY_CHAIN, SECRET_LENGTH, u32, u64 } from "./labels.ts";
import type { RoomSecrets } from "./root.ts";
import { openSealed, seal } from "./sealing.ts";

/** What is kept of an older room key: enough to read its history, not to enter by it. */
export interface PastKeys {
  readonly keyId: number;
  readonly names: Uint8Array;
  readonly history: Uint8Array;
}

/**
 * Seal an epoch's 32-byte history secret under the room key; 80 bytes.
 *
 * Throws `InvalidKey` for the secret's length.
 */
export function sealEpochSecret(
  secrets: RoomSecrets,
  roomId: Uint8Array,
  epoch: bigint,
  epochSecret: Uint8Array,
  random: Random = systemRandom,
): Uint8Array {
  if (epochSecret.length !== SECRET_LENGTH) {
    throw new InvalidKey("length of epoch history secret");
  }
  const context = [roomId, u32(secrets.keyId), u64(epoch)];
  return seal(secrets.history, EPOCH_HISTORY, context, epochSecret, random);
}

/**
 * Return an epoch's 32-byte history secret, or throw `DecryptionFailed`.
 *
 * `historyKey` is `RoomSecrets.history`, or `PastKeys.history` for an older room key's epochs.
 */
export function openEpochSecret(
  historyKey: Uint8Array,
  keyId: number,
  roomId: Uint8Array,
  epoch: bigint,
  sealed: Uint8Array,
): Uint8Array {
  const context = [roomId, u32(keyId), u64(epoch)];
  const secret = openSealed(historyKey, EPOCH_HISTORY, context, sealed);
  if (secret.length !== SECRET_LENGTH) {
    throw new DecryptionFailed("length of epoch history secret");
  }
  return secret;
}

/**
 * Seal the `names` and `history` keys of `old` under `new_`, whose key id is one more.
 *
 * Throws `InvalidKey` if the ids do not follow each other.
 */
export function sealKeyChain(
  new_: RoomSecrets,
  old: RoomSecrets,
  roomId: Uint8Array,
  random: Random = systemRandom,
): Uint8Array {
  if (new_.keyId !== old.keyId + 1) throw new InvalidKey("order of room keys");
  const context = [roomId, u32(new_.keyId)];
  return seal(new_.history, KEY_CHAIN, context, concat(old.names, old.history), random);
}

/**
 * Return the keys before those of `keyId`, or throw `DecryptionFailed`.
 *
 * With `PastKeys.history` and `PastKeys.keyId` the next older link opens.
 */
export function openKeyChain(
  historyKey: Uint8Array,
  keyId: number,
  roomId: Uint8Array,
  sealed: Uint8Array,
): PastKeys {
  const context = [roomId, u32(keyId)];
  const keys = openSealed(historyKey, KEY_CHAIN, context, sealed);
  if (keys.length !== 2 * SECRET_LENGTH || keyId < 1) {
    throw new DecryptionFailed("form of key chain");
  }
  return {
    keyId: keyId - 1,
    names: keys.slice(0, SECRET_LENGTH),
    history: keys.slice(SECRET_LENGTH),
  };
}
