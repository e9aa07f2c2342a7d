/** External senders: who may propose changes without being a member (RFC 9420 §12.1.8.1). */

import { concat } from "../crypto/bytes.ts";
import { decodeAll, opaque, type Reader, vector } from "./codec.ts";
import { Credential } from "./credential.ts";
import { Extension, ExtensionType } from "./extension.ts";

/** A signature key, and who holds it, that the group takes proposals from. */
export class ExternalSender {
  constructor(
    readonly signatureKey: Uint8Array,
    readonly credential: Credential,
  ) {}

  /** Write `struct ExternalSender`. */
  encode(): Uint8Array {
    return concat(opaque(this.signatureKey), this.credential.encode());
  }

  /** Read `struct ExternalSender`. */
  static read(reader: Reader): ExternalSender {
    return new ExternalSender(reader.opaque(), Credential.read(reader));
  }
}

/** Make the external_senders extension of a group context. */
export function encodeExternalSenders(senders: readonly ExternalSender[]): Extension {
  return new Extension(ExtensionType.EXTERNAL_SENDERS, vector(senders));
}

/** Read the data of an external_senders extension. */
export function decodeExternalSenders(data: Uint8Array): ExternalSender[] {
  return decodeAll((reader) => reader.vector(ExternalSender.read), data);
}
