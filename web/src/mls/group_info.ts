/** Group infos: what somebody needs to know of a group to join it (RFC 9420 §12.4.3). */

import { concat } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { NO_BYTES, opaque, type Reader, uint32, vector } from "./codec.ts";
import { Extension, findExtension } from "./extension.ts";
import { GroupContext } from "./group_context.ts";
import { signWithLabel, verifyWithLabel } from "./labels.ts";

const TBS_LABEL = "GroupInfoTBS";

/** An epoch's context and confirmation tag, signed by the member at leaf `signer`. */
export class GroupInfo {
  constructor(
    readonly context: GroupContext,
    readonly extensions: readonly Extension[],
    readonly confirmationTag: Uint8Array,
    readonly signer: number,
    readonly signature: Uint8Array = NO_BYTES,
  ) {}

  /** Get the data of the group info's own extension of that type, or undefined. */
  extension(extensionType: number): Uint8Array | undefined {
    return findExtension(this.extensions, extensionType);
  }

  /** Write `struct GroupInfo`. */
  encode(): Uint8Array {
    return concat(this.#unsigned(), opaque(this.signature));
  }

  /** Read `struct GroupInfo`. */
  static read(reader: Reader): GroupInfo {
    return new GroupInfo(
      GroupContext.read(reader),
      reader.vector(Extension.read),
      reader.opaque(),
      reader.uint32(),
      reader.opaque(),
    );
  }

  /** Make this group info with its signature. */
  sign(suite: CipherSuite, privateKey: Uint8Array): GroupInfo {
    const signature = signWithLabel(suite, privateKey, TBS_LABEL, this.#unsigned());
    return new GroupInfo(
      this.context,
      this.extensions,
      this.confirmationTag,
      this.signer,
      signature,
    );
  }

  /** Check the signature with the signer's key; throws CryptoError. */
  verifySignature(suite: CipherSuite, signatureKey: Uint8Array): void {
    verifyWithLabel(suite, signatureKey, TBS_LABEL, this.#unsigned(), this.signature);
  }

  #unsigned(): Uint8Array {
    return concat(
      this.context.encode(),
      vector(this.extensions),
      opaque(this.confirmationTag),
      uint32(this.signer),
    );
  }
}
