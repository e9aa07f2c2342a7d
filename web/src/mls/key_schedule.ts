/** The key schedule: an epoch's secrets from the last one's (RFC 9420 §8). */

import { join, utf8 } from "../crypto/bytes.ts";
import type { KeyPair } from "../crypto/kem.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { NO_BYTES, opaque, type Reader } from "./codec.ts";
import type { GroupContext } from "./group_context.ts";
import { deriveSecret, expandWithLabel } from "./labels.ts";

/** What a joiner from outside and the group export their init secret by (§8.3). */
export const EXTERNAL_INIT_LABEL = utf8("MLS 1.0 external init secret");

type DerivedEpoch = readonly [secrets: EpochSecrets, encryptionSecret: Uint8Array];

/** What is kept of an epoch; epoch, joiner and encryption secret are not (§9.2). */
export class EpochSecrets {
  constructor(
    readonly senderDataSecret: Uint8Array,
    readonly exporterSecret: Uint8Array,
    readonly externalSecret: Uint8Array,
    readonly confirmationKey: Uint8Array,
    readonly membershipKey: Uint8Array,
    readonly resumptionPsk: Uint8Array,
    readonly epochAuthenticator: Uint8Array,
    readonly initSecret: Uint8Array,
  ) {}

  /** Write the secrets for the member's own storage. */
  encode(): Uint8Array {
    return join(
      [
        this.senderDataSecret,
        this.exporterSecret,
        this.externalSecret,
        this.confirmationKey,
        this.membershipKey,
        this.resumptionPsk,
        this.epochAuthenticator,
        this.initSecret,
      ].map(opaque),
    );
  }

  /** Read the secrets from the member's own storage. */
  static read(reader: Reader): EpochSecrets {
    return EpochSecrets.#each(() => reader.opaque());
  }

  /** Stand for the secrets of an epoch that one is not a member of. */
  static none(): EpochSecrets {
    return EpochSecrets.#each(() => NO_BYTES);
  }

  /** Derive each of the secrets from that of the epoch. */
  static derive(suite: CipherSuite, epochSecret: Uint8Array): EpochSecrets {
    return EpochSecrets.#each((label) => deriveSecret(suite, epochSecret, label));
  }

  static #each(secret: (label: string) => Uint8Array): EpochSecrets {
    return new EpochSecrets(
      secret("sender data"),
      secret("exporter"),
      secret("external"),
      secret("confirm"),
      secret("membership"),
      secret("resumption"),
      secret("authentication"),
      secret("init"),
    );
  }

  /** Derive a secret for the application (MLS-Exporter, §8.5). */
  export(suite: CipherSuite, label: string, context: Uint8Array, length: number): Uint8Array {
    const secret = deriveSecret(suite, this.exporterSecret, label);
    const exported = expandWithLabel(suite, secret, "exported", suite.hash(context), length);
    secret.fill(0);
    return exported;
  }

  /** Derive the key pair that external commits encrypt to (§8.3). */
  externalKeyPair(suite: CipherSuite): KeyPair {
    return suite.kem.deriveKeyPair(this.externalSecret);
  }
}

/** Derive an epoch's secrets and, apart, the encryption secret, which is used up at once. */
export function deriveEpoch(suite: CipherSuite, epochSecret: Uint8Array): DerivedEpoch {
  const secrets = EpochSecrets.derive(suite, epochSecret);
  return [secrets, deriveSecret(suite, epochSecret, "encryption")];
}

/** Combine the last epoch's init secret with the commit's secret, for the next context. */
export function deriveJoinerSecret(
  suite: CipherSuite,
  initSecret: Uint8Array,
  commitSecret: Uint8Array,
  context: GroupContext,
): Uint8Array {
  const extracted = suite.extract(initSecret, commitSecret);
  const encoded = context.encode();
  const joiner = expandWithLabel(suite, extracted, "joiner", encoded, suite.hashLength);
  extracted.fill(0);
  return joiner;
}

/** Derive an epoch's secrets from what its members, new ones too, know. */
export function deriveEpochFromJoiner(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
  context: GroupContext,
): DerivedEpoch {
  const extracted = suite.extract(joinerSecret, pskSecret);
  const encoded = context.encode();
  const epochSecret = expandWithLabel(suite, extracted, "epoch", encoded, suite.hashLength);
  const derived = deriveEpoch(suite, epochSecret);
  extracted.fill(0);
  epochSecret.fill(0);
  return derived;
}

/** Derive the secret that a Welcome's group info is encrypted under. */
export function deriveWelcomeSecret(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
): Uint8Array {
  const extracted = suite.extract(joinerSecret, pskSecret);
  const secret = deriveSecret(suite, extracted, "welcome");
  extracted.fill(0);
  return secret;
}

/** Derive the key and nonce of a Welcome's group info (§12.4.3.1). */
export function deriveWelcomeKey(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
): readonly [key: Uint8Array, nonce: Uint8Array] {
  const secret = deriveWelcomeSecret(suite, joinerSecret, pskSecret);
  const key = expandWithLabel(suite, secret, "key", NO_BYTES, suite.keyLength);
  const nonce = expandWithLabel(suite, secret, "nonce", NO_BYTES, suite.nonceLength);
  secret.fill(0);
  return [key, nonce];
}
