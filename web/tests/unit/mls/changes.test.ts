/** Commits and proposals reach everybody, and what may not be changed stays. */

import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import {
  Add,
  createKeyPackage,
  decodeMessage,
  Environment,
  Extension,
  ExtensionType,
  Group,
  GroupContextExtensions,
  PreSharedKey,
  PreSharedKeyId,
  PrivateMessage,
  ProposalReceived,
  PskType,
  ReInit,
  Remove,
  RequiredCapabilities,
  ResumptionUsage,
  Update,
} from "../../../src/mls/index.ts";
import {
  APP_EXTENSION,
  environment,
  follow,
  lenient,
  NOW,
  newIdentity,
  psks,
  ROOM,
  ROOM_KEY,
  Room,
  refused,
  restored,
  SUITES,
} from "./room.ts";

function tellOthers(room: Room, sender: number, message: Uint8Array): void {
  for (const [index, group] of room.groups) {
    if (index !== sender) expect(group.process(message)).toBeInstanceOf(ProposalReceived);
  }
}

describe.each(SUITES)("with %s", (_name, suite) => {
  test("updates and removals reach everybody", () => {
    const room = new Room(suite, 5);
    for (const index of [4, 1, 0]) room.commit(index);
    const gone = room.at(2);
    const removal = follow(gone, room.at(0).commit([new Remove(2)]).message);
    expect(removal.removedSelf).toBe(true);
    room.commit(0, [new Remove(2)]);
    refused("not_a_member", () => removal.group.protect(utf8("still here?")));
    refused("not_a_member", () => removal.group.exportSecret("label", utf8(""), 32));
    const { secrets, signingKey, privateKeys } = removal.group.unsafeState;
    expect([secrets.encode().length, signingKey.length, privateKeys.size]).toEqual([8, 0, 0]);
    expect(Group.decode(removal.group.encode(), environment()).isActive).toBe(false);
    const secret = decodeMessage(room.at(0).protect(utf8("secret")));
    if (!(secret instanceof PrivateMessage)) throw new Error("not a private message");
    const readdressed = new PrivateMessage(
      secret.groupId,
      gone.epoch,
      secret.contentType,
      secret.authenticatedData,
      secret.encryptedSenderData,
      secret.ciphertext,
    );
    refused("decryption_failed", () => gone.process(readdressed));
    room.commit(3, [], { public: true });
    expect(room.join(newIdentity(suite, "new"))).toBe(2);
  });

  test("proposals are committed by reference", () => {
    const room = new Room(suite, 4);
    tellOthers(room, 1, room.at(1).proposeUpdate());
    tellOthers(room, 2, room.at(2).proposeUpdate({ public: true }));
    tellOthers(room, 0, room.at(0).propose(new Remove(3)));
    expect(room.at(0).pendingProposals().size).toBe(3);
    const [result] = room.commit(0);
    expect(new Set(result?.proposals.map(({ sender }) => sender))).toEqual(new Set([0, 1, 2]));
    expect(result?.removed).toEqual([3]);
    expect(room.at(1).pendingProposals().size).toBe(0);
    room.commit(1);
  });

  test("pending proposals that cannot be committed keep nobody from committing", () => {
    const room = new Room(suite, 3);
    const nonce = new Uint8Array(suite.hashLength);
    const unknown = new PreSharedKey(PreSharedKeyId.external(utf8("unheard of"), nonce));
    const options = { lifetimeSeconds: 60 };
    const twin = createKeyPackage(room.identity(1), environment(), options).keyPackage;
    tellOthers(room, 1, room.at(1).propose(unknown));
    tellOthers(room, 1, room.at(1).propose(new Add(twin)));
    const leaving = room.at(2).propose(new Remove(2));
    tellOthers(room, 2, room.at(2).proposeUpdate());
    tellOthers(room, 2, leaving);
    const [result] = room.commit(0);
    expect(result?.proposals.map(({ proposal }) => proposal)).toEqual([new Remove(2)]);
    expect([...room.groups.keys()]).toEqual([0, 1]);
  });

  test("a Remove goes before an Update of the same leaf, whichever came last", () => {
    for (const removeFirst of [true, false]) {
      const room = new Room(suite, 3);
      const update = () => tellOthers(room, 2, room.at(2).proposeUpdate());
      const remove = () => tellOthers(room, 1, room.at(1).propose(new Remove(2)));
      for (const propose of removeFirst ? [remove, update] : [update, remove]) propose();
      const [result] = room.commit(0);
      expect(result?.proposals.map(({ proposal }) => proposal)).toEqual([new Remove(2)]);
    }
  });

  test("of two Updates of one leaf the later one is committed", () => {
    const room = new Room(suite, 3);
    tellOthers(room, 2, room.at(2).proposeUpdate());
    tellOthers(room, 2, room.at(2).proposeUpdate());
    const [, later] = [...room.at(0).pendingProposals().values()];
    const [result] = room.commit(0);
    expect(result?.proposals.map(({ proposal }) => proposal)).toEqual([later]);
    room.commit(2);
  });

  test("the policy is asked for own and received commits", () => {
    const room = new Room(suite, 3);
    refused("policy_violation", () => room.at(1).commit([new Remove(2)]));
    const { message } = restored(room.at(1), lenient()).commit([new Remove(2)]);
    refused("policy_violation", () => room.at(0).process(message));
  });

  test("group context extensions need the support of all", () => {
    const room = new Room(suite, 3);
    const known = [new Extension(APP_EXTENSION, utf8("settings"))];
    room.commit(0, [new GroupContextExtensions(known)]);
    expect(room.at(2).context.extensions).toEqual(known);
    const commit = (...extensions: Extension[]) =>
      room.at(0).commit([new GroupContextExtensions(extensions)]);
    refused("gce-02", () => commit(new Extension(0xf999, utf8(""))));
    const required = new RequiredCapabilities([0xf999]).encode();
    refused("gce-01", () => commit(new Extension(ExtensionType.REQUIRED_CAPABILITIES, required)));
    const garbled = new Extension(ExtensionType.REQUIRED_CAPABILITIES, Uint8Array.of(0xff));
    refused("gce-03", () => commit(garbled));
    const plain = new Environment(() => NOW, systemRandom, psks());
    refused("leaf-06", () =>
      Group.joinExternal(newIdentity(suite, "plain"), room.at(0).groupInfo(), plain, {
        pskIds: [ROOM_KEY],
      }),
    );
  });

  test("pre-shared keys come in by proposal", () => {
    const room = new Room(suite, 3);
    const nonce = new Uint8Array(suite.hashLength);
    room.commit(1, [new PreSharedKey(PreSharedKeyId.external(ROOM_KEY, nonce))]);
    const resumption = (usage: number, ago = 1n) =>
      new PreSharedKey(
        new PreSharedKeyId(
          PskType.RESUMPTION,
          utf8(""),
          usage,
          ROOM,
          room.at(0).epoch - ago,
          nonce,
        ),
      );
    room.commit(0, [resumption(ResumptionUsage.APPLICATION)]);
    room.commit(1, [resumption(ResumptionUsage.APPLICATION, 0n)]);
    refused("psk-02", () => room.at(0).commit([resumption(ResumptionUsage.REINIT)]));
  });

  test("a ReInit ends the group", () => {
    const room = new Room(suite, 2);
    const pending = room.at(0).commit([new ReInit(utf8("next"), 1, suite.id)]);
    const { group } = follow(room.at(1), pending.message);
    expect(group.isActive).toBe(false);
    expect(group.reinit).toEqual(new ReInit(utf8("next"), 1, suite.id));
    refused("mls", () => group.protect(utf8("on and on")));
    const there = Group.decode(pending.group.encode(), environment());
    expect(there.reinit).toEqual(group.reinit);
  });

  test("a commit brings a new identity, of the same name", () => {
    const room = new Room(suite, 3);
    const old = room.identity(1);
    const fresh = newIdentity(suite, "1");
    room.commit(1, [], { newIdentity: fresh });
    room.commit(1);
    expect(room.at(0).leaf(1)?.signatureKey).toEqual(fresh.publicKey);
    expect(fresh.publicKey).not.toEqual(old.publicKey);
    const renamed = restored(room.at(1), lenient()).commit([], {
      newIdentity: newIdentity(suite, "x"),
    });
    refused("update-03", () => room.at(0).process(renamed.message));
  });

  test("an update goes by its own call, not by value", () => {
    const room = new Room(suite, 2);
    const leaf = room.at(0).leaf(0);
    if (leaf === undefined) throw new Error("nobody at 0");
    refused("proplist-01", () => room.at(0).commit([new Update(leaf)]));
    refused("mls", () => room.at(0).propose(new Update(leaf)));
  });
});
