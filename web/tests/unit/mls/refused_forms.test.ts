/** States that were torn or say what cannot be are refused, and so is who one is not. */

import { describe, expect, test } from "vitest";
import { concat, toHex, utf8 } from "../../../src/crypto/bytes.ts";
import { DecodeError, MlsError, OwnMessage } from "../../../src/errors.ts";
import { Reader, uint16 } from "../../../src/mls/codec.ts";
import {
  AuthenticatedContent,
  FramedContent,
  VerifiedContent,
  WireFormat,
} from "../../../src/mls/framing.ts";
import {
  Commit,
  Group,
  GroupSnapshot,
  PreSharedKeyId,
  ReInit,
  Remove,
  Sender,
} from "../../../src/mls/index.ts";
import { stageCommit } from "../../../src/mls/processing.ts";
import { encodeProposal } from "../../../src/mls/proposal.ts";
import { unhex } from "../../bytes.ts";
import { environment, Room, SUITES } from "./room.ts";

/** Put other bytes in the place of some, which are there once. */
function replaced(data: Uint8Array, some: Uint8Array, other: Uint8Array): Uint8Array {
  const parts = toHex(data).split(toHex(some));
  expect(parts).toHaveLength(2);
  return unhex(parts.join(toHex(other)));
}

test("a resumption key is brought in for what there is a number of", () => {
  expect(() => PreSharedKeyId.read(new Reader(Uint8Array.of(2, 9)))).toThrow(DecodeError);
});

describe.each(SUITES)("with %s", (_name, suite) => {
  test("past epochs come with as many trees of message keys", () => {
    const room = new Room(suite, 2);
    const before = room.at(0).encode().messages;
    room.commit(0);
    const { tree, epoch, messages } = room.at(0).encode();
    const torn = concat(messages.slice(0, 8), before.slice(8));
    const act = () => Group.decode(new GroupSnapshot(tree, epoch, torn), environment());
    expect(act).toThrow(new DecodeError("a group's past epochs do not fit together"));
  });

  test("only a ReInit describes what a group goes on as", () => {
    const reinit = new ReInit(utf8("next"), 1, suite.id);
    const { group } = new Room(suite, 2).at(0).commit([reinit]);
    const { tree, epoch, messages } = group.encode();
    const other = replaced(epoch, encodeProposal(reinit), encodeProposal(new Remove(1)));
    const act = () => Group.decode(new GroupSnapshot(tree, other, messages), environment());
    expect(act).toThrow(new DecodeError("a group's successor is not described"));
  });

  test("a state of another version is refused", () => {
    const { tree, epoch, messages } = new Room(suite, 2).at(0).encode();
    const other = concat(uint16(9), epoch.slice(2));
    const act = () => Group.decode(new GroupSnapshot(tree, other, messages), environment());
    expect(act).toThrow(new DecodeError("a group's state is of another version"));
  });

  test("an own commit is not processed, though it was verified", () => {
    const state = new Room(suite, 2).at(0).unsafeState;
    const { groupId, epoch } = state.context;
    const content = new Commit([]);
    const framed = new FramedContent(groupId, epoch, Sender.member(0), utf8(""), content);
    const own = new AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed);
    expect(() => stageCommit(state, new VerifiedContent(own), content)).toThrow(OwnMessage);
  });

  test("nobody is a member where no leaf is", () => {
    const room = new Room(suite, 3);
    room.commit(0, [new Remove(2)]);
    const { tree } = room.at(0).unsafeState;
    expect(tree.member(1)).toBe(tree.leaf(1));
    for (const index of [2, 3, 4, 2 ** 32 - 1]) {
      expect(() => tree.member(index)).toThrow(MlsError);
    }
  });
});
