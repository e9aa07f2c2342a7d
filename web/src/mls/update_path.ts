/** Update paths: fresh keys from a committer's leaf to the root (RFC 9420 §7.6). */

import { concat } from "../crypto/bytes.ts";
import { opaque, type Reader, vector } from "./codec.ts";
import { LeafNode } from "./leaf_node.ts";

/** A secret encrypted to one public key. */
export class HpkeCiphertext {
  constructor(
    readonly kemOutput: Uint8Array,
    readonly ciphertext: Uint8Array,
  ) {}

  /** Write `struct HPKECiphertext`. */
  encode(): Uint8Array {
    return concat(opaque(this.kemOutput), opaque(this.ciphertext));
  }

  /** Read `struct HPKECiphertext`. */
  static read(reader: Reader): HpkeCiphertext {
    return new HpkeCiphertext(reader.opaque(), reader.opaque());
  }
}

/** A new public key, and its path secret for each node of the copath child's resolution. */
export class UpdatePathNode {
  constructor(
    readonly encryptionKey: Uint8Array,
    readonly encryptedPathSecrets: readonly HpkeCiphertext[],
  ) {}

  /** Write `struct UpdatePathNode`. */
  encode(): Uint8Array {
    return concat(opaque(this.encryptionKey), vector(this.encryptedPathSecrets));
  }

  /** Read `struct UpdatePathNode`. */
  static read(reader: Reader): UpdatePathNode {
    return new UpdatePathNode(reader.opaque(), reader.vector(HpkeCiphertext.read));
  }
}

/** The committer's new leaf and the new keys above it, lowest first. */
export class UpdatePath {
  constructor(
    readonly leafNode: LeafNode,
    readonly nodes: readonly UpdatePathNode[],
  ) {}

  /** Write `struct UpdatePath`. */
  encode(): Uint8Array {
    return concat(this.leafNode.encode(), vector(this.nodes));
  }

  /** Read `struct UpdatePath`. */
  static read(reader: Reader): UpdatePath {
    return new UpdatePath(LeafNode.read(reader), reader.vector(UpdatePathNode.read));
  }
}
