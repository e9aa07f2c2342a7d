/** Parent nodes: a key shared by the members below it (RFC 9420 §7.1). */

import { concat } from "../crypto/bytes.ts";
import { NO_BYTES, opaque, type Reader, uint32Vector } from "./codec.ts";

interface ParentNodeParts {
  readonly encryptionKey: Uint8Array;
  readonly parentHash: Uint8Array;
  readonly unmergedLeaves: readonly number[];
}

/** A public key whose private half every leaf below knows, but for the unmerged ones. */
export class ParentNode implements ParentNodeParts {
  #encoded: Uint8Array | undefined;

  constructor(
    readonly encryptionKey: Uint8Array,
    readonly parentHash: Uint8Array = NO_BYTES,
    readonly unmergedLeaves: readonly number[] = [],
  ) {}

  /** Give a node that differs in these parts. */
  with(parts: Partial<ParentNodeParts>): ParentNode {
    const changed: ParentNodeParts = { ...this, ...parts };
    return new ParentNode(changed.encryptionKey, changed.parentHash, changed.unmergedLeaves);
  }

  /** Write `struct ParentNode`. */
  encode(): Uint8Array {
    this.#encoded ??= concat(
      opaque(this.encryptionKey),
      opaque(this.parentHash),
      uint32Vector(this.unmergedLeaves),
    );
    return this.#encoded;
  }

  /** Read `struct ParentNode`. */
  static read(reader: Reader): ParentNode {
    return new ParentNode(
      reader.opaque(),
      reader.opaque(),
      reader.vector((leaves) => leaves.uint32()),
    );
  }
}
