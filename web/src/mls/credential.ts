/** Credentials: who a member says it is (RFC 9420 §5.3). */

import { concat, equal } from "../crypto/bytes.ts";
import { decodeAll, NO_BYTES, opaque, type Reader, readOpaque, uint16 } from "./codec.ts";

/** The credential types of RFC 9420 §17.5. */
export const CredentialType = {
  BASIC: 1,
  X509: 2,
} as const;

/** A credential of any type; every type's content is one vector on the wire. */
export class Credential {
  constructor(
    readonly type: number,
    readonly content: Uint8Array,
  ) {}

  /** Make a credential that only states an identity. */
  static basic(identity: Uint8Array): Credential {
    return new Credential(CredentialType.BASIC, identity);
  }

  /** The identity a basic credential states; empty for the other types. */
  get identity(): Uint8Array {
    return this.type === CredentialType.BASIC ? this.content : NO_BYTES;
  }

  /** The chain of an X.509 credential, the member's own first; empty for other types. */
  get certificates(): readonly Uint8Array[] {
    if (this.type !== CredentialType.X509) return [];
    return decodeAll((reader) => reader.vector(readOpaque), opaque(this.content));
  }

  /** Say whether both credentials state the same in the same form. */
  equals(other: Credential): boolean {
    return this.type === other.type && equal(this.content, other.content);
  }

  /** Write `struct Credential`. */
  encode(): Uint8Array {
    return concat(uint16(this.type), opaque(this.content));
  }

  /** Read `struct Credential`; the content of an unknown type is kept unread. */
  static read(reader: Reader): Credential {
    const credential = new Credential(reader.uint16(), reader.opaque());
    // A malformed chain is malformed data.
    void credential.certificates;
    return credential;
  }
}
