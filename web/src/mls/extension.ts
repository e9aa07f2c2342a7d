/** Extensions: typed data that leaves, key packages, groups and group infos carry (RFC 9420 §13). */

import { concat } from "../crypto/bytes.ts";
import { opaque, type Reader, uint16 } from "./codec.ts";

/** The extension types of RFC 9420 §17.3; others are legal and kept as they are. */
export const ExtensionType = {
  APPLICATION_ID: 1,
  RATCHET_TREE: 2,
  REQUIRED_CAPABILITIES: 3,
  EXTERNAL_PUB: 4,
  EXTERNAL_SENDERS: 5,
} as const;

/** The types every client supports without listing them (§7.2). */
export const DEFAULT_EXTENSIONS: ReadonlySet<number> = new Set(Object.values(ExtensionType));

/** One extension: its type and data whose form only the type knows. */
export class Extension {
  constructor(
    readonly type: number,
    readonly data: Uint8Array,
  ) {}

  /** Write `struct Extension`. */
  encode(): Uint8Array {
    return concat(uint16(this.type), opaque(this.data));
  }

  /** Read `struct Extension`. */
  static read(reader: Reader): Extension {
    return new Extension(reader.uint16(), reader.opaque());
  }
}

/** Get the data of the extension of that type, or undefined. */
export function findExtension(
  extensions: readonly Extension[],
  extensionType: number,
): Uint8Array | undefined {
  return extensions.find((extension) => extension.type === extensionType)?.data;
}
