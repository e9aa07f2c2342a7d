/** Leaf nodes that may not be used are refused, in Updates, paths, key packages and trees. */

import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import {
  Add,
  Capabilities,
  Credential,
  Extension,
  ExtensionType,
  GroupContextExtensions,
  type LeafNode,
  LeafNodeSource,
  Lifetime,
  Policy,
  type Proposal,
  RequiredCapabilities,
  type RuleId,
  Update,
} from "../../../src/mls/index.ts";
import { type Forgery, forgeCommit } from "./forged_commits.ts";
import { forgeKeyPackage } from "./forged_key_packages.ts";
import { forgeUpdate, leafOf } from "./forged_leaves.ts";
import { forgeMessage } from "./forged_messages.ts";
import { breach, consider, follow, makeRoom, NOW, type Room, SUITE } from "./rooms.ts";

const SPECIAL = 0xf00a;
const UNUSUAL = 0xf00b;
const START = BigInt(NOW);
const USABLE = new Lifetime(START - 9n, START + 9n);

/** Supports an extension that not everybody knows. */
class Special extends Policy {
  override readonly supportedExtensions = [SPECIAL];
}

function withCapabilities(leaf: LeafNode, changes: Partial<Capabilities>): LeafNode {
  const { versions, cipherSuites, extensions, proposals, credentials } = {
    ...leaf.capabilities,
    ...changes,
  };
  return leaf.with({
    capabilities: new Capabilities(versions, cipherSuites, extensions, proposals, credentials),
  });
}

function refuseProposal(rule: RuleId, room: Room, proposal: Proposal): void {
  const message = forgeMessage(room.at(0), proposal);
  breach(rule, [room.at(1)], () => room.at(1).process(message));
}

function refuseCommit(rule: RuleId, room: Room, proposals: Proposal[], how: Forgery = {}): void {
  const commit = forgeCommit(room.at(0), proposals, how);
  const receiver = room.groups.at(-1) ?? room.at(1);
  breach(rule, [receiver], () => receiver.process(commit));
}

function refuseUpdate(rule: RuleId, edit: (leaf: LeafNode) => LeafNode): void {
  const room = makeRoom(2);
  refuseProposal(rule, room, forgeUpdate(room.at(0), edit));
}

function lasting(lifetime: Lifetime): Add {
  return new Add(forgeKeyPackage({ editLeaf: (leaf) => leaf.with({ lifetime }) }));
}

test("the toolkit makes leaves that are accepted as long as no rule is broken", () => {
  const room = makeRoom(2);
  const update = forgeUpdate(room.at(0));
  expect(consider(room.at(1), forgeMessage(room.at(0), update)).proposal).toBeInstanceOf(Update);
  const commit = forgeCommit(room.at(0), [new Add(forgeKeyPackage())]);
  expect(follow(room.at(1), commit).added).toEqual([2]);
});

const { KEY_PACKAGE, UPDATE, COMMIT } = LeafNodeSource;

test.each([KEY_PACKAGE, COMMIT])("an Update with a leaf of source %i is refused", (source) => {
  refuseUpdate("leaf-01", (leaf) => leaf.with({ source, lifetime: USABLE }));
});

test.each([KEY_PACKAGE, UPDATE])("a path with a leaf of source %i is refused", (source) => {
  const editLeaf = (leaf: LeafNode) => leaf.with({ source, lifetime: USABLE });
  refuseCommit("leaf-01", makeRoom(2), [], { editLeaf });
});

test.each([UPDATE, COMMIT])("a key package with a leaf of source %i is refused", (source) => {
  const keyPackage = forgeKeyPackage({ editLeaf: (leaf) => leaf.with({ source }) });
  refuseProposal("leaf-01", makeRoom(2), new Add(keyPackage));
});

test("a leaf that is signed for another group is refused", () => {
  const room = makeRoom(2);
  const { leafNode } = forgeUpdate(room.at(0));
  const elsewhere = leafNode.sign(SUITE, room.identity(0).privateKey, utf8("another"), 0);
  refuseProposal("leaf-02", room, new Update(elsewhere));
});

test("a leaf that another key signed is refused", () => {
  const room = makeRoom(2);
  const { leafNode } = forgeUpdate(room.at(0));
  const { groupId } = room.at(0);
  const byAnother = leafNode.sign(SUITE, room.identity(1).privateKey, groupId, 0);
  refuseProposal("leaf-02", room, new Update(byAnother));
});

test.each([
  ["over", new Lifetime(START - 10n, START - 1n)],
  ["to come", new Lifetime(START + 1n, START + 10n)],
])("a key package whose lifetime is %s is refused", (_, lifetime) => {
  refuseProposal("leaf-03", makeRoom(2), lasting(lifetime));
});

test.each([
  ["start", new Lifetime(START, START + 9n)],
  ["end", new Lifetime(START - 9n, START)],
])("a key package at the %s of its lifetime is accepted", (_, lifetime) => {
  const room = makeRoom(2);
  const message = forgeMessage(room.at(0), lasting(lifetime));
  expect(consider(room.at(1), message).proposal).toBeInstanceOf(Add);
});

test("a key package that lives longer than the application allows is refused", () => {
  const room = makeRoom(2);
  const longest = BigInt(new Policy().maximumLifetime);
  refuseProposal("leaf-14", room, lasting(new Lifetime(START, START + longest + 1n)));
  const message = forgeMessage(room.at(0), lasting(new Lifetime(START, START + longest)));
  expect(consider(room.at(1), message).sender).toBe(0);
});

test("a leaf with an extension it does not list is refused", () => {
  const extensions = [new Extension(SPECIAL, new Uint8Array())];
  refuseUpdate("leaf-04", (leaf) => leaf.with({ extensions }));
});

function unaware() {
  return forgeKeyPackage({
    editLeaf: (leaf) => withCapabilities(leaf, { extensions: [] }),
    policy: new Special(),
  });
}

test("a new member that lacks a required capability is refused", () => {
  const required = new RequiredCapabilities([SPECIAL]).encode();
  const extensions = [new Extension(ExtensionType.REQUIRED_CAPABILITIES, required)];
  const room = makeRoom(2, { policy: new Special(), extensions });
  refuseCommit("leaf-05", room, [new Add(unaware())]);
});

test("a new member that does not know an extension of the group is refused", () => {
  const extensions = [new Extension(SPECIAL, new Uint8Array())];
  const room = makeRoom(2, { policy: new Special(), extensions });
  refuseCommit("leaf-06", room, [new Add(unaware())]);
});

test.each([
  ["leaf-07", "whose credential type a member does not know", [1, UNUSUAL]],
  ["leaf-08", "that does not know the members' credential type", [UNUSUAL]],
] as const)("%s: a new member %s is refused", (rule, _, credentials) => {
  const credential = new Credential(UNUSUAL, utf8("who"));
  const editLeaf = (leaf: LeafNode) => withCapabilities(leaf.with({ credential }), { credentials });
  refuseCommit(rule, makeRoom(2), [new Add(forgeKeyPackage({ editLeaf }))]);
});

test("a path whose leaf has another member's signature key is refused", () => {
  const room = makeRoom(3);
  refuseCommit("leaf-09", room, [], { identity: room.identity(1) });
});

test("a new member with another member's encryption key is refused", () => {
  const room = makeRoom(2);
  const { encryptionKey } = leafOf(room.at(0), 1);
  const keyPackage = forgeKeyPackage({ editLeaf: (leaf) => leaf.with({ encryptionKey }) });
  refuseCommit("leaf-10", room, [new Add(keyPackage)]);
});

test.each([0, 31, 33])("a leaf whose encryption key has %i bytes is refused", (length) => {
  const encryptionKey = new Uint8Array(length).fill(5);
  refuseUpdate("leaf-11", (leaf) => leaf.with({ encryptionKey }));
});

test("a leaf that does not list its own credential type is refused", () => {
  refuseUpdate("leaf-12", (leaf) => withCapabilities(leaf, { credentials: [2] }));
});

test("extensions of which two have one type are refused wherever they are", () => {
  const room = makeRoom(2);
  const one = new Extension(ExtensionType.APPLICATION_ID, utf8("1"));
  const extensions = [one, one];
  const update = forgeUpdate(room.at(0), (leaf) => leaf.with({ extensions }));
  refuseProposal("leaf-13", room, update);
  refuseProposal("leaf-13", room, new Add(forgeKeyPackage({ parts: { extensions } })));
  refuseProposal("leaf-13", room, new GroupContextExtensions(extensions));
});
