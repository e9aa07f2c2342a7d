/** Proof to the relay that a joiner knows the room key. */

import { ED25519 } from "../crypto/signature.ts";
import { admissionTranscript } from "../wire/transcripts.ts";
import type { RoomSecrets } from "./root.ts";

/** Return the 64-byte signature that admits `leafKey`, for the relay's 32-byte `nonce`. */
export function signAdmission(
  secrets: RoomSecrets,
  roomId: Uint8Array,
  nonce: Uint8Array,
  leafKey: Uint8Array,
): Uint8Array {
  return ED25519.sign(secrets.admission, admissionTranscript(roomId, nonce, leafKey));
}

/** Throw `BadSignature` unless `signature` admits `leafKey`, as the relay checks it. */
export function verifyAdmission(
  admissionPublicKey: Uint8Array,
  roomId: Uint8Array,
  nonce: Uint8Array,
  leafKey: Uint8Array,
  signature: Uint8Array,
): void {
  const transcript = admissionTranscript(roomId, nonce, leafKey);
  ED25519.verify(admissionPublicKey, transcript, signature);
}
