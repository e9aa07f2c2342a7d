/** Capabilities: what a client can process, and what a group demands (RFC 9420 §7.2, §11.1). */

import { concat } from "../crypto/bytes.ts";
import { type Reader, uint16Vector } from "./codec.ts";
import { DEFAULT_EXTENSIONS } from "./extension.ts";

const DEFAULT_PROPOSALS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7]);

function readNumbers(reader: Reader): number[] {
  return reader.vector((numbers) => numbers.uint16());
}

/** The protocol versions, suites and types that a client supports beyond the defaults. */
export class Capabilities {
  constructor(
    readonly versions: readonly number[],
    readonly cipherSuites: readonly number[],
    readonly extensions: readonly number[] = [],
    readonly proposals: readonly number[] = [],
    readonly credentials: readonly number[] = [],
  ) {}

  /** Say whether the client understands that extension type. */
  supportsExtension(extensionType: number): boolean {
    return DEFAULT_EXTENSIONS.has(extensionType) || this.extensions.includes(extensionType);
  }

  /** Say whether the client understands that proposal type. */
  supportsProposal(proposalType: number): boolean {
    return DEFAULT_PROPOSALS.has(proposalType) || this.proposals.includes(proposalType);
  }

  /** Say whether the client understands that credential type. */
  supportsCredential(credentialType: number): boolean {
    return this.credentials.includes(credentialType);
  }

  /** Write `struct Capabilities`. */
  encode(): Uint8Array {
    return concat(
      uint16Vector(this.versions),
      uint16Vector(this.cipherSuites),
      uint16Vector(this.extensions),
      uint16Vector(this.proposals),
      uint16Vector(this.credentials),
    );
  }

  /** Read `struct Capabilities`; unknown numbers, GREASE among them, are kept. */
  static read(reader: Reader): Capabilities {
    return new Capabilities(
      readNumbers(reader),
      readNumbers(reader),
      readNumbers(reader),
      readNumbers(reader),
      readNumbers(reader),
    );
  }
}

/** What every member of a group must support: the required_capabilities extension. */
export class RequiredCapabilities {
  constructor(
    readonly extensions: readonly number[] = [],
    readonly proposals: readonly number[] = [],
    readonly credentials: readonly number[] = [],
  ) {}

  /** Write `struct RequiredCapabilities`. */
  encode(): Uint8Array {
    return concat(
      uint16Vector(this.extensions),
      uint16Vector(this.proposals),
      uint16Vector(this.credentials),
    );
  }

  /** Read `struct RequiredCapabilities`. */
  static read(reader: Reader): RequiredCapabilities {
    return new RequiredCapabilities(readNumbers(reader), readNumbers(reader), readNumbers(reader));
  }

  /** Say whether a client with these capabilities may be a member. */
  metBy(capabilities: Capabilities): boolean {
    return (
      this.extensions.every((type) => capabilities.supportsExtension(type)) &&
      this.proposals.every((type) => capabilities.supportsProposal(type)) &&
      this.credentials.every((type) => capabilities.supportsCredential(type))
    );
  }
}
