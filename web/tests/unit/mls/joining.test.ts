/** Members join from outside or by Welcome, and nobody joins who should not. */

import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "../../../src/crypto/bytes.ts";
import {
  Add,
  createKeyPackage,
  decodeMessage,
  Group,
  GroupInfo,
  KeyPackageBundle,
} from "../../../src/mls/index.ts";
import {
  environment,
  lenient,
  NOW,
  newIdentity,
  ROOM_KEY,
  Room,
  refused,
  restored,
  SUITES,
  stored,
} from "./room.ts";

describe.each(SUITES)("with %s", (_name, suite) => {
  test("members join from outside and hear each other", () => {
    const room = new Room(suite, 4);
    expect(
      room
        .at(2)
        .members()
        .map(([index]) => index),
    ).toEqual([0, 1, 2, 3]);
    const exported = [...room.groups.values()].map((group) =>
      group.exportSecret("label", utf8("context"), 40),
    );
    expect(new Set(exported.map(toHex)).size).toBe(1);
    expect(exported[0]).toHaveLength(40);
  });

  test("added members join by Welcome, with a path in the commit and without", () => {
    const room = new Room(suite, 3);
    for (const forcePath of [true, false, true]) {
      const identity = newIdentity(suite, "added");
      const made = createKeyPackage(identity, environment(), { lifetimeSeconds: 3600 });
      const bundle = KeyPackageBundle.decode(made.encode());
      const pending = room.at(0).commit([new Add(bundle.keyPackage)], { forcePath });
      const [result] = room.accept(pending, 0);
      if (pending.welcome === undefined) throw new Error("no Welcome");
      const added = Group.joinWelcome(identity, pending.welcome, bundle, environment());
      expect(result?.added).toEqual([added.ownIndex]);
      room.groups.set(added.ownIndex, stored(added));
      room.check();
      room.commit(added.ownIndex);
    }
  });

  test("a key package is used within its lifetime", () => {
    const room = new Room(suite, 1);
    const late = createKeyPackage(newIdentity(suite, "late"), environment(), {
      lifetimeSeconds: 10,
    });
    const later = restored(
      room.at(0),
      lenient(undefined, () => NOW + 11),
    );
    refused("leaf-03", () => later.commit([new Add(late.keyPackage)]));
    const eternal = createKeyPackage(newIdentity(suite, "eternal"), environment(), {
      lifetimeSeconds: 2 ** 40,
    });
    refused("leaf-14", () => room.at(0).commit([new Add(eternal.keyPackage)]));
  });

  test("a resync replaces the own leaf and nobody else's", () => {
    const room = new Room(suite, 3);
    expect(room.join(room.identity(1), 1)).toBe(1);
    expect(room.at(0).members()).toHaveLength(3);
    refused("extcommit-06", () => room.join(newIdentity(suite, "1"), 1));
    refused("update-03", () => room.join(newIdentity(suite, "other"), 1));
  });

  test("joining takes the room key", () => {
    const room = new Room(suite, 2);
    const stranger = newIdentity(suite, "stranger");
    const info = room.at(0).groupInfo();
    const there = lenient(utf8("wrong"));
    const without = Group.joinExternal(stranger, info, there);
    refused("policy_violation", () => room.at(0).process(without.message));
    const wrong = Group.joinExternal(stranger, info, there, { pskIds: [ROOM_KEY] });
    refused("commit-10", () => room.at(0).process(wrong.message));
    refused("psk-04", () =>
      Group.joinExternal(stranger, info, there, { pskIds: [utf8("unheard of")] }),
    );
  });

  test("a group info comes with the tree or beside it, signed by who it says", () => {
    const room = new Room(suite, 2);
    const stranger = newIdentity(suite, "stranger");
    const bare = room.at(0).groupInfo({ withTree: false });
    const pskIds = [ROOM_KEY];
    refused("groupinfo-01", () => Group.joinExternal(stranger, bare, environment(), { pskIds }));
    const tree = room.at(0).exportTree();
    room.accept(Group.joinExternal(stranger, bare, environment(), { tree, pskIds }));
    const info = decodeMessage(room.at(0).groupInfo());
    if (!(info instanceof GroupInfo)) throw new Error("not a group info");
    const forged = new GroupInfo(
      info.context,
      info.extensions,
      info.confirmationTag,
      1,
      info.signature,
    );
    refused("groupinfo-04", () => Group.joinExternal(stranger, forged, environment(), { pskIds }));
  });

  test("what is not a group info or a Welcome is not joined by", () => {
    const room = new Room(suite, 1);
    const stranger = newIdentity(suite, "stranger");
    const bundle = createKeyPackage(stranger, environment(), { lifetimeSeconds: 60 });
    const message = room.at(0).protect(utf8("x"));
    refused("malformed", () => Group.joinExternal(stranger, message, environment()));
    refused("malformed", () => Group.joinWelcome(stranger, message, bundle, environment()));
    refused("mls", () => room.at(0).process(room.at(0).groupInfo()));
  });
});
