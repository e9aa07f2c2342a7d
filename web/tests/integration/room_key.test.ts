/** A host changes the room key, and the relay hands the new one to nobody: people tell each other. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Room } from "../../src/client/room.ts";
import { type Fields, SocketTransport } from "../../src/client/transport.ts";
import { NotAMember, RoomKeyNeeded, WrongRoomKey } from "../../src/errors.ts";
import { MemoryKeystore } from "../../src/store/keystore.ts";
import { Relay } from "../relay.ts";
import { aClient, expectSameCode, KEY, Listener, names, said } from "./toolkit.ts";

const NEW_KEY = "quartz meadow harbor violin";

let relay: Relay;
const open: Room[] = [];

beforeEach(async () => {
  relay = await Relay.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((room) => room.close()));
  await relay.stop();
});

async function kept(coming: Promise<Room>): Promise<Room> {
  const room = await coming;
  open.push(room);
  return room;
}

type Strip = (envelope: Fields) => Fields;

/** A relay that changes each envelope that it hands out. */
function stripping(strip: Strip): { transport: (url: string) => SocketTransport } {
  class Stripping extends SocketTransport {
    constructor(url: string) {
      super(url);
      let { onPush } = this;
      const push = (event: string, fields: Fields) => {
        onPush(event, event === "room.envelope" ? strip(fields) : fields);
      };
      const set = (given: typeof onPush) => {
        onPush = given;
      };
      Object.defineProperty(this, "onPush", { get: () => push, set });
    }

    override async request(event: string, fields: Fields, seconds?: number): Promise<Fields> {
      const answer = await super.request(event, fields, seconds);
      if (event !== "room.sync") return answer;
      return { ...answer, envelopes: (answer.envelopes as Fields[]).map(strip) };
    }
  }
  return { transport: (url) => new Stripping(url) };
}

function dropped({ root, ...envelope }: Fields): Fields {
  return envelope;
}

function forged(envelope: Fields): Fields {
  return envelope.root === undefined
    ? envelope
    : { ...envelope, root: new Uint8Array((envelope.root as Uint8Array).length) };
}

test.each([
  ["kept back", dropped],
  ["forged", forged],
])("who finds the new room key %s takes it from a person", async (_how, strip) => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const bobs = aClient(relay, new MemoryKeystore(), stripping(strip));
  const bob = await kept(bobs.join(ann.code, KEY, "Bob"));
  const [atAnn, atBob] = [new Listener(ann), new Listener(bob)];
  await atAnn.until(() => names(ann).length === 2 || undefined);
  await ann.nameHost(ann.members().find(({ name }) => name === "Bob")?.pseudonym ?? "");
  await ann.changeRoomKey(NEW_KEY);
  await atBob.event("room trouble");
  expect(atBob.troubles()).toEqual(["room_key_needed"]);
  expect([bob.needsRoomKey, bob.roomKey]).toEqual([true, undefined]);
  await said(ann, "still read");
  await atBob.text("still read");
  await said(bob, "still sent");
  await atAnn.text("still sent");
  await expect(bob.changeRoomKey("another key than these")).rejects.toThrow(RoomKeyNeeded);
  const cid = await kept(aClient(relay).join(ann.code, NEW_KEY, "Cid"));
  await said(cid, "not to be followed yet");
  await atBob.state("offline");
  await expect(bob.giveRoomKey(KEY)).rejects.toThrow(WrongRoomKey);
  await bob.giveRoomKey(NEW_KEY);
  await atBob.text("not to be followed yet");
  expect([bob.needsRoomKey, bob.roomKey]).toEqual([false, NEW_KEY]);
  expect(names(bob).sort()).toEqual(["Ann", "Bob", "Cid"]);
  const atCid = new Listener(cid);
  await said(bob, "all three");
  await atCid.text("all three");
  expectSameCode(ann, bob, cid);
});

test.each([
  ["while all that happened can be followed", []],
  ["after a join that cannot be followed", ["Cid"]],
])("joining again with the new room key goes on as the same member: %s", async (_when, others) => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const keystore = new MemoryKeystore();
  const before = await aClient(relay, keystore, stripping(dropped)).join(ann.code, KEY, "Bob");
  const [atAnn, atBefore] = [new Listener(ann), new Listener(before)];
  await atAnn.until(() => names(ann).length === 2 || undefined);
  await ann.changeRoomKey(NEW_KEY);
  await atBefore.event("room trouble");
  await before.close();
  for (const name of others) await kept(aClient(relay).join(ann.code, NEW_KEY, name));
  const client = aClient(relay, keystore, stripping(dropped));
  const bob = await kept(client.join(ann.code, NEW_KEY, "Bob"));
  const atBob = new Listener(bob);
  await said(bob, "here again");
  await atAnn.text("here again");
  await atBob.until(() => bob.roomKey === NEW_KEY || undefined);
  expect([bob.needsRoomKey, bob.pseudonym]).toEqual([false, before.pseudonym]);
  expect(names(bob).sort()).toEqual(["Ann", "Bob", ...others]);
});

test("who was removed while away is asked for the room key, and then told", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const keystore = new MemoryKeystore();
  const before = await aClient(relay, keystore).join(ann.code, KEY, "Bob");
  const atAnn = new Listener(ann);
  await atAnn.until(() => names(ann).length === 2 || undefined);
  await before.close();
  await ann.changeRoomKey(NEW_KEY, [before.pseudonym]);
  const bob = await kept(aClient(relay, keystore).resume(ann.code));
  const atBob = new Listener(bob);
  await atBob.until(() => bob.needsRoomKey || undefined);
  await expect(bob.giveRoomKey("something else entirely")).rejects.toThrow(WrongRoomKey);
  await atBob.until(() => bob.needsRoomKey || undefined);
  await expect(bob.giveRoomKey(NEW_KEY)).rejects.toThrow(NotAMember);
  await atBob.state("removed");
});
