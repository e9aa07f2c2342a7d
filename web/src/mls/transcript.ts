/** Transcript hashes: every commit of the group's history, agreed on by all (RFC 9420 §8.2). */

import { concat } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { opaque, uint16 } from "./codec.ts";
import type { AuthenticatedContent } from "./framing.ts";

/** Add a commit and its signature to the interim hash of the epoch it was sent in. */
export function confirmedTranscriptHash(
  suite: CipherSuite,
  interimHash: Uint8Array,
  commit: AuthenticatedContent,
): Uint8Array {
  return suite.hash(
    concat(
      interimHash,
      uint16(commit.wireFormat),
      commit.framed.encode(),
      opaque(commit.signature),
    ),
  );
}

/** Add a commit's confirmation tag to the confirmed hash of the epoch it starts. */
export function interimTranscriptHash(
  suite: CipherSuite,
  confirmedHash: Uint8Array,
  confirmationTag: Uint8Array,
): Uint8Array {
  return suite.hash(concat(confirmedHash, opaque(confirmationTag)));
}
