/** Pre-shared keys: secrets from outside that are mixed into an epoch (RFC 9420 §8.4). */

import { concat, toHex } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { DecodeError } from "../errors.ts";
import { NO_BYTES, opaque, type Reader, uint8, uint16, uint64 } from "./codec.ts";
import { expandWithLabel } from "./labels.ts";
import { require } from "./rules.ts";

/** Whether a key comes from the application or from an epoch of some group. */
export const PskType = {
  EXTERNAL: 1,
  RESUMPTION: 2,
} as const;

/** What a resumption key is brought in for. */
export const ResumptionUsage = {
  APPLICATION: 1,
  REINIT: 2,
  BRANCH: 3,
} as const;

/** Names a key: `id` for an external one; usage, group and epoch for a resumption key. */
export class PreSharedKeyId {
  constructor(
    readonly type: number,
    readonly id: Uint8Array = NO_BYTES,
    readonly usage: number = 0,
    readonly groupId: Uint8Array = NO_BYTES,
    readonly epoch: bigint = 0n,
    readonly nonce: Uint8Array = NO_BYTES,
  ) {}

  /** Name a key that the application holds; the nonce is fresh, of the hash's length. */
  static external(keyId: Uint8Array, nonce: Uint8Array): PreSharedKeyId {
    return new PreSharedKeyId(PskType.EXTERNAL, keyId, 0, NO_BYTES, 0n, nonce);
  }

  /** What names the key itself, without the nonce of one use. */
  get keyName(): string {
    return [this.type, toHex(this.id), this.usage, toHex(this.groupId), this.epoch].join(":");
  }

  /** Write `struct PreSharedKeyID`. */
  encode(): Uint8Array {
    const name =
      this.type === PskType.EXTERNAL
        ? opaque(this.id)
        : concat(uint8(this.usage), opaque(this.groupId), uint64(this.epoch));
    return concat(uint8(this.type), name, opaque(this.nonce));
  }

  /** Read `struct PreSharedKeyID`. */
  static read(reader: Reader): PreSharedKeyId {
    const type = reader.uint8();
    if (type === PskType.EXTERNAL) {
      return PreSharedKeyId.external(reader.opaque(), reader.opaque());
    }
    if (type !== PskType.RESUMPTION) {
      throw new DecodeError("a pre-shared key is of an unknown type");
    }
    const usage = reader.uint8();
    if (usage < ResumptionUsage.APPLICATION || usage > ResumptionUsage.BRANCH) {
      throw new DecodeError("a resumption key has an unknown usage");
    }
    const groupId = reader.opaque();
    return new PreSharedKeyId(type, NO_BYTES, usage, groupId, reader.uint64(), reader.opaque());
  }
}

/** A pre-shared key with its name. */
export type NamedPsk = readonly [pskId: PreSharedKeyId, key: Uint8Array];

/** Combine pre-shared keys, in their order, into the epoch's psk_secret (§8.4). */
export function derivePskSecret(suite: CipherSuite, keys: readonly NamedPsk[]): Uint8Array {
  const zero = new Uint8Array(suite.hashLength);
  let secret: Uint8Array = zero;
  for (const [index, [pskId, key]] of keys.entries()) {
    const label = concat(pskId.encode(), uint16(index), uint16(keys.length));
    const extracted = suite.extract(zero, key);
    const derived = expandWithLabel(suite, extracted, "derived psk", label, suite.hashLength);
    secret = suite.extract(derived, secret);
    extracted.fill(0);
    derived.fill(0);
  }
  return secret;
}

/** Get the keys that are named; throws ValidationError if one is not known. */
export function collectPsks(
  pskIds: readonly PreSharedKeyId[],
  find: (pskId: PreSharedKeyId) => Uint8Array | undefined,
): NamedPsk[] {
  return pskIds.map((pskId) => {
    const key = find(pskId);
    require(key !== undefined, "psk-04");
    return [pskId, key];
  });
}
