/** Key packages: an invitation that a client leaves for whoever wants to add it (RFC 9420 §10). */

import { concat } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { decodeAll, NO_BYTES, opaque, type Reader, uint16, vector } from "./codec.ts";
import { Extension } from "./extension.ts";
import { makeReference, signWithLabel, verifyWithLabel } from "./labels.ts";
import { LeafNode } from "./leaf_node.ts";

const TBS_LABEL = "KeyPackageTBS";

/** The leaf a client would have, and the key to encrypt its Welcome to. */
export class KeyPackage {
  constructor(
    readonly version: number,
    readonly cipherSuite: number,
    readonly initKey: Uint8Array,
    readonly leafNode: LeafNode,
    readonly extensions: readonly Extension[] = [],
    readonly signature: Uint8Array = NO_BYTES,
  ) {}

  /** Write `struct KeyPackage`. */
  encode(): Uint8Array {
    return concat(this.#unsigned(), opaque(this.signature));
  }

  /** Read `struct KeyPackage`. */
  static read(reader: Reader): KeyPackage {
    return new KeyPackage(
      reader.uint16(),
      reader.uint16(),
      reader.opaque(),
      LeafNode.read(reader),
      reader.vector(Extension.read),
      reader.opaque(),
    );
  }

  /** Make this key package with its signature. */
  sign(suite: CipherSuite, privateKey: Uint8Array): KeyPackage {
    return new KeyPackage(
      this.version,
      this.cipherSuite,
      this.initKey,
      this.leafNode,
      this.extensions,
      signWithLabel(suite, privateKey, TBS_LABEL, this.#unsigned()),
    );
  }

  /** Check the package's own signature, not its leaf's; throws CryptoError. */
  verifySignature(suite: CipherSuite): void {
    const key = this.leafNode.signatureKey;
    verifyWithLabel(suite, key, TBS_LABEL, this.#unsigned(), this.signature);
  }

  /** Name this key package as a Welcome does (KeyPackageRef, §5.2). */
  reference(suite: CipherSuite): Uint8Array {
    return makeReference(suite, "MLS 1.0 KeyPackage Reference", this.encode());
  }

  #unsigned(): Uint8Array {
    return concat(
      uint16(this.version),
      uint16(this.cipherSuite),
      opaque(this.initKey),
      this.leafNode.encode(),
      vector(this.extensions),
    );
  }
}

/** A key package with its private keys, which its owner keeps until the Welcome arrives. */
export class KeyPackageBundle {
  constructor(
    readonly keyPackage: KeyPackage,
    readonly initPrivateKey: Uint8Array,
    readonly leafPrivateKey: Uint8Array,
  ) {}

  /** Write the bundle for the owner's own storage; it holds private keys. */
  encode(): Uint8Array {
    return concat(
      opaque(this.keyPackage.encode()),
      opaque(this.initPrivateKey),
      opaque(this.leafPrivateKey),
    );
  }

  /** Read a bundle from the owner's own storage. */
  static decode(data: Uint8Array): KeyPackageBundle {
    return decodeAll(
      (reader) =>
        new KeyPackageBundle(
          decodeAll(KeyPackage.read, reader.opaque()),
          reader.opaque(),
          reader.opaque(),
        ),
      data,
    );
  }
}
