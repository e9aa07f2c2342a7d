/** Leaf nodes: one member's public keys, credential and capabilities (RFC 9420 §7.2). */

import { concat } from "../crypto/bytes.ts";
import type { SignatureCheck } from "../crypto/ed25519.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { DecodeError } from "../errors.ts";
import { Capabilities } from "./capabilities.ts";
import { NO_BYTES, opaque, type Reader, uint8, uint32, uint64, vector } from "./codec.ts";
import { Credential } from "./credential.ts";
import { Extension, findExtension } from "./extension.ts";
import { checkWithLabel, signWithLabel, verifyWithLabel } from "./labels.ts";

/** Where a leaf comes from, which says what it carries and what its signature covers. */
export const LeafNodeSource = {
  KEY_PACKAGE: 1,
  UPDATE: 2,
  COMMIT: 3,
} as const;

const TBS_LABEL = "LeafNodeTBS";

/** When a key package may be used, both ends included, in seconds since 1970. */
export class Lifetime {
  constructor(
    readonly notBefore: bigint,
    readonly notAfter: bigint,
  ) {}
}

interface LeafNodeParts {
  readonly encryptionKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  readonly source: number;
  readonly lifetime: Lifetime | undefined;
  readonly parentHash: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

/** A member as the others see it. */
export class LeafNode implements LeafNodeParts {
  // encoded again and again for tree hashes and group infos, and never changed
  #encoded: Uint8Array | undefined;

  constructor(
    readonly encryptionKey: Uint8Array,
    readonly signatureKey: Uint8Array,
    readonly credential: Credential,
    readonly capabilities: Capabilities,
    readonly source: number,
    readonly lifetime: Lifetime | undefined = undefined,
    readonly parentHash: Uint8Array = NO_BYTES,
    readonly extensions: readonly Extension[] = [],
    readonly signature: Uint8Array = NO_BYTES,
  ) {}

  /** Give a leaf that differs in these parts; the signature stays as it is. */
  with(parts: Partial<LeafNodeParts>): LeafNode {
    const changed: LeafNodeParts = { ...this, ...parts };
    return new LeafNode(
      changed.encryptionKey,
      changed.signatureKey,
      changed.credential,
      changed.capabilities,
      changed.source,
      changed.lifetime,
      changed.parentHash,
      changed.extensions,
      changed.signature,
    );
  }

  /** Get the data of this leaf's extension of that type, or undefined. */
  extension(extensionType: number): Uint8Array | undefined {
    return findExtension(this.extensions, extensionType);
  }

  /** Write `struct LeafNode`. */
  encode(): Uint8Array {
    this.#encoded ??= concat(this.#unsigned(), opaque(this.signature));
    return this.#encoded;
  }

  /** Read `struct LeafNode`. */
  static read(reader: Reader): LeafNode {
    const start = reader.position;
    const encryptionKey = reader.opaque();
    const signatureKey = reader.opaque();
    const credential = Credential.read(reader);
    const capabilities = Capabilities.read(reader);
    const source = reader.uint8();
    let lifetime: Lifetime | undefined;
    let parentHash: Uint8Array = NO_BYTES;
    if (source === LeafNodeSource.KEY_PACKAGE) {
      lifetime = new Lifetime(reader.uint64(), reader.uint64());
    } else if (source === LeafNodeSource.COMMIT) {
      parentHash = reader.opaque();
    } else if (source !== LeafNodeSource.UPDATE) {
      throw new DecodeError("a leaf node has an unknown source");
    }
    const leaf = new LeafNode(
      encryptionKey,
      signatureKey,
      credential,
      capabilities,
      source,
      lifetime,
      parentHash,
      reader.vector(Extension.read),
      reader.opaque(),
    );
    leaf.#encoded = reader.data.slice(start, reader.position);
    return leaf;
  }

  /** Make this leaf with its signature, which covers group and index if it is in a group. */
  sign(suite: CipherSuite, privateKey: Uint8Array, groupId = NO_BYTES, index = 0): LeafNode {
    const content = this.#signedContent(groupId, index);
    return this.with({ signature: signWithLabel(suite, privateKey, TBS_LABEL, content) });
  }

  /** Check the signature for this place in this group; throws CryptoError. */
  verifySignature(suite: CipherSuite, groupId = NO_BYTES, index = 0): void {
    const content = this.#signedContent(groupId, index);
    verifyWithLabel(suite, this.signatureKey, TBS_LABEL, content, this.signature);
  }

  /** Say what `verifySignature` verifies, for a platform that can do so ahead. */
  signatureCheck(groupId: Uint8Array, index: number): SignatureCheck {
    const content = this.#signedContent(groupId, index);
    return checkWithLabel(this.signatureKey, TBS_LABEL, content, this.signature);
  }

  #signedContent(groupId: Uint8Array, index: number): Uint8Array {
    if (this.source === LeafNodeSource.KEY_PACKAGE) return this.#unsigned();
    return concat(this.#unsigned(), opaque(groupId), uint32(index));
  }

  #unsigned(): Uint8Array {
    return concat(
      opaque(this.encryptionKey),
      opaque(this.signatureKey),
      this.credential.encode(),
      this.capabilities.encode(),
      uint8(this.source),
      this.#ofSource(),
      vector(this.extensions),
    );
  }

  #ofSource(): Uint8Array {
    if (this.source === LeafNodeSource.KEY_PACKAGE) {
      const { notBefore, notAfter } = this.lifetime ?? new Lifetime(0n, 0n);
      return concat(uint64(notBefore), uint64(notAfter));
    }
    return this.source === LeafNodeSource.COMMIT ? opaque(this.parentHash) : NO_BYTES;
  }
}
