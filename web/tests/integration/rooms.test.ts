/** Rooms as people use them: several clients and a real relay. */

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Client } from "../../src/client/client.ts";
import type { Room } from "../../src/client/room.ts";
import { WrongRoomKey } from "../../src/errors.ts";
import { Relay } from "../relay.ts";
import { aClient, expectSameCode, KEY, Listener, names, said, texts, textsOf } from "./toolkit.ts";

let relay: Relay;
const open: Room[] = [];

beforeAll(async () => {
  relay = await Relay.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((room) => room.close()));
});
afterAll(() => relay.stop());

async function kept(coming: Promise<Room>): Promise<Room> {
  const room = await coming;
  open.push(room);
  return room;
}

function join(client: Client, code: string, name: string): Promise<Room> {
  return kept(client.join(code, KEY, name));
}

test.each(["hybrid", "large"] as const)("two people talk both ways in a %s room", async (size) => {
  const a = aClient(relay);
  const steps: string[] = [];
  const options = { size, title: "Plans", progress: (step: string) => steps.push(step) };
  const ann = await kept(a.create(KEY, "Ann", options));
  expect(steps).toEqual(["connecting", "asking", "stretching", "checking", "entering"]);
  const atAnn = new Listener(ann);
  const bob = await kept(aClient(relay).join(ann.code.toLowerCase(), `  ${KEY} `, "Bob"));
  const atBob = new Listener(bob);
  await said(ann, "hello Bob");
  await said(bob, "hello Ann");
  const first = await atBob.text("hello Bob");
  expect([first.stored.name, first.stored.isOwn]).toEqual(["Ann", false]);
  const second = await atAnn.text("hello Ann");
  const again = await atBob.text("hello Ann");
  expect(again.stored.messageId).toEqual(second.stored.messageId);
  expect(again.stored.isOwn).toBe(true);
  expect((await atAnn.notice("joined")).name).toBe("Bob");
  expectSameCode(ann, bob);
  expect(names(ann)).toEqual(["Ann", "Bob"]);
  expect([bob.title, bob.isHost, ann.isHost]).toEqual(["Plans", false, true]);
  expect([ann.roomKey, bob.roomKey]).toEqual([KEY, KEY]);
  expect((await a.rooms()).map(({ code, title }) => [code, title])).toEqual([[ann.code, "Plans"]]);
});

test("a wrong key and an unknown code are the same", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  const b = aClient(relay);
  await expect(b.join(ann.code, "some other room key", "Bob")).rejects.toThrow(WrongRoomKey);
  await expect(b.join("00000-00000", KEY, "Bob")).rejects.toThrow(WrongRoomKey);
  expect(await b.rooms()).toEqual([]);
});

test("people who join at once all get in", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann"));
  const atAnn = new Listener(ann);
  const [bob, cid] = await Promise.all([
    join(aClient(relay), ann.code, "Bob"),
    join(aClient(relay), ann.code, "Cid"),
  ]);
  const rooms = [ann, bob, cid];
  const listeners = [atAnn, new Listener(bob), new Listener(cid)];
  await Promise.all([said(ann, "one"), said(bob, "two"), said(cid, "three")]);
  for (const listener of listeners) {
    for (const text of ["one", "two", "three"]) await listener.text(text);
  }
  const orders = await Promise.all(rooms.map(texts));
  expect(orders[1]).toEqual(orders[0]);
  expect(orders[2]).toEqual(orders[0]);
  expectSameCode(...rooms);
});

test("who joins while everybody is offline reads what was said", async () => {
  const ann = await aClient(relay).create(KEY, "Ann");
  for (const text of ["before 0", "before 1", "before 2"]) await said(ann, text);
  await ann.close();
  const bob = await join(aClient(relay), ann.code, "Bob");
  await new Listener(bob).state("online");
  const page = await bob.history(100);
  expect(textsOf(page.entries)).toEqual(["before 0", "before 1", "before 2"]);
  expect(page.isComplete).toBe(true);
  const past = page.entries.filter((entry) => "stored" in entry);
  expect(past.every(({ stored }) => stored.isHistory && stored.name === "Ann")).toBe(true);
  const last = await bob.history(2);
  expect(textsOf(last.entries)).toEqual(["before 2"]);
  expect(last.isComplete).toBe(false);
});

test("a strict room keeps the past from those who join", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { history: "strict" }));
  await said(ann, "before");
  const bob = await join(aClient(relay), ann.code, "Bob");
  const atBob = new Listener(bob);
  await said(ann, "after");
  await atBob.text("after");
  expect(textsOf((await bob.history(100)).entries)).toEqual(["after"]);
  expect(textsOf((await ann.history(100)).entries)).toEqual(["before", "after"]);
});
