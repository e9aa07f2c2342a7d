/** Official vectors of an epoch's secrets, of pre-shared keys, transcripts and Welcomes. */

import { expect } from "vitest";
import { cipherSuite } from "../../src/crypto/suite.ts";
import { decodeAll } from "../../src/mls/codec.ts";
import { AuthenticatedContent } from "../../src/mls/framing.ts";
import { GroupInfo } from "../../src/mls/group_info.ts";
import { KeyPackage } from "../../src/mls/key_package.ts";
import {
  deriveEpochFromJoiner,
  deriveJoinerSecret,
  deriveWelcomeKey,
  deriveWelcomeSecret,
} from "../../src/mls/key_schedule.ts";
import { decryptWithLabel } from "../../src/mls/labels.ts";
import { decodeMessage } from "../../src/mls/message.ts";
import { derivePskSecret, type NamedPsk, PreSharedKeyId } from "../../src/mls/pre_shared_key.ts";
import { senderDataKey } from "../../src/mls/private_message.ts";
import { SecretTree } from "../../src/mls/secret_tree.ts";
import { confirmedTranscriptHash, interimTranscriptHash } from "../../src/mls/transcript.ts";
import { GroupSecrets, Welcome } from "../../src/mls/welcome.ts";
import { officialVectors, privateKey, unhex } from "./mls_cases.ts";
import { contextOf } from "./mls_contexts.ts";

interface EpochItem {
  readonly tree_hash: string;
  readonly confirmed_transcript_hash: string;
  readonly group_context: string;
  readonly commit_secret: string;
  readonly psk_secret: string;
  readonly joiner_secret: string;
  readonly welcome_secret: string;
  readonly encryption_secret: string;
  readonly init_secret: string;
  readonly sender_data_secret: string;
  readonly exporter_secret: string;
  readonly epoch_authenticator: string;
  readonly external_secret: string;
  readonly external_pub: string;
  readonly confirmation_key: string;
  readonly membership_key: string;
  readonly resumption_psk: string;
  readonly exporter: {
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly secret: string;
  };
}

interface ScheduleCase {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly initial_init_secret: string;
  readonly epochs: readonly EpochItem[];
}

officialVectors("key-schedule", (item: ScheduleCase) => {
  const suite = cipherSuite(item.cipher_suite);
  let initSecret = unhex(item.initial_init_secret);
  for (const [number, epoch] of item.epochs.entries()) {
    const treeHash = unhex(epoch.tree_hash);
    const context = contextOf(suite, item, number, treeHash, epoch.confirmed_transcript_hash);
    expect(context.encode()).toEqual(unhex(epoch.group_context));
    const joiner = deriveJoinerSecret(suite, initSecret, unhex(epoch.commit_secret), context);
    expect(joiner).toEqual(unhex(epoch.joiner_secret));
    const psk = unhex(epoch.psk_secret);
    expect(deriveWelcomeSecret(suite, joiner, psk)).toEqual(unhex(epoch.welcome_secret));
    const [secrets, encryption] = deriveEpochFromJoiner(suite, joiner, psk, context);
    expect(encryption).toEqual(unhex(epoch.encryption_secret));
    expect({ ...secrets }).toEqual({
      senderDataSecret: unhex(epoch.sender_data_secret),
      exporterSecret: unhex(epoch.exporter_secret),
      externalSecret: unhex(epoch.external_secret),
      confirmationKey: unhex(epoch.confirmation_key),
      membershipKey: unhex(epoch.membership_key),
      resumptionPsk: unhex(epoch.resumption_psk),
      epochAuthenticator: unhex(epoch.epoch_authenticator),
      initSecret: unhex(epoch.init_secret),
    });
    const [, externalKey] = secrets.externalKeyPair(suite);
    expect(externalKey).toEqual(unhex(epoch.external_pub));
    const { label, context: exportContext, length, secret } = epoch.exporter;
    expect(secrets.export(suite, label, unhex(exportContext), length)).toEqual(unhex(secret));
    initSecret = secrets.initSecret;
  }
});

interface PskCase {
  readonly cipher_suite: number;
  readonly psks: readonly {
    readonly psk_id: string;
    readonly psk: string;
    readonly psk_nonce: string;
  }[];
  readonly psk_secret: string;
}

officialVectors("psk_secret", (item: PskCase) => {
  const keys = item.psks.map(
    ({ psk_id, psk_nonce, psk }): NamedPsk => [
      PreSharedKeyId.external(unhex(psk_id), unhex(psk_nonce)),
      unhex(psk),
    ],
  );
  const secret = derivePskSecret(cipherSuite(item.cipher_suite), keys);
  expect(secret).toEqual(unhex(item.psk_secret));
});

interface SecretTreeCase {
  readonly cipher_suite: number;
  readonly encryption_secret: string;
  readonly sender_data: {
    readonly sender_data_secret: string;
    readonly ciphertext: string;
    readonly key: string;
    readonly nonce: string;
  };
  readonly leaves: readonly (readonly {
    readonly generation: number;
    readonly application_key: string;
    readonly application_nonce: string;
    readonly handshake_key: string;
    readonly handshake_nonce: string;
  }[])[];
}

officialVectors("secret-tree", (item: SecretTreeCase) => {
  const suite = cipherSuite(item.cipher_suite);
  const { sender_data_secret, ciphertext, key, nonce } = item.sender_data;
  const senderData = senderDataKey(suite, unhex(sender_data_secret), unhex(ciphertext));
  expect(senderData).toEqual([unhex(key), unhex(nonce)]);
  const tree = SecretTree.create(suite, item.leaves.length, unhex(item.encryption_secret), 0);
  const take = (leaf: number, contentType: number, generation: number) => {
    const staged = tree.receive(leaf, contentType, generation);
    staged.consume();
    return [staged.key, staged.nonce];
  };
  for (const [leaf, generations] of item.leaves.entries()) {
    for (const { generation, ...wanted } of generations) {
      expect(take(leaf, 1, generation)).toEqual([
        unhex(wanted.application_key),
        unhex(wanted.application_nonce),
      ]);
      expect(take(leaf, 3, generation)).toEqual([
        unhex(wanted.handshake_key),
        unhex(wanted.handshake_nonce),
      ]);
    }
  }
});

interface TranscriptCase {
  readonly cipher_suite: number;
  readonly confirmation_key: string;
  readonly authenticated_content: string;
  readonly interim_transcript_hash_before: string;
  readonly confirmed_transcript_hash_after: string;
  readonly interim_transcript_hash_after: string;
}

officialVectors("transcript-hashes", (item: TranscriptCase) => {
  const suite = cipherSuite(item.cipher_suite);
  const commit = decodeAll(AuthenticatedContent.read, unhex(item.authenticated_content));
  const before = unhex(item.interim_transcript_hash_before);
  const confirmed = confirmedTranscriptHash(suite, before, commit);
  expect(confirmed).toEqual(unhex(item.confirmed_transcript_hash_after));
  const tag = commit.confirmationTag ?? expect.fail("a commit has a confirmation tag");
  suite.verifyMac(unhex(item.confirmation_key), confirmed, tag);
  const interim = interimTranscriptHash(suite, confirmed, tag);
  expect(interim).toEqual(unhex(item.interim_transcript_hash_after));
});

interface WelcomeCase {
  readonly cipher_suite: number;
  readonly init_priv: string;
  readonly key_package: string;
  readonly signer_pub: string;
  readonly welcome: string;
}

officialVectors("welcome", (item: WelcomeCase) => {
  const suite = cipherSuite(item.cipher_suite);
  const welcome = decodeMessage(unhex(item.welcome));
  const keyPackage = decodeMessage(unhex(item.key_package));
  if (!(welcome instanceof Welcome && keyPackage instanceof KeyPackage)) {
    expect.fail("the messages are of other kinds than their names say");
  }
  keyPackage.verifySignature(suite);
  keyPackage.leafNode.verifySignature(suite);
  const reference = Buffer.from(keyPackage.reference(suite));
  const sealed = welcome.secrets.find(({ newMember }) => reference.equals(newMember))?.ciphertext;
  if (sealed === undefined) expect.fail("the Welcome has secrets for the key package");
  const opened = decryptWithLabel(
    suite,
    privateKey(suite, item.init_priv),
    "Welcome",
    welcome.encryptedGroupInfo,
    sealed.kemOutput,
    sealed.ciphertext,
  );
  const { joinerSecret } = decodeAll(GroupSecrets.read, opened);
  const noPsk = new Uint8Array(suite.hashLength);
  const [key, nonce] = deriveWelcomeKey(suite, joinerSecret, noPsk);
  const info = decodeAll(
    GroupInfo.read,
    suite.open(key, nonce, new Uint8Array(), welcome.encryptedGroupInfo),
  );
  info.verifySignature(suite, unhex(item.signer_pub));
  const [secrets] = deriveEpochFromJoiner(suite, joinerSecret, noPsk, info.context);
  const confirmed = info.context.confirmedTranscriptHash;
  suite.verifyMac(secrets.confirmationKey, confirmed, info.confirmationTag);
});
