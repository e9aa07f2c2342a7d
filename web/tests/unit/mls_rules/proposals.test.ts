/** Proposals that are wrong by themselves are refused, sent alone or in a commit. */

import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import {
  Add,
  Credential,
  Extension,
  ExtensionType,
  ExternalInit,
  ExternalSender,
  encodeExternalSenders,
  Group,
  GroupContextExtensions,
  type LeafNode,
  Policy,
  PreSharedKey,
  PreSharedKeyId,
  PskType,
  ReInit,
  Remove,
  RequiredCapabilities,
  ResumptionUsage,
  Sender,
  SenderType,
} from "../../../src/mls/index.ts";
import { forgeCommit, INIT, joiner } from "./forged_commits.ts";
import { forgeUpdate, leafOf } from "./forged_leaves.ts";
import { forgeMessage } from "./forged_messages.ts";
import {
  breach,
  consider,
  environmentWithoutPsks,
  makeRoom,
  newBundle,
  newIdentity,
  nonce,
  pskProposal,
  SUITE,
} from "./rooms.ts";

const SPECIAL = 0xf00a;
const OUTSIDE = new Sender(SenderType.EXTERNAL, 0);
const NEWCOMER = new Sender(SenderType.NEW_MEMBER_PROPOSAL);

/** Accepts every proposal from outside that the protocol does. */
class TakesFromOutside extends Policy {
  override checkExternalProposal(): void {}
}

test("an Update that keeps the encryption key is refused", () => {
  const room = makeRoom(2);
  const { encryptionKey } = leafOf(room.at(0), 0);
  const update = forgeUpdate(room.at(0), (leaf) => leaf.with({ encryptionKey }));
  const message = forgeMessage(room.at(0), update);
  breach("update-02", [room.at(1)], () => room.at(1).process(message));
});

test("a leaf that takes another name is refused, in an Update and in a path", () => {
  const room = makeRoom(2);
  const editLeaf = (leaf: LeafNode) =>
    leaf.with({ credential: Credential.basic(utf8("somebody else")) });
  const update = forgeMessage(room.at(0), forgeUpdate(room.at(0), editLeaf));
  breach("update-03", [room.at(1)], () => room.at(1).process(update));
  const commit = forgeCommit(room.at(0), [], { editLeaf });
  breach("update-03", [room.at(1)], () => room.at(1).process(commit));
});

test.each([1, 3, 2 ** 31])("a Remove of nobody is refused: leaf %i", (leaf) => {
  const room = makeRoom(3);
  room.turn(0, [new Remove(1)]);
  const message = forgeMessage(room.at(0), new Remove(leaf));
  breach("remove-01", [room.at(1)], () => room.at(1).process(message));
});

test.each([0, 31, 33])("a pre-shared key's nonce of another length is refused: %i", (length) => {
  const room = makeRoom(2);
  const psk = new PreSharedKey(PreSharedKeyId.external(utf8("shared"), new Uint8Array(length)));
  const message = forgeMessage(room.at(0), psk);
  breach("psk-01", [room.at(1)], () => room.at(1).process(message));
});

function resumption(usage: number): PreSharedKey {
  const psk = new PreSharedKeyId(PskType.RESUMPTION, utf8(""), usage, utf8("group"), 1n, nonce());
  return new PreSharedKey(psk);
}

test("a reinitialization key in a running group is refused", () => {
  const room = makeRoom(2);
  const message = forgeMessage(room.at(0), resumption(ResumptionUsage.REINIT));
  breach("psk-02", [room.at(1)], () => room.at(1).process(message));
});

test("a branch key in a running group is refused", () => {
  const room = makeRoom(2);
  const message = forgeMessage(room.at(0), resumption(ResumptionUsage.BRANCH));
  breach("psk-03", [room.at(1)], () => room.at(1).process(message));
});

test("a commit with a key that the receiver does not have is refused", () => {
  const room = makeRoom(2);
  const receiver = Group.decode(room.at(1).encode(), environmentWithoutPsks());
  receiver.encode();
  const message = forgeCommit(room.at(0), [pskProposal()]);
  breach("psk-04", [receiver], () => receiver.process(message));
});

test("a ReInit to an older version is refused", () => {
  const room = makeRoom(2);
  const message = forgeMessage(room.at(0), new ReInit(utf8("next"), 0, SUITE.id));
  breach("reinit-01", [room.at(1)], () => room.at(1).process(message));
});

test.each([
  ["empty", new Uint8Array()],
  ["short", new Uint8Array(31).fill(5)],
  ["of small order", new Uint8Array(32)],
])("an ExternalInit that does not open is refused: %s", (_, kemOutput) => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [INIT, pskProposal()], joiner({ kemOutput }));
  breach("extinit-01", [room.at(1)], () => room.at(1).process(message));
});

test("requirements that a member does not meet are refused", () => {
  const room = makeRoom(2);
  const required = new RequiredCapabilities([SPECIAL]).encode();
  const setting = new Extension(ExtensionType.REQUIRED_CAPABILITIES, required);
  const message = forgeCommit(room.at(0), [new GroupContextExtensions([setting])]);
  breach("gce-01", [room.at(1)], () => room.at(1).process(message));
});

test("group extensions that a member does not know are refused", () => {
  const room = makeRoom(2);
  const setting = new Extension(SPECIAL, utf8(""));
  const message = forgeCommit(room.at(0), [new GroupContextExtensions([setting])]);
  breach("gce-02", [room.at(1)], () => room.at(1).process(message));
});

test.each([
  ["required_capabilities", ExtensionType.REQUIRED_CAPABILITIES],
  ["external_senders", ExtensionType.EXTERNAL_SENDERS],
])("group extensions that cannot be read are refused: %s", (_, type) => {
  const room = makeRoom(2);
  const setting = new Extension(type, Uint8Array.of(5, 0));
  const message = forgeMessage(room.at(0), new GroupContextExtensions([setting]));
  breach("gce-03", [room.at(1)], () => room.at(1).process(message));
});

test("a proposal from outside of a type for members is refused", () => {
  const server = newIdentity("server");
  const listed = new ExternalSender(server.publicKey, server.credential);
  const extensions = [encodeExternalSenders([listed])];
  const room = makeRoom(2, { policy: new TakesFromOutside(), extensions });
  const how = { sender: OUTSIDE, signingKey: server.privateKey };
  for (const proposal of [new ExternalInit(new Uint8Array(32)), forgeUpdate(room.at(0))]) {
    const message = forgeMessage(room.at(0), proposal, how);
    breach("extprop-01", [room.at(1)], () => room.at(1).process(message));
  }
  const removal = forgeMessage(room.at(0), new Remove(0), how);
  expect(consider(room.at(1), removal).sender).toBeUndefined();
});

test("a proposal from outside is refused unless the application takes it", () => {
  const newcomer = newIdentity("newcomer");
  const add = new Add(newBundle(newcomer).keyPackage);
  const how = { sender: NEWCOMER, signingKey: newcomer.privateKey };
  const strict = makeRoom(2);
  const message = forgeMessage(strict.at(0), add, how);
  breach("extprop-02", [strict.at(1)], () => strict.at(1).process(message));
  const open = makeRoom(2, { policy: new TakesFromOutside() });
  expect(consider(open.at(1), forgeMessage(open.at(0), add, how)).proposal).toBeInstanceOf(Add);
});
