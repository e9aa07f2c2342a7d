/** From the OPRF's output to the root of a room's keys, and from the root to each key. */

import { argon2id } from "../crypto/argon2.ts";
import { concat, utf8 } from "../crypto/bytes.ts";
import { HKDF_SHA256 } from "../crypto/hkdf.ts";
import { OUTPUT_LENGTH } from "../crypto/oprf.ts";
import { ED25519 } from "../crypto/signature.ts";
import { InvalidKey } from "../errors.ts";
import { PSK, ROOM_ID_LENGTH, SECRET_LENGTH, u32 } from "./labels.ts";

const ARGON2_MEMORY_KIB = 64 * 1024;
const ARGON2_ITERATIONS = 3;
const ARGON2_LANES = 1;

/**
 * The keys of a room under one room key; each has 32 bytes.
 *
 * `keyId` counts the room's keys from 0, and grows by one with each change. `admission` is an
 * Ed25519 seed, `psk` goes into MLS, `names` seals names and the title, `history` seals past
 * epochs' secrets.
 */
export class RoomSecrets {
  readonly keyId: number;
  readonly admission: Uint8Array;
  readonly psk: Uint8Array;
  readonly names: Uint8Array;
  readonly history: Uint8Array;

  constructor(
    keyId: number,
    admission: Uint8Array,
    psk: Uint8Array,
    names: Uint8Array,
    history: Uint8Array,
  ) {
    this.keyId = keyId;
    this.admission = admission;
    this.psk = psk;
    this.names = names;
    this.history = history;
  }

  /** The key the relay checks admissions with, 32 bytes. */
  get admissionPublicKey(): Uint8Array {
    return ED25519.publicKey(this.admission);
  }

  /** Return the same keys under the id the relay gave them. */
  withKeyId(keyId: number): RoomSecrets {
    return new RoomSecrets(keyId, this.admission, this.psk, this.names, this.history);
  }
}

/**
 * Return the 32-byte root of 64 bytes of OPRF output and a 16-byte room id.
 *
 * Takes 64 MiB and a noticeable part of a second. Throws `InvalidKey` for the lengths.
 */
export async function deriveRoot(oprfOutput: Uint8Array, roomId: Uint8Array): Promise<Uint8Array> {
  if (oprfOutput.length !== OUTPUT_LENGTH || roomId.length !== ROOM_ID_LENGTH) {
    throw new InvalidKey("length of OPRF output or room id");
  }
  return argon2id(oprfOutput, roomId, {
    memoryKib: ARGON2_MEMORY_KIB,
    iterations: ARGON2_ITERATIONS,
    lanes: ARGON2_LANES,
    length: SECRET_LENGTH,
  });
}

/** Return the keys that follow from a 32-byte `root`, or throw `InvalidKey` for its length. */
export function deriveSecrets(root: Uint8Array, keyId = 0): RoomSecrets {
  if (root.length !== SECRET_LENGTH) throw new InvalidKey("length of root");
  const derive = (label: string): Uint8Array =>
    HKDF_SHA256.expand(root, utf8(`roomkey v1 ${label}`), SECRET_LENGTH);
  return new RoomSecrets(
    keyId,
    derive("admission"),
    derive("psk"),
    derive("names"),
    derive("history"),
  );
}

/** Return the id of the external PSK of a room key, as MLS carries it (RFC 9420, 8.4). */
export function pskId(keyId: number): Uint8Array {
  return concat(PSK, u32(keyId));
}
