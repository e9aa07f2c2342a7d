/**
 * The bytes that proofs sign, laid out once for the client that signs and the relay that verifies.
 *
 * A transcript is a label and its fields, each behind its length as four bytes, big-endian. The
 * label differs for each purpose, so a signature made for one never fits another.
 */

import { bigEndian, concat, utf8 } from "../crypto/bytes.ts";

const ADMISSION_LABEL = utf8("roomkey v1 admission");
const RESUME_LABEL = utf8("roomkey v1 resume");
const LEAVE_LABEL = utf8("roomkey v1 leave");
const CLOSE_LABEL = utf8("roomkey v1 close");
export const CLAIM_LABEL = utf8("roomkey v1 directory claim");
export const CERTIFICATE_LABEL = utf8("roomkey v1 directory certificate");
export const CONTACT_LEAF_LABEL = utf8("roomkey v1 directory leaf");

/** Return the transcript of `label` and `fields`, which no other label or fields encode to. */
export function transcript(label: Uint8Array, ...fields: readonly Uint8Array[]): Uint8Array {
  return concat(...[label, ...fields].flatMap((part) => [bigEndian(part.length, 4), part]));
}

/**
 * Return what the admission key signs to let `leafKey` in, after the relay's `nonce`.
 *
 * `roomId` has 16 bytes, `nonce` 32; `leafKey` is the leaf's signature public key.
 */
export function admissionTranscript(
  roomId: Uint8Array,
  nonce: Uint8Array,
  leafKey: Uint8Array,
): Uint8Array {
  return transcript(ADMISSION_LABEL, roomId, nonce, leafKey);
}

/**
 * Return what a leaf key signs to come back to its room, after the relay's `nonce`.
 *
 * `roomId` has 16 bytes, `nonce` 32; `leafKey` is the leaf's signature public key.
 */
export function resumeTranscript(
  roomId: Uint8Array,
  nonce: Uint8Array,
  leafKey: Uint8Array,
): Uint8Array {
  return transcript(RESUME_LABEL, roomId, nonce, leafKey);
}

/**
 * Return what a leaf key signs to give up its place in a room for good.
 *
 * It carries no nonce: once a leaf has left, the same request again changes nothing.
 */
export function leaveTranscript(roomId: Uint8Array, leafKey: Uint8Array): Uint8Array {
  return transcript(LEAVE_LABEL, roomId, leafKey);
}

/** Return what a host's leaf key signs to close a room for everybody, for good. */
export function closeTranscript(roomId: Uint8Array, leafKey: Uint8Array): Uint8Array {
  return transcript(CLOSE_LABEL, roomId, leafKey);
}
