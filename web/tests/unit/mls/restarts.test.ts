/** Stored groups go on where they were, and no key serves twice. */

import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { Group, GroupSnapshot, PendingCommit, RESERVED, Remove } from "../../../src/mls/index.ts";
import { awake, environment, follow, hear, Room, refused, SUITES } from "./room.ts";

describe.each(SUITES)("with %s", (_name, suite) => {
  test("an own update survives a restart until it is committed", () => {
    const room = new Room(suite, 3);
    const proposal = room.at(1).proposeUpdate();
    room.at(0).process(proposal);
    room.at(2).process(proposal);
    room.groups.set(1, Group.decode(room.at(1).encode(), environment()));
    room.commit(2);
    room.commit(0);
  });

  test("no key serves twice after a restart", () => {
    const room = new Room(suite, 2);
    let snapshot = room.at(1).encode();
    const seen = new Set<number>();
    for (let number = 0; number < RESERVED; number++) {
      seen.add(hear(room.at(0), room.at(1).protect(utf8("before"))).generation);
    }
    refused("sending_exhausted", () => room.at(1).protect(utf8("too many")));
    for (let time = 1; time <= 2; time++) {
      const restored = Group.decode(snapshot, environment());
      refused("sending_exhausted", () => restored.protect(utf8("not stored")));
      refused("sending_exhausted", () => restored.commit());
      snapshot = GroupSnapshot.decode(restored.encode().encode());
      for (let number = 0; number < 3; number++) {
        seen.add(hear(room.at(0), restored.protect(utf8("after"))).generation);
      }
      expect(seen.size).toBe(RESERVED + 3 * time);
    }
  });

  test("a processed commit is stored before anything is sent", () => {
    const room = new Room(suite, 2);
    const { group } = follow(room.at(1), room.at(0).commit().message);
    refused("sending_exhausted", () => group.protect(utf8("not stored")));
    group.encode();
    group.protect(utf8("stored"));
  });

  test("a pending commit survives a restart, and so does what was read before it", () => {
    const room = new Room(suite, 3);
    const data = room
      .at(0)
      .commit([new Remove(1)])
      .encode();
    const heardBefore = room.at(2).protect(utf8("before it is accepted"));
    room.at(0).process(heardBefore);
    const pending = PendingCommit.decode(data, environment(), { base: room.at(0) });
    awake(pending.group);
    room.accept(pending, 0);
    refused("generation_consumed", () => room.at(0).process(heardBefore));
  });

  test("a lost commit leaves the group as it was", () => {
    const room = new Room(suite, 3);
    const lost = room.at(0).commit();
    room.commit(1);
    refused("wrong_epoch", () => room.at(1).process(lost.message));
    room.commit(0);
  });

  test("a received commit can be processed again", () => {
    const room = new Room(suite, 2);
    const { message } = room.at(0).commit();
    const before = room.at(1).encode();
    const [one, other] = [follow(room.at(1), message), follow(room.at(1), message)];
    expect(one.group.epochAuthenticator).toEqual(other.group.epochAuthenticator);
    expect(room.at(1).encode()).toEqual(before);
  });

  test("parts of different states are not put together", () => {
    const room = new Room(suite, 2);
    const before = room.at(0).encode();
    room.commit(0);
    const after = room.at(0).encode();
    const mixed = [
      new GroupSnapshot(before.tree, after.epoch, after.messages),
      new GroupSnapshot(after.tree, after.epoch, before.messages),
      new GroupSnapshot(after.tree, after.epoch.slice(1), after.messages),
    ];
    for (const snapshot of mixed) {
      refused("malformed", () => Group.decode(snapshot, environment()));
    }
  });
});
