/**
 * Archive copies: what somebody who joins later reads messages from where history is shared.
 *
 * Everybody with the room key can seal a copy, so the sender's own signature stands inside.
 */

import { fromBigEndian } from "../crypto/bytes.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { ED25519 } from "../crypto/signature.ts";
import { DecryptionFailed } from "../errors.ts";
import { transcript } from "../wire/transcripts.ts";
import { ARCHIVE, ARCHIVE_SIGNATURE, u32, u64 } from "./labels.ts";
import { openSealed, seal } from "./sealing.ts";

/**
 * One message as its sender archived it.
 *
 * `pseudonym` is the sender's credential, `signatureKey` its leaf's Ed25519 public key (32 bytes),
 * `sealedName` its display name as sealed under the room key `keyId`, `content` what the MLS
 * message carried, `signature` the sender's (64 bytes).
 */
export interface ArchiveCopy {
  readonly pseudonym: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly keyId: number;
  readonly sealedName: Uint8Array;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
}

const FIELDS = 6;

/** Return what the sender of an archive copy signs. */
export function archiveTranscript(
  roomId: Uint8Array,
  epoch: bigint,
  pseudonym: Uint8Array,
  content: Uint8Array,
): Uint8Array {
  return transcript(ARCHIVE_SIGNATURE, roomId, u64(epoch), pseudonym, content);
}

/** Return a copy signed with the leaf's Ed25519 key `privateKey`, or throw `InvalidKey`. */
export function makeArchiveCopy(
  privateKey: Uint8Array,
  roomId: Uint8Array,
  epoch: bigint,
  pseudonym: Uint8Array,
  keyId: number,
  sealedName: Uint8Array,
  content: Uint8Array,
): ArchiveCopy {
  const signed = archiveTranscript(roomId, epoch, pseudonym, content);
  return {
    pseudonym,
    signatureKey: ED25519.publicKey(privateKey),
    keyId,
    sealedName,
    content,
    signature: ED25519.sign(privateKey, signed),
  };
}

/** Seal a copy under the epoch's 32-byte history secret, for the relay to keep. */
export function sealArchive(
  epochSecret: Uint8Array,
  roomId: Uint8Array,
  epoch: bigint,
  copy: ArchiveCopy,
  random: Random = systemRandom,
): Uint8Array {
  const encoded = transcript(
    copy.pseudonym,
    copy.signatureKey,
    u32(copy.keyId),
    copy.sealedName,
    copy.content,
    copy.signature,
  );
  return seal(epochSecret, ARCHIVE, [roomId, u64(epoch)], encoded, random);
}

/**
 * Return a copy whose signature holds, or throw `DecryptionFailed` / `BadSignature`.
 *
 * That `signatureKey` belonged to `pseudonym` is for the caller to check against the members it
 * knows; the sealed name shows that the key's owner knew the room key.
 */
export function openArchive(
  epochSecret: Uint8Array,
  roomId: Uint8Array,
  epoch: bigint,
  sealed: Uint8Array,
): ArchiveCopy {
  const encoded = openSealed(epochSecret, ARCHIVE, [roomId, u64(epoch)], sealed);
  const [pseudonym, signatureKey, keyId, sealedName, content, signature] = split(encoded);
  if (keyId.length !== 4) throw new DecryptionFailed("form of archive copy");
  const signed = archiveTranscript(roomId, epoch, pseudonym, content);
  ED25519.verify(signatureKey, signed, signature);
  return {
    pseudonym,
    signatureKey,
    keyId: Number(fromBigEndian(keyId)),
    sealedName,
    content,
    signature,
  };
}

type Fields = [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

function split(encoded: Uint8Array): Fields {
  const fields: Uint8Array[] = [];
  let position = 0;
  while (position < encoded.length && fields.length < FIELDS) {
    const start = position + 4;
    const end = start + Number(fromBigEndian(encoded.subarray(position, start)));
    fields.push(encoded.slice(start, end));
    position = end;
  }
  if (fields.length !== FIELDS || position !== encoded.length) {
    throw new DecryptionFailed("form of archive copy");
  }
  return fields as Fields;
}
