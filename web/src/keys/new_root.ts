/**
 * The new root of a changed room key, sealed for those who stay in the group.
 *
 * The key comes from the exporter of the epoch that the change begins: whom the change removes
 * cannot compute it, and who was not told can still follow the group.
 */

import { type Random, systemRandom } from "../crypto/randomness.ts";
import { DecryptionFailed, InvalidKey } from "../errors.ts";
import { NEW_ROOT, SECRET_LENGTH, u32 } from "./labels.ts";
import { openSealed, seal } from "./sealing.ts";

/**
 * Seal a 32-byte root under the new epoch's 32-byte exported secret; 80 bytes.
 *
 * `keyId` is the new room key's. Throws `InvalidKey` for the lengths.
 */
export function sealNewRoot(
  exported: Uint8Array,
  keyId: number,
  roomId: Uint8Array,
  root: Uint8Array,
  random: Random = systemRandom,
): Uint8Array {
  if (root.length !== SECRET_LENGTH) throw new InvalidKey("length of root");
  return seal(exported, NEW_ROOT, [roomId, u32(keyId)], root, random);
}

/**
 * Return the 32-byte root, or throw `DecryptionFailed`.
 *
 * Whether it is the right one, its admission public key shows (docs/protocol/group.md).
 */
export function openNewRoot(
  exported: Uint8Array,
  keyId: number,
  roomId: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const root = openSealed(exported, NEW_ROOT, [roomId, u32(keyId)], sealed);
  if (root.length !== SECRET_LENGTH) throw new DecryptionFailed("length of root");
  return root;
}
