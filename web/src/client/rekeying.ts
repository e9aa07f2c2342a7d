/** A change of the room key: what travels beside its commit, and what those who stay make of it. */

import { equal } from "../crypto/bytes.ts";
import { CryptoError } from "../errors.ts";
import { sealKeyChain } from "../keys/history.ts";
import { SECRET_LENGTH, u32 } from "../keys/labels.ts";
import { openNewRoot, sealNewRoot } from "../keys/new_root.ts";
import { deriveSecrets, type RoomSecrets } from "../keys/root.ts";
import type { Group } from "../mls/index.ts";
import { roomPolicyOf } from "./policy.ts";
import type { RoomPolicy } from "./room_policy.ts";
import type { Fields } from "./transport.ts";

const EXPORT_LABEL = "roomkey v1 new room key";

/** A room key that is to become the room's: its root, and the keys that follow from it. */
export class NewRoomKey {
  constructor(
    readonly root: Uint8Array,
    readonly secrets: RoomSecrets,
  ) {}

  /** Derive the keys of a 32-byte root under a key id. */
  static of(root: Uint8Array, keyId: number): NewRoomKey {
    return new NewRoomKey(root, deriveSecrets(root, keyId));
  }
}

/** Make what the relay stores with the commit that leads to `group`, under the new room key. */
export function makeRekey(newKey: NewRoomKey, old: RoomSecrets, group: Group): Fields {
  const { secrets, root } = newKey;
  const exported = exportFor(group, secrets.keyId);
  return {
    key_id: secrets.keyId,
    admission: secrets.admissionPublicKey,
    chain: sealKeyChain(secrets, old, group.groupId),
    root: sealNewRoot(exported, secrets.keyId, group.groupId, root),
  };
}

/** Open the new root that came with the commit that led to `group`; undefined if it is not right. */
export function receiveRoot(group: Group, sealed: Uint8Array | undefined): RoomSecrets | undefined {
  if (sealed === undefined) return undefined;
  const rules = roomPolicyOf(group);
  try {
    const exported = exportFor(group, rules.keyId);
    const root = openNewRoot(exported, rules.keyId, group.groupId, sealed);
    const secrets = deriveSecrets(root, rules.keyId);
    return fits(secrets, rules) ? secrets : undefined;
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

/** Say whether these are the keys of the room key that the rules name. */
export function fits(secrets: RoomSecrets, rules: RoomPolicy): boolean {
  return secrets.keyId === rules.keyId && equal(secrets.admissionPublicKey, rules.admission);
}

function exportFor(group: Group, keyId: number): Uint8Array {
  return group.exportSecret(EXPORT_LABEL, u32(keyId), SECRET_LENGTH);
}
