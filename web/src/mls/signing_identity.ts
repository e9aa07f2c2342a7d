/** The identity a client signs with, and the leaves it makes of it (RFC 9420 §5.3, §7.2). */

import { type Random, systemRandom } from "../crypto/randomness.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { Capabilities } from "./capabilities.ts";
import { NO_BYTES } from "./codec.ts";
import { Credential } from "./credential.ts";
import { DEFAULT_EXTENSIONS, type Extension } from "./extension.ts";
import { LeafNode, type Lifetime } from "./leaf_node.ts";

/** A signature key pair and the credential that says whose it is. */
export class SigningIdentity {
  constructor(
    readonly suite: CipherSuite,
    readonly privateKey: Uint8Array,
    readonly publicKey: Uint8Array,
    readonly credential: Credential,
  ) {}

  /** Make a new key pair with a basic credential. */
  static generate(
    suite: CipherSuite,
    identity: Uint8Array,
    random: Random = systemRandom,
  ): SigningIdentity {
    const [privateKey, publicKey] = suite.signature.generate(random);
    return new SigningIdentity(suite, privateKey, publicKey, Credential.basic(identity));
  }

  /** Make a leaf of this identity; what it carries is listed in its capabilities. */
  unsignedLeaf(
    encryptionKey: Uint8Array,
    source: number,
    capabilities: Capabilities,
    extensions: readonly Extension[],
    lifetime?: Lifetime,
  ): LeafNode {
    return new LeafNode(
      encryptionKey,
      this.publicKey,
      this.credential,
      listing(capabilities, extensions),
      source,
      lifetime,
      NO_BYTES,
      extensions,
    );
  }
}

/** Add to capabilities the extension types of a leaf that has them. */
export function listing(
  capabilities: Capabilities,
  extensions: readonly Extension[],
): Capabilities {
  const missing = extensions
    .map((extension) => extension.type)
    .filter((type) => !DEFAULT_EXTENSIONS.has(type) && !capabilities.extensions.includes(type));
  return new Capabilities(
    capabilities.versions,
    capabilities.cipherSuites,
    [...capabilities.extensions, ...missing],
    capabilities.proposals,
    capabilities.credentials,
  );
}
