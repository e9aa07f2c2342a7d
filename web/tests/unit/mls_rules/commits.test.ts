/** Commits whose path or confirmation is wrong are refused. */

import { expect, test } from "vitest";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { Remove } from "../../../src/mls/index.ts";
import { HpkeCiphertext, UpdatePath, UpdatePathNode } from "../../../src/mls/update_path.ts";
import { type Forgery, forgeCommit } from "./forged_commits.ts";
import { leafOf } from "./forged_leaves.ts";
import { forgeMessage } from "./forged_messages.ts";
import { breach, follow, makeRoom, pskProposal, SUITE } from "./rooms.ts";

type Sealed = readonly HpkeCiphertext[];

function freshKey(): Uint8Array {
  return SUITE.kem.generate(systemRandom)[1];
}

/** Change what the last node of a path holds, or its first one. */
function editNode(
  path: UpdatePath,
  at: number,
  edit: (sealed: Sealed) => HpkeCiphertext[],
): UpdatePath {
  const nodes = [...path.nodes];
  const node = nodes.at(at);
  if (node === undefined) throw new Error("no such node");
  const changed = new UpdatePathNode(node.encryptionKey, edit(node.encryptedPathSecrets));
  nodes.splice(at, 1, changed);
  return new UpdatePath(path.leafNode, nodes);
}

test("forged commits are taken as long as no rule is broken", () => {
  const room = makeRoom(2);
  expect(follow(room.at(1), forgeCommit(room.at(0))).group.epoch).toBe(room.at(1).epoch + 1n);
});

test("a message to another group is refused", () => {
  const room = makeRoom(2);
  const groupId = Uint8Array.of(1);
  const message = forgeMessage(room.at(0), pskProposal(), { groupId });
  breach("msg-01", [room.at(1)], () => room.at(1).process(message));
});

test("a Remove without a path is refused", () => {
  const room = makeRoom(3);
  const message = forgeCommit(room.at(0), [new Remove(2)], { path: false });
  breach("commit-01", [room.at(1)], () => room.at(1).process(message));
});

test("a commit without proposals or path is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [], { path: false });
  breach("commit-01", [room.at(1)], () => room.at(1).process(message));
});

test("a path that keeps the committer's encryption key is refused", () => {
  const room = makeRoom(2);
  const { encryptionKey } = leafOf(room.at(0), 0);
  const message = forgeCommit(room.at(0), [], {
    editLeaf: (leaf) => leaf.with({ encryptionKey }),
  });
  breach("commit-02", [room.at(1)], () => room.at(1).process(message));
});

test.each<[string, (path: UpdatePath) => UpdatePath]>([
  ["too few", ({ leafNode, nodes }) => new UpdatePath(leafNode, nodes.slice(0, -1))],
  [
    "too many",
    ({ leafNode, nodes }) =>
      new UpdatePath(leafNode, [...nodes, new UpdatePathNode(freshKey(), [])]),
  ],
])("a path with %s nodes is refused", (_, editPath) => {
  const room = makeRoom(4, { filled: true });
  const message = forgeCommit(room.at(0), [], { editPath });
  breach("commit-03", [room.at(1)], () => room.at(1).process(message));
});

test("a path with a key that is in the tree is refused", () => {
  const room = makeRoom(4, { filled: true });
  const taken = leafOf(room.at(0), 3).encryptionKey;
  const message = forgeCommit(room.at(0), [], {
    editKeys: ([first = taken]) => [first, taken],
  });
  breach("commit-04", [room.at(1)], () => room.at(1).process(message));
});

test("a path with one key twice is refused", () => {
  const room = makeRoom(4, { filled: true });
  const message = forgeCommit(room.at(0), [], {
    editKeys: ([first = freshKey()]) => [first, first],
  });
  breach("commit-04", [room.at(1)], () => room.at(1).process(message));
});

test.each<[string, (sealed: Sealed) => HpkeCiphertext[]]>([
  ["too few", (sealed) => sealed.slice(0, -1)],
  ["too many", (sealed) => [...sealed, ...sealed.slice(-1)]],
])("a path with a ciphertext %s is refused", (_, edit) => {
  const room = makeRoom(4, { filled: true });
  const message = forgeCommit(room.at(0), [], { editPath: (path) => editNode(path, -1, edit) });
  breach("commit-05", [room.at(1)], () => room.at(1).process(message));
});

test.each([
  ["none", new Uint8Array()],
  ["zeros", new Uint8Array(32)],
])("a path whose leaf has another parent hash is refused: %s", (_, parentHash) => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [], { editLeaf: (leaf) => leaf.with({ parentHash }) });
  breach("commit-06", [room.at(1)], () => room.at(1).process(message));
});

test.each([0, 31, 33])("a path with a key of %i bytes is refused", (length) => {
  const room = makeRoom(2);
  const key = new Uint8Array(length).fill(5);
  const message = forgeCommit(room.at(0), [], { editKeys: (keys) => [key, ...keys.slice(1)] });
  breach("commit-07", [room.at(1)], () => room.at(1).process(message));
});

test("a path whose public key does not follow from its secret is refused", () => {
  const room = makeRoom(2);
  const how: Forgery = { editKeys: (keys) => [freshKey(), ...keys.slice(1)] };
  const message = forgeCommit(room.at(0), [], how);
  breach("commit-08", [room.at(1)], () => room.at(1).process(message));
});

test("a path secret that does not open is refused", () => {
  const room = makeRoom(2);
  const spoil = (sealed: Sealed) =>
    sealed.map(({ kemOutput, ciphertext }) => {
      const spoilt = ciphertext.slice();
      spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1;
      return new HpkeCiphertext(kemOutput, spoilt);
    });
  const message = forgeCommit(room.at(0), [], { editPath: (path) => editNode(path, 0, spoil) });
  breach("commit-09", [room.at(1)], () => room.at(1).process(message));
});

test.each<[string, (tag: Uint8Array) => Uint8Array]>([
  ["none", () => new Uint8Array()],
  ["zeros", (tag) => new Uint8Array(tag.length)],
  ["a shorter one", (tag) => tag.slice(1)],
])("a commit with another confirmation tag is refused: %s", (_, editTag) => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [], { editTag });
  breach("commit-10", [room.at(1)], () => room.at(1).process(message));
});

test("a path whose leaf has another member's signature key is refused", () => {
  const room = makeRoom(3);
  const { signatureKey } = leafOf(room.at(0), 2);
  const message = forgeCommit(room.at(0), [], {
    identity: room.identity(2),
    editLeaf: (leaf) => leaf.with({ signatureKey }),
  });
  breach("leaf-09", [room.at(1)], () => room.at(1).process(message));
});
