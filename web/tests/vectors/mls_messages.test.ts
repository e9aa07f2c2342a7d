/** Official vectors of messages: their form, and how they are protected. */

import { expect } from "vitest";
import { join } from "../../src/crypto/bytes.ts";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { type CipherSuite, cipherSuite } from "../../src/crypto/suite.ts";
import { decodeAll, opaque, Reader } from "../../src/mls/codec.ts";
import { Commit } from "../../src/mls/commit.ts";
import {
  AuthenticatedContent,
  type Content,
  encodeContent,
  FramedContent,
  Sender,
  WireFormat,
} from "../../src/mls/framing.ts";
import type { GroupContext } from "../../src/mls/group_context.ts";
import { decodeMessage, encodeMessage } from "../../src/mls/message.ts";
import { PrivateMessage } from "../../src/mls/private_message.ts";
import { decodeProposal, decodeProposalBody } from "../../src/mls/proposal.ts";
import { PublicMessage } from "../../src/mls/public_message.ts";
import { decodeNode, encodeNode } from "../../src/mls/ratchet_tree.ts";
import { SecretTree } from "../../src/mls/secret_tree.ts";
import { GroupSecrets } from "../../src/mls/welcome.ts";
import { officialVectors, privateKey, unhex } from "./mls_cases.ts";
import { contextOf } from "./mls_contexts.ts";

const MESSAGES = [
  "mls_welcome",
  "mls_group_info",
  "mls_key_package",
  "public_message_application",
  "public_message_proposal",
  "public_message_commit",
  "private_message",
] as const;

/** In the order of their types. */
const PROPOSALS = [
  "add_proposal",
  "update_proposal",
  "remove_proposal",
  "pre_shared_key_proposal",
  "re_init_proposal",
  "external_init_proposal",
  "group_context_extensions_proposal",
] as const;

type MessagesCase = Record<
  | (typeof MESSAGES)[number]
  | (typeof PROPOSALS)[number]
  | "group_secrets"
  | "commit"
  | "ratchet_tree",
  string
>;

officialVectors("messages", (item: MessagesCase) => {
  for (const name of MESSAGES) {
    const message = unhex(item[name]);
    expect(encodeMessage(decodeMessage(message)), name).toEqual(message);
  }
  const secrets = unhex(item.group_secrets);
  expect(decodeAll(GroupSecrets.read, secrets).encode()).toEqual(secrets);
  const commit = unhex(item.commit);
  expect(decodeAll(Commit.read, commit).encode()).toEqual(commit);
  const tree = unhex(item.ratchet_tree);
  const nodes = decodeAll((reader) => reader.vector(decodeNode), tree);
  expect(opaque(join(nodes.map(encodeNode)))).toEqual(tree);
  for (const [at, name] of PROPOSALS.entries()) {
    const body = unhex(item[name]);
    const reader = new Reader(body);
    const proposal = decodeProposalBody(at + 1, reader);
    reader.finish();
    expect(proposal.encodeBody(), name).toEqual(body);
  }
});

interface ProtectionCase {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly epoch: number;
  readonly tree_hash: string;
  readonly confirmed_transcript_hash: string;
  readonly signature_priv: string;
  readonly signature_pub: string;
  readonly encryption_secret: string;
  readonly sender_data_secret: string;
  readonly membership_key: string;
  readonly proposal: string;
  readonly proposal_priv: string;
  readonly proposal_pub: string;
  readonly commit: string;
  readonly commit_priv: string;
  readonly commit_pub: string;
  readonly application: string;
  readonly application_priv: string;
}

/** As much of a group as protects a message: two leaves with one signature key. */
class TwoMembers {
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly secretTree: SecretTree;

  constructor(
    readonly item: ProtectionCase,
    readonly ownIndex: number,
  ) {
    this.suite = cipherSuite(item.cipher_suite);
    this.context = contextOf(
      this.suite,
      item,
      item.epoch,
      unhex(item.tree_hash),
      item.confirmed_transcript_hash,
    );
    this.secretTree = SecretTree.create(this.suite, 2, unhex(item.encryption_secret), ownIndex);
  }

  open(data: Uint8Array): Uint8Array {
    const message = decodeMessage(data);
    const { content } = this.#verify(message).framed;
    return content instanceof Uint8Array ? content : encodeContent(content);
  }

  #verify(message: unknown) {
    const { item, suite, context } = this;
    const keyOf = () => unhex(item.signature_pub);
    if (message instanceof PublicMessage) {
      return message.verify(suite, context, unhex(item.membership_key), keyOf);
    }
    if (!(message instanceof PrivateMessage)) expect.fail("not a message to the group");
    const secret = unhex(item.sender_data_secret);
    return message.open(suite, context, secret, this.secretTree, keyOf, this.ownIndex)[0];
  }

  protect(content: Content, isPublic: boolean): Uint8Array {
    const { item, suite, context } = this;
    const framed = new FramedContent(
      context.groupId,
      context.epoch,
      Sender.member(this.ownIndex),
      new Uint8Array(),
      content,
    );
    const wireFormat = isPublic ? WireFormat.PUBLIC_MESSAGE : WireFormat.PRIVATE_MESSAGE;
    const signingKey = privateKey(suite, item.signature_priv);
    let signed = new AuthenticatedContent(wireFormat, framed).sign(suite, signingKey, context);
    if (content instanceof Commit) signed = signed.with({ confirmationTag: Uint8Array.of(1, 2) });
    return encodeMessage(
      isPublic
        ? PublicMessage.protect(signed, suite, context, unhex(item.membership_key))
        : PrivateMessage.protect(
            signed,
            suite,
            unhex(item.sender_data_secret),
            this.secretTree,
            systemRandom,
            16,
          ),
    );
  }
}

officialVectors("message-protection", (item: ProtectionCase) => {
  const decoders = { proposal: decodeProposal, commit: Commit.read } as const;
  for (const kind of ["proposal", "commit"] as const) {
    const content = unhex(item[kind]);
    expect(new TwoMembers(item, 0).open(unhex(item[`${kind}_pub`]))).toEqual(content);
    expect(new TwoMembers(item, 0).open(unhex(item[`${kind}_priv`]))).toEqual(content);
    for (const isPublic of [true, false]) {
      const decoded = decodeAll<Content>(decoders[kind], content);
      const data = new TwoMembers(item, 1).protect(decoded, isPublic);
      expect(new TwoMembers(item, 0).open(data)).toEqual(content);
    }
  }
  const content = unhex(item.application);
  expect(new TwoMembers(item, 0).open(unhex(item.application_priv))).toEqual(content);
  const data = new TwoMembers(item, 1).protect(content, false);
  expect(new TwoMembers(item, 0).open(data)).toEqual(content);
});
