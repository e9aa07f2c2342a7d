/** A client that joins by Welcome and follows all that happens. */

import { expect } from "vitest";
import { toHex } from "../../src/crypto/bytes.ts";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { cipherSuite } from "../../src/crypto/suite.ts";
import {
  CommitProcessed,
  decodeMessage,
  Environment,
  type FindPsk,
  Group,
  GroupSnapshot,
  KeyPackage,
  KeyPackageBundle,
  Policy,
  PskType,
  SigningIdentity,
} from "../../src/mls/index.ts";
import { privateKey, unhex } from "./mls_cases.ts";

/** One case of the passive-client files. */
export interface PassiveClientCase {
  readonly cipher_suite: number;
  readonly external_psks: readonly { readonly psk_id: string; readonly psk: string }[];
  readonly key_package: string;
  readonly signature_priv: string;
  readonly encryption_priv: string;
  readonly init_priv: string;
  readonly welcome: string;
  readonly ratchet_tree: string | null;
  readonly initial_epoch_authenticator: string;
  readonly epochs: readonly {
    readonly proposals: readonly string[];
    readonly commit: string;
    readonly epoch_authenticator: string;
  }[];
}

/** The cases change credentials at will, and let key packages live as long as they like. */
class AnySuccessor extends Policy {
  override readonly maximumLifetime = Number.POSITIVE_INFINITY;
  override checkSuccessor(): void {}
}

/** Join and follow, restarting before each epoch. */
export function runPassiveClient(test: PassiveClientCase): void {
  const suite = cipherSuite(test.cipher_suite);
  const external = new Map(test.external_psks.map(({ psk_id, psk }) => [psk_id, unhex(psk)]));
  const resumption = new Map<string, Uint8Array>();
  const psks: FindPsk = ({ type, id, groupId, epoch }) =>
    type === PskType.EXTERNAL
      ? external.get(toHex(id))
      : resumption.get(`${toHex(groupId)} ${epoch}`);

  const keyPackage = decodeMessage(unhex(test.key_package));
  if (!(keyPackage instanceof KeyPackage)) throw new Error("not a key package");
  const { leafNode } = keyPackage;
  const initPrivateKey = privateKey(suite, test.init_priv);
  const leafPrivateKey = privateKey(suite, test.encryption_priv);
  expect(suite.kem.publicKey(initPrivateKey)).toEqual(keyPackage.initKey);
  expect(suite.kem.publicKey(leafPrivateKey)).toEqual(leafNode.encryptionKey);
  const start = Number(leafNode.lifetime?.notBefore);
  const environment = new Environment(() => start, systemRandom, psks, new AnySuccessor());
  const identity = new SigningIdentity(
    suite,
    privateKey(suite, test.signature_priv),
    leafNode.signatureKey,
    leafNode.credential,
  );
  const bundle = new KeyPackageBundle(keyPackage, initPrivateKey, leafPrivateKey);
  const tree = test.ratchet_tree === null ? {} : { tree: unhex(test.ratchet_tree) };
  let group = Group.joinWelcome(identity, unhex(test.welcome), bundle, environment, tree);
  expect(toHex(group.epochAuthenticator)).toBe(test.initial_epoch_authenticator);
  for (const epoch of test.epochs) {
    resumption.set(`${toHex(group.groupId)} ${group.epoch}`, group.resumptionPsk);
    group = Group.decode(GroupSnapshot.decode(group.encode().encode()), environment);
    for (const proposal of epoch.proposals) group.process(unhex(proposal));
    const processed = group.process(unhex(epoch.commit));
    if (!(processed instanceof CommitProcessed)) throw new Error("not a commit");
    group = processed.group;
    expect(toHex(group.epochAuthenticator)).toBe(epoch.epoch_authenticator);
  }
}
