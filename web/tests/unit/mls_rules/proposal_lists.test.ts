/** Commits whose proposals do not go together are refused. */

import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import {
  Add,
  ExternalInit,
  GroupContextExtensions,
  type Proposal,
  ProposalReference,
  ReInit,
  Remove,
  UnknownProposal,
} from "../../../src/mls/index.ts";
import { forgeCommit, INIT, joiner } from "./forged_commits.ts";
import { forgeUpdate } from "./forged_leaves.ts";
import {
  breach,
  consider,
  follow,
  makeRoom,
  newBundle,
  newIdentity,
  pskProposal,
  SUITE,
} from "./rooms.ts";

const NEXT = new ReInit(utf8("next"), 1, SUITE.id);
const NO_EXTENSIONS = new GroupContextExtensions([]);

// by members

test("a commit of the committer's own update is refused", () => {
  const room = makeRoom(2);
  const [sender, receiver] = [room.at(0), room.at(1)];
  const byValue = forgeCommit(sender, [forgeUpdate(sender)]);
  breach("proplist-01", [receiver], () => receiver.process(byValue));
  const { reference } = consider(receiver, sender.proposeUpdate());
  const byReference = forgeCommit(sender, [new ProposalReference(reference)]);
  breach("proplist-01", [receiver], () => receiver.process(byReference));
});

test("a commit that removes the committer is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [new Remove(0)]);
  breach("proplist-02", [room.at(1)], () => room.at(1).process(message));
});

test("a commit that removes one member twice is refused", () => {
  const room = makeRoom(3);
  const message = forgeCommit(room.at(0), [new Remove(2), new Remove(2)]);
  breach("proplist-03", [room.at(1)], () => room.at(1).process(message));
});

test("a commit that updates and removes one member is refused", () => {
  const room = makeRoom(3);
  const proposal = room.at(2).proposeUpdate();
  const reference = new ProposalReference(consider(room.at(1), proposal).reference);
  consider(room.at(0), proposal);
  const message = forgeCommit(room.at(0), [reference, new Remove(2)]);
  breach("proplist-03", [room.at(1)], () => room.at(1).process(message));
});

test("a commit that adds one client twice is refused", () => {
  const room = makeRoom(2);
  const identity = newIdentity("twin");
  const adds = [1, 2].map(() => new Add(newBundle(identity).keyPackage));
  const message = forgeCommit(room.at(0), adds);
  breach("proplist-04", [room.at(1)], () => room.at(1).process(message));
});

test("a commit that adds a member is refused, unless it removes that member", () => {
  const room = makeRoom(3);
  const add = new Add(newBundle(room.identity(2)).keyPackage);
  const message = forgeCommit(room.at(0), [add]);
  breach("proplist-05", [room.at(1)], () => room.at(1).process(message));
  const replaced = forgeCommit(room.at(0), [new Remove(2), add]);
  expect(follow(room.at(1), replaced).added).toEqual([2]);
});

test("a commit that names one key twice is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [pskProposal(), pskProposal()]);
  breach("proplist-06", [room.at(1)], () => room.at(1).process(message));
});

test("a commit that sets the group's extensions twice is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [NO_EXTENSIONS, NO_EXTENSIONS]);
  breach("proplist-07", [room.at(1)], () => room.at(1).process(message));
});

test("a commit of a ReInit and something else is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [NEXT, pskProposal()]);
  breach("proplist-08", [room.at(1)], () => room.at(1).process(message));
});

test("a member's commit of an ExternalInit is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [new ExternalInit(new Uint8Array(32))]);
  breach("proplist-09", [room.at(1)], () => room.at(1).process(message));
});

test("a commit of a proposal type that a member does not know is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [new UnknownProposal(0xf00c, utf8("?"))]);
  breach("proplist-10", [room.at(1)], () => room.at(1).process(message));
});

test("a commit that refers to a proposal that nobody received is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [new ProposalReference(new Uint8Array(32))]);
  breach("proplist-11", [room.at(1)], () => room.at(1).process(message));
});

// from outside

test("forged commits from outside are taken as long as no rule is broken", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [INIT, pskProposal()], joiner());
  expect(follow(room.at(1), message).added).toEqual([2]);
});

test.each([
  ["none", []],
  ["two", [INIT, INIT]],
])("an external commit without exactly one ExternalInit is refused: %s", (_, inits) => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [...inits, pskProposal()], joiner());
  breach("extcommit-01", [room.at(1)], () => room.at(1).process(message));
});

test("an external commit with two Removes is refused", () => {
  const room = makeRoom(4);
  const how = joiner({ identity: room.identity(2) });
  const message = forgeCommit(room.at(0), [INIT, new Remove(2), new Remove(3)], how);
  breach("extcommit-02", [room.at(1)], () => room.at(1).process(message));
});

test.each<[string, () => Proposal]>([
  ["Add", () => new Add(newBundle().keyPackage)],
  ["GroupContextExtensions", () => NO_EXTENSIONS],
  ["ReInit", () => NEXT],
])("an external commit with another kind of proposal is refused: %s", (_, make) => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [INIT, make()], joiner());
  breach("extcommit-03", [room.at(1)], () => room.at(1).process(message));
});

test("an external commit that refers to a proposal is refused", () => {
  const room = makeRoom(2);
  const { reference } = consider(room.at(1), room.at(0).propose(pskProposal()));
  const message = forgeCommit(room.at(0), [INIT, new ProposalReference(reference)], joiner());
  breach("extcommit-04", [room.at(1)], () => room.at(1).process(message));
});

test("an external commit without a path is refused", () => {
  const room = makeRoom(2);
  const message = forgeCommit(room.at(0), [INIT], joiner({ path: false }));
  breach("extcommit-05", [room.at(1)], () => room.at(1).process(message));
});

test("an external commit that removes somebody of the same name is refused", () => {
  const room = makeRoom(3);
  const how = joiner({ identity: newIdentity("member 2") });
  const message = forgeCommit(room.at(0), [INIT, new Remove(2)], how);
  breach("extcommit-06", [room.at(1)], () => room.at(1).process(message));
});

test("an external commit that removes the joiner's own leaf is taken", () => {
  const room = makeRoom(3);
  const how = joiner({ identity: room.identity(2) });
  const message = forgeCommit(room.at(0), [INIT, new Remove(2)], how);
  expect(follow(room.at(1), message).removed).toEqual([2]);
});
