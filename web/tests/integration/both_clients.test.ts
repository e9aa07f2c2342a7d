/** This client and the Python client in one room. */

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../../src/client/room.ts";
import { toHex } from "../../src/crypto/bytes.ts";
import { WrongRoomKey } from "../../src/errors.ts";
import { Relay } from "../relay.ts";
import { PythonRoom } from "./python_room.ts";
import { aClient, KEY, Listener, messages, names, said, textsOf } from "./toolkit.ts";

let relay: Relay;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  relay = await Relay.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => relay.stop());

async function kept(coming: Promise<Room>): Promise<Room> {
  const room = await coming;
  open.push(room);
  return room;
}

function python(): PythonRoom {
  const person = new PythonRoom(relay);
  open.push(person);
  return person;
}

function digits(room: Room): string {
  return room.safetyCode()?.digits.join(" ") ?? "";
}

test.each(["hybrid", "large"] as const)("both talk in a %s room made here", async (size) => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size, title: "Plans ✓" }));
  const bob = python();
  await bob.join(ann.code, KEY, "Bob 🐍");
  const atAnn = new Listener(ann);
  await said(ann, "from TypeScript: äöü 😀");
  await bob.text("from TypeScript: äöü 😀");
  const id = await bob.send("from Python: žluťoučký 🐎");
  const got = await atAnn.text("from Python: žluťoučký 🐎");
  expect(toHex(got.stored.messageId)).toBe(id);
  expect(got.stored.name).toBe("Bob 🐍");
  const look = await bob.look();
  expect(look.code).toBe(digits(ann));
  expect([look.title, look.members, look.hosts]).toEqual(["Plans ✓", ["Ann", "Bob 🐍"], ["Ann"]]);
});

test.each(["hybrid", "large"] as const)("both talk in a %s room made in Python", async (size) => {
  const bob = python();
  const code = await bob.create(KEY, "Bob", { size, title: "Plans" });
  const ann = await kept(aClient(relay).join(code, KEY, "Ann"));
  const atAnn = new Listener(ann);
  await bob.send("hello Ann");
  await atAnn.text("hello Ann");
  await said(ann, "hello Bob");
  await bob.text("hello Bob");
  expect((await bob.look()).code).toBe(digits(ann));
  expect([ann.title, names(ann)]).toEqual(["Plans", ["Bob", "Ann"]]);
});

test("each reads what the other said while nobody else was there", async () => {
  const bob = python();
  const code = await bob.create(KEY, "Bob");
  await bob.send("one");
  await bob.send("two");
  await bob.close();
  const ann = await aClient(relay).join(code, KEY, "Ann");
  await new Listener(ann).state("online");
  expect(textsOf((await ann.history(100)).entries)).toEqual(["one", "two"]);
  await said(ann, "three");
  await ann.close();
  const cid = python();
  await cid.join(code, KEY, "Cid");
  await cid.until((look) => look.state === "online");
  expect(await cid.history()).toEqual(["one", "two", "three"]);
});

test("a strict room keeps the past from both", async () => {
  const bob = python();
  const code = await bob.create(KEY, "Bob", { history: "strict" });
  await bob.send("before");
  const ann = await kept(aClient(relay).join(code, KEY, "Ann"));
  const atAnn = new Listener(ann);
  await bob.send("after");
  await atAnn.text("after");
  expect(textsOf((await ann.history(100)).entries)).toEqual(["after"]);
  expect(ann.historyMode).toBe("strict");
});

test("a wrong room key is a wrong room key to both", async () => {
  const bob = python();
  const code = await bob.create(KEY, "Bob");
  await expect(aClient(relay).join(code, "another room key", "Ann")).rejects.toThrow(WrongRoomKey);
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  await expect(python().join(ann.code, "another room key", "Cid")).rejects.toThrow(
    "wrong_room_key",
  );
});

test("a host of either client removes, locks, renames and changes the room key", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  const atAnn = new Listener(ann);
  const bob = python();
  await bob.join(ann.code, KEY, "Bob");
  const cid = await kept(aClient(relay).join(ann.code, KEY, "Cid"));
  const atCid = new Listener(cid);
  await atAnn.until(() => (names(ann).length === 3 ? true : undefined));
  await ann.setTitle("New title");
  await ann.setLocked(true);
  await ann.setRetention(7200);
  await bob.until((look) => look.locked && look.title === "New title" && look.retention === 7200);
  await expect(aClient(relay).join(ann.code, KEY, "Dan")).rejects.toThrow("locked");
  const pseudonym = ann.members().find((member) => member.name === "Bob")?.pseudonym ?? "";
  await ann.nameHost(pseudonym);
  await bob.until((look) => look.hosts.length === 2);
  await bob.do("set_locked", { locked: false });
  await atCid.notice("unlocked");
  await bob.do("change_room_key", { new_key: "a new room key", remove: ["Cid"] });
  await atCid.state("removed");
  await atAnn.notice("key-changed");
  expect([ann.keyId, ann.needsRoomKey, ann.roomKey]).toEqual([1, false, undefined]);
  await said(ann, "under the new key");
  await bob.text("under the new key");
  await ann.changeRoomKey("the third room key");
  await bob.until((look) => look.key_id === 2 && !look.needs_room_key);
  expect(ann.roomKey).toBe("the third room key");
  await bob.send("under the third key");
  await atAnn.text("under the third key");
  expect((await bob.look()).code).toBe(digits(ann));
  await expect(aClient(relay).join(ann.code, KEY, "Dan")).rejects.toThrow(WrongRoomKey);
  const dan = await kept(aClient(relay).join(ann.code, "the third room key", "Dan"));
  await new Listener(dan).state("online");
  const { entries } = await dan.history(100);
  expect(textsOf(entries)).toEqual(["under the new key", "under the third key"]);
  expect(names(dan)).toEqual(["Ann", "Bob", "Dan"]);
});

test("what one changes the other sees changed", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  const bob = python();
  await bob.join(ann.code, KEY, "Bob");
  const atAnn = new Listener(ann);
  const bobs = await bob.send("fisrt");
  await atAnn.text("fisrt");
  await bob.change("edit", bobs, { text: "first" });
  const edited = await atAnn.text("first");
  expect([edited.edit !== undefined, toHex(edited.stored.messageId)]).toEqual([true, bobs]);
  expect(await messages(ann)).toHaveLength(1);
  const anns = await said(ann, "of Ann");
  await bob.text("of Ann");
  const sign = await bob.change("react", toHex(anns), { sign: "👍" });
  const signed = await atAnn.until(async () =>
    (await messages(ann)).find(({ reactions }) => reactions.length > 0),
  );
  expect(signed.reactions.map((row) => [toHex(row.messageId), row.name])).toEqual([[sign, "Bob"]]);
  await (await ann.react(edited.stored.messageId, "🎉")).stored;
  await (await ann.edit(anns, "of Ann, better")).stored;
  await said(ann, "mark");
  await bob.text("mark");
  const expected = [
    { text: "first", is_edited: true, is_deleted: false, signs: [["Ann", "🎉"]] },
    { text: "of Ann, better", is_edited: true, is_deleted: false, signs: [["Bob", "👍"]] },
    { text: "mark", is_edited: false, is_deleted: false, signs: [] },
  ];
  expect((await bob.ask("messages")).messages).toMatchObject(expected);
  const cid = await kept(aClient(relay).join(ann.code, KEY, "Cid"));
  const atCid = new Listener(cid);
  await atCid.state("online");
  expect(textsOf((await cid.history(50)).entries)).toEqual(["first", "of Ann, better", "mark"]);
  expect((await messages(cid)).map(({ reactions }) => reactions.length)).toEqual([1, 1, 0]);
  await (await ann.delete(anns)).stored;
  await bob.change("delete", bobs);
  await atCid.until(async () =>
    (await messages(cid)).filter(({ isDeleted }) => isDeleted).length === 2 ? true : undefined,
  );
  await atAnn.until(async () => ((await messages(ann))[0]?.isDeleted ? true : undefined));
  expect((await bob.ask("messages")).messages).toMatchObject([
    { text: "", is_deleted: true, signs: [] },
    { text: "", is_deleted: true, signs: [] },
    { text: "mark" },
  ]);
});

test("both hear who is here, away and typing", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  const atAnn = new Listener(ann);
  await atAnn.state("online");
  const bob = python();
  await bob.join(ann.code, KEY, "Bob");
  const bobs = () => {
    const pseudonym = ann.members().find((member) => member.name === "Bob")?.pseudonym ?? "";
    return ann.presence().get(pseudonym);
  };
  await atAnn.until(() => (bobs()?.presence === "here" ? true : undefined));
  await bob.until((look) => look.presence.Ann === "here");
  ann.signalTyping(true);
  await bob.until((look) => look.typing.includes("Ann"));
  ann.signalAway(true);
  await bob.until((look) => look.presence.Ann === "away");
  await said(ann, "written");
  await bob.until((look) => !look.typing.includes("Ann"));
  await bob.do("signal_typing", { is_typing: true });
  await atAnn.until(() => (bobs()?.isTyping ? true : undefined));
  await bob.do("signal_away", { is_away: true });
  await atAnn.until(() => (bobs()?.presence === "away" ? true : undefined));
});

test("a host of either client closes the room for both", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  const bob = python();
  await bob.join(ann.code, KEY, "Bob");
  await new Listener(ann).state("online");
  await ann.closeRoom();
  await bob.until((look) => look.state === "removed");
  const cid = python();
  const code = await cid.create(KEY, "Cid");
  const dan = await kept(aClient(relay).join(code, KEY, "Dan"));
  const atDan = new Listener(dan);
  await cid.do("close_room");
  await atDan.state("removed");
  expect(atDan.troubles()).toEqual(["room_closed"]);
  expect([ann.wasClosed, dan.wasClosed]).toEqual([true, true]);
});
