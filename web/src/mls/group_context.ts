/** The group context: what all members of an epoch agree on (RFC 9420 §8.1). */

import { concat } from "../crypto/bytes.ts";
import { DecodeError } from "../errors.ts";
import { RequiredCapabilities } from "./capabilities.ts";
import {
  decodeAll,
  opaque,
  PROTOCOL_VERSION,
  type Reader,
  uint16,
  uint64,
  vector,
} from "./codec.ts";
import { Extension, ExtensionType, findExtension } from "./extension.ts";
import { decodeExternalSenders, type ExternalSender } from "./external_sender.ts";

interface GroupContextParts {
  readonly cipherSuite: number;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly treeHash: Uint8Array;
  readonly confirmedTranscriptHash: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** Goes into every key of the epoch, so that members who differ in it share no key. */
export class GroupContext implements GroupContextParts {
  constructor(
    readonly cipherSuite: number,
    readonly groupId: Uint8Array,
    readonly epoch: bigint,
    readonly treeHash: Uint8Array,
    readonly confirmedTranscriptHash: Uint8Array,
    readonly extensions: readonly Extension[] = [],
  ) {}

  /** Give a context that differs in these parts. */
  with(parts: Partial<GroupContextParts>): GroupContext {
    const changed: GroupContextParts = { ...this, ...parts };
    return new GroupContext(
      changed.cipherSuite,
      changed.groupId,
      changed.epoch,
      changed.treeHash,
      changed.confirmedTranscriptHash,
      changed.extensions,
    );
  }

  /** Get the data of the group's extension of that type, or undefined. */
  extension(extensionType: number): Uint8Array | undefined {
    return findExtension(this.extensions, extensionType);
  }

  /** What every member must support beyond the defaults (§11.1). */
  get requiredCapabilities(): RequiredCapabilities {
    const data = this.extension(ExtensionType.REQUIRED_CAPABILITIES);
    return data === undefined
      ? new RequiredCapabilities()
      : decodeAll(RequiredCapabilities.read, data);
  }

  /** Who may propose from outside (§12.1.8.1). */
  get externalSenders(): readonly ExternalSender[] {
    const data = this.extension(ExtensionType.EXTERNAL_SENDERS);
    return data === undefined ? [] : decodeExternalSenders(data);
  }

  /** Write `struct GroupContext`. */
  encode(): Uint8Array {
    return concat(
      uint16(PROTOCOL_VERSION),
      uint16(this.cipherSuite),
      opaque(this.groupId),
      uint64(this.epoch),
      opaque(this.treeHash),
      opaque(this.confirmedTranscriptHash),
      vector(this.extensions),
    );
  }

  /** Read `struct GroupContext`. */
  static read(reader: Reader): GroupContext {
    if (reader.uint16() !== PROTOCOL_VERSION) {
      throw new DecodeError("a group context is of another protocol version");
    }
    return new GroupContext(
      reader.uint16(),
      reader.opaque(),
      reader.uint64(),
      reader.opaque(),
      reader.opaque(),
      reader.vector(Extension.read),
    );
  }
}
