/** Messages that break a rule of framing are refused, by that rule, and change nothing. */

import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import {
  Add,
  ApplicationMessage,
  Commit,
  decodeMessage,
  encodeMessage,
  type Group,
  PublicMessage,
  Remove,
  Sender,
  SenderType,
} from "../../../src/mls/index.ts";
import { MAX_FORWARD } from "../../../src/mls/secret_tree.ts";
import { forgeCommit } from "./forged_commits.ts";
import { forgeMessage } from "./forged_messages.ts";
import { forgePrivate } from "./forged_private_messages.ts";
import {
  breach,
  consider,
  follow,
  makeRoom,
  newBundle,
  newIdentity,
  pskProposal,
} from "./rooms.ts";

const HELLO = utf8("hello");

function pair(): [sender: Group, receiver: Group] {
  const room = makeRoom(2);
  return [room.at(0), room.at(1)];
}

function read(group: Group, message: Uint8Array): Uint8Array {
  const done = group.process(message);
  if (!(done instanceof ApplicationMessage)) throw new Error("not an application message");
  return done.data;
}

test("the toolkit makes messages that are accepted as long as no rule is broken", () => {
  const [sender, receiver] = pair();
  const proposal = pskProposal();
  expect(consider(receiver, forgeMessage(sender, proposal)).proposal).toEqual(proposal);
  const padded = forgePrivate(sender, HELLO, { tail: new Uint8Array(9) });
  expect(read(receiver, padded)).toEqual(HELLO);
  expect(follow(receiver, forgeCommit(sender)).group.epoch).toBe(receiver.epoch + 1n);
});

test("a message to another group is refused", () => {
  const [sender, receiver] = pair();
  const message = forgeMessage(sender, pskProposal(), { groupId: utf8("another") });
  breach("msg-01", [receiver], () => receiver.process(message));
});

test("a message from a blank leaf is refused", () => {
  const room = makeRoom(3);
  room.turn(0, [new Remove(1)]);
  const [sender, receiver] = [room.at(0), room.at(1)];
  const open = forgeMessage(sender, pskProposal(), { sender: Sender.member(1) });
  breach("msg-02", [receiver], () => receiver.process(open));
  const sealed = forgePrivate(sender, HELLO, { senderLeaf: 1 });
  breach("msg-02", [receiver], () => receiver.process(sealed));
});

test("a message that another key signed is refused", () => {
  const [sender, receiver] = pair();
  const signingKey = newIdentity("other").privateKey;
  const open = forgeMessage(sender, pskProposal(), { signingKey });
  breach("msg-03", [receiver], () => receiver.process(open));
  const sealed = forgePrivate(sender, HELLO, { signingKey });
  breach("msg-03", [receiver], () => receiver.process(sealed));
});

test.each([
  ["no", () => new Uint8Array()],
  ["a zero", (tag: Uint8Array) => new Uint8Array(tag.length)],
  ["a shortened", (tag: Uint8Array) => tag.slice(1)],
])("a member's public message with %s membership tag is refused", (_, edit) => {
  const [sender, receiver] = pair();
  const good = decodeMessage(forgeMessage(sender, pskProposal()));
  if (!(good instanceof PublicMessage)) throw new Error("not public");
  const tag = edit(good.membershipTag ?? new Uint8Array());
  const message = encodeMessage(new PublicMessage(good.authenticated, tag));
  breach("msg-04", [receiver], () => receiver.process(message));
});

test("application data in the clear is refused", () => {
  const [sender, receiver] = pair();
  breach("msg-05", [receiver], () => receiver.process(forgeMessage(sender, HELLO)));
});

test.each([[[1]], [[0, 0, 1]], [[1, 0, 0]]])("padding of %j is refused", (bytes) => {
  const [sender, receiver] = pair();
  const message = forgePrivate(sender, HELLO, { tail: Uint8Array.from(bytes) });
  breach("msg-06", [receiver], () => receiver.process(message));
});

test("an external sender that the group does not list is refused", () => {
  const [from, receiver] = pair();
  const sender = new Sender(SenderType.EXTERNAL, 0);
  const message = forgeMessage(from, new Remove(1), { sender });
  breach("msg-07", [receiver], () => receiver.process(message));
});

test("a new member that proposes anything but an Add is refused", () => {
  const [from, receiver] = pair();
  const sender = new Sender(SenderType.NEW_MEMBER_PROPOSAL);
  const message = forgeMessage(from, new Remove(0), { sender });
  breach("msg-08", [receiver], () => receiver.process(message));
});

test("a joiner from outside that sends anything but a Commit is refused", () => {
  const [from, receiver] = pair();
  const sender = new Sender(SenderType.NEW_MEMBER_COMMIT);
  const message = forgeMessage(from, new Add(newBundle().keyPackage), { sender });
  breach("msg-09", [receiver], () => receiver.process(message));
});

test("a joiner from outside whose Commit has no path is refused", () => {
  const [from, receiver] = pair();
  const sender = new Sender(SenderType.NEW_MEMBER_COMMIT);
  const message = forgeMessage(from, new Commit([]), { sender });
  breach("extcommit-05", [receiver], () => receiver.process(message));
});

test("an external sender that commits is refused", () => {
  const [from, receiver] = pair();
  const sender = new Sender(SenderType.EXTERNAL, 0);
  const message = forgeMessage(from, new Commit([]), { sender });
  breach("msg-10", [receiver], () => receiver.process(message));
});

test("a generation too far ahead is refused, and the last one allowed is not", () => {
  const [sender, receiver] = pair();
  const far = forgePrivate(sender, HELLO, { generation: MAX_FORWARD + 1 });
  breach("msg-11", [receiver], () => receiver.process(far));
  const near = forgePrivate(sender, HELLO, { generation: MAX_FORWARD });
  expect(read(receiver, near)).toEqual(HELLO);
});
