/** What breaks, and that nothing is lost or doubled by it. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Client } from "../../src/client/client.ts";
import type { Room } from "../../src/client/room.ts";
import { RoomState } from "../../src/client/room_state.ts";
import { type Fields, SocketTransport } from "../../src/client/transport.ts";
import {
  RelayFault,
  RelayUnreachable,
  StateCorrupt,
  StateFull,
  StateLocked,
  StorageFull,
} from "../../src/errors.ts";
import { MemoryKeystore } from "../../src/store/keystore.ts";
import { MemoryRecords } from "../../src/store/memory_records.ts";
import { Relay } from "../relay.ts";
import { aClient, expectSameCode, KEY, Listener, names, said, texts } from "./toolkit.ts";

let relay: Relay;
const open: Room[] = [];

beforeEach(async () => {
  relay = await Relay.start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((room) => room.close()));
  await relay.stop();
});

async function kept(coming: Promise<Room>): Promise<Room> {
  const room = await coming;
  open.push(room);
  return room;
}

async function two(): Promise<{ ann: Room; bob: Room; atAnn: Listener; atBob: Listener }> {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const bob = await kept(aClient(relay).join(ann.code, KEY, "Bob"));
  return { ann, bob, atAnn: new Listener(ann), atBob: new Listener(bob) };
}

/** Loses the answer to an event, once on each connection, and the connection with it. */
class Losing extends SocketTransport {
  readonly #event: string;

  constructor(url: string, event: string) {
    super(url);
    this.#event = event;
  }

  override async request(event: string, fields: Fields, seconds?: number): Promise<Fields> {
    const answer = await super.request(event, fields, seconds);
    if (event !== this.#event) return answer;
    this.onLost();
    throw new RelayUnreachable();
  }
}

async function theCode(client: Client): Promise<string> {
  return (await client.rooms())[0]?.code ?? "";
}

test("a killed relay loses and doubles nothing", async () => {
  const { ann, bob, atAnn, atBob } = await two();
  await said(ann, "start");
  const sent: Promise<unknown>[] = [];
  const send = async (room: Room, text: string) => {
    const { stored } = await room.send(text);
    sent.push(stored);
    return stored;
  };
  for (let number = 0; number < 24; number++) {
    const before = sent.at(-4);
    send(ann, `a${number}`);
    await send(bob, `b${number}`).then(
      () => undefined,
      () => undefined,
    );
    if (number === 6 || number === 16) {
      await before;
      await relay.kill();
      send(ann, `offline ${number}`);
      await relay.start();
    }
  }
  await Promise.all(sent);
  await said(ann, "end of Ann");
  await said(bob, "end of Bob");
  for (const listener of [atAnn, atBob]) {
    await listener.text("end of Ann");
    await listener.text("end of Bob");
  }
  const [annsTexts, bobsTexts] = [await texts(ann), await texts(bob)];
  expect(bobsTexts).toEqual(annsTexts);
  expect(annsTexts).toHaveLength(1 + 48 + 2 + 2);
  expect(new Set(annsTexts).size).toBe(annsTexts.length);
});

test("a client comes back with what is stored, and sends what waited once", async () => {
  const keystore = new MemoryKeystore();
  const first = await aClient(relay, keystore).create(KEY, "Ann", { size: "large" });
  const bob = await kept(aClient(relay).join(first.code, KEY, "Bob"));
  const atBob = new Listener(bob);
  const atFirst = new Listener(first);
  await atFirst.state("online");
  await said(first, "written online");
  await relay.kill();
  await atFirst.state("offline");
  await first.send("written offline");
  await first.close();
  await relay.start();
  await said(bob, "meanwhile");
  const client = aClient(relay, keystore);
  const again = await kept(client.resume(await theCode(client)));
  const atAgain = new Listener(again);
  await atAgain.text("meanwhile");
  await atBob.text("written offline");
  await said(bob, "both here");
  await atAgain.text("both here");
  expect(await texts(bob)).toEqual(["written online", "meanwhile", "written offline", "both here"]);
  expect(await texts(again)).toEqual(await texts(bob));
  expect(names(again)).toEqual(["Ann", "Bob"]);
  expectSameCode(again, bob);
});

test("rooms can be listed and read without the relay", async () => {
  const keystore = new MemoryKeystore();
  const ann = await aClient(relay, keystore).create(KEY, "Ann", { size: "large", title: "Kept" });
  await said(ann, "kept here");
  await ann.close();
  await relay.kill();
  const client = aClient(relay, keystore);
  expect(await client.rooms()).toMatchObject([{ name: "Ann", title: "Kept", isOver: false }]);
  const again = await kept(client.resume(ann.code));
  await new Listener(again).state("offline");
  expect(await texts(again)).toEqual(["kept here"]);
});

test("an old copy of the state rejoins before it sends", async () => {
  const keystore = new MemoryKeystore();
  const ann = await aClient(relay, keystore).create(KEY, "Ann", { size: "large" });
  const bob = await kept(aClient(relay).join(ann.code, KEY, "Bob"));
  const atBob = new Listener(bob);
  await said(ann, "in both copies");
  await ann.close();
  const copy = keystore.copy();
  const newer = await aClient(relay, keystore).resume(ann.code);
  await said(newer, "only in the newer one");
  await newer.close();
  const before = bob.safetyCode()?.digits.join();
  const restored = await kept(aClient(relay, copy).resume(ann.code));
  const atRestored = new Listener(restored);
  await said(restored, "from the restored copy");
  await atBob.text("from the restored copy");
  await said(bob, "understood");
  await atRestored.text("understood");
  expectSameCode(bob, restored);
  expect(bob.safetyCode()?.digits.join()).not.toBe(before);
  expect(names(bob).sort()).toEqual(["Ann", "Bob"]);
  await atRestored.text("only in the newer one");
});

test("a room is open once", async () => {
  const keystore = new MemoryKeystore();
  const ann = await aClient(relay, keystore).create(KEY, "Ann", { size: "large" });
  await expect(aClient(relay, keystore).resume(ann.code)).rejects.toThrow(StateLocked);
  await ann.close();
  await kept(aClient(relay, keystore).resume(ann.code));
});

test("a full disk is said and loses nothing", async () => {
  const { ann, bob, atAnn, atBob } = await two();
  await said(ann, "before");
  await atBob.text("before");
  const write = MemoryRecords.prototype.write;
  let isFull = false;
  vi.spyOn(MemoryRecords.prototype, "write").mockImplementation(async function (
    this: MemoryRecords,
    state,
    rows,
  ) {
    if (isFull && this.name === annsStore) throw new StateFull();
    return write.call(this, state, rows);
  });
  const annsStore = (ann as unknown as { roomState: { store: { name: string } } }).roomState.store
    .name;
  isFull = true;
  await expect(ann.send("does not fit")).rejects.toThrow(StateFull);
  for (const number of [0, 1, 2]) await said(bob, `while full ${number}`);
  await atAnn.until(() => atAnn.troubles().includes("state_full") || undefined);
  isFull = false;
  ann.wakeUp();
  await said(ann, "after");
  await atBob.text("after");
  await atAnn.text("after");
  expect(await texts(ann)).toEqual([
    "before",
    "while full 0",
    "while full 1",
    "while full 2",
    "after",
  ]);
  expect(await texts(bob)).toEqual(await texts(ann));
});

test("a damaged state is said, and left alone", async () => {
  const keystore = new MemoryKeystore();
  const ann = await aClient(relay, keystore).create(KEY, "Ann", { size: "large" });
  await ann.close();
  const loadState = MemoryRecords.prototype.loadState;
  vi.spyOn(MemoryRecords.prototype, "loadState").mockImplementation(async function (
    this: MemoryRecords,
  ) {
    const state = new Map(await loadState.call(this));
    const [[slot, sealed]] = [...state] as [[number, Uint8Array]];
    return state.set(slot, sealed.with(20, (sealed[20] ?? 0) ^ 1));
  });
  const client = aClient(relay, keystore);
  await expect(client.resume(ann.code)).rejects.toThrow(StateCorrupt);
  expect(await client.rooms()).toEqual([]);
  vi.restoreAllMocks();
  await kept(client.resume(ann.code));
});

test("who is removed keeps the transcript and no key", async () => {
  const { ann, bob, atAnn, atBob } = await two();
  await said(ann, "read before");
  await atBob.text("read before");
  await atAnn.until(() => (names(ann).length === 2 ? true : undefined));
  await expect(bob.remove(ann.pseudonym)).rejects.toMatchObject({ code: "policy_violation" });
  await ann.remove(bob.pseudonym);
  await atBob.state("removed");
  expect((await atAnn.notice("removed")).name).toBe("Bob");
  await expect(bob.send("still here")).rejects.toMatchObject({ code: "not_a_member" });
  expect(await texts(bob)).toEqual(["read before"]);
  expect([bob.members(), bob.safetyCode(), bob.roomKey]).toEqual([[], undefined, undefined]);
});

test("who leaves is gone at once, and reads nothing more", async () => {
  const { ann, bob, atAnn, atBob } = await two();
  await atBob.state("online");
  const before = bob.safetyCode()?.digits.join();
  await bob.leave();
  expect((await atAnn.notice("left")).name).toBe("Bob");
  await said(ann, "alone");
  expect(ann.safetyCode()?.digits.join()).not.toBe(before);
  expect(names(ann)).toEqual(["Ann"]);
});

test("a room that could not be deleted when it was left is deleted when that is tried again", async () => {
  const keystore = new MemoryKeystore();
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const client = aClient(relay, keystore);
  const bob = await kept(client.join(ann.code, KEY, "Bob"));
  const [atAnn, atBob] = [new Listener(ann), new Listener(bob)];
  await atBob.state("online");
  vi.spyOn(keystore, "delete").mockRejectedValueOnce(new StateFull());
  await expect(bob.leave()).rejects.toThrow(StateFull);
  await atAnn.notice("left");
  expect(await client.rooms()).toHaveLength(1);
  await bob.leave();
  expect(await client.rooms()).toEqual([]);
  await kept(client.join(ann.code, KEY, "Bob"));
});

test("who left and was not told so is out", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const losing = aClient(relay, new MemoryKeystore(), {
    transport: (url) => new Losing(url, "room.leave"),
  });
  const bob = await kept(losing.join(ann.code, KEY, "Bob"));
  const atBob = new Listener(bob);
  await atBob.state("online");
  await expect(bob.leave()).rejects.toThrow(RelayUnreachable);
  await atBob.state("removed");
  await said(ann, "alone");
  expect(names(ann)).toEqual(["Ann"]);
  expect(ann.safetyCode()?.epoch).toBe(2n);
});

test("who leaves while somebody joins is seen to have left", async () => {
  const keystore = new MemoryKeystore();
  const ann = await aClient(relay, keystore).create(KEY, "Ann", { size: "large" });
  const bob = await aClient(relay).join(ann.code, KEY, "Bob");
  await new Listener(bob).state("online");
  await ann.close();
  class AfterBob extends SocketTransport {
    override async request(event: string, fields: Fields, seconds?: number): Promise<Fields> {
      if (event === "room.commit" && "joined" in fields) await bob.leave();
      return super.request(event, fields, seconds);
    }
  }
  const options = { transport: (url: string) => new AfterBob(url) };
  const cid = await kept(aClient(relay, new MemoryKeystore(), options).join(ann.code, KEY, "Cid"));
  expect(names(cid).sort()).toEqual(["Ann", "Cid"]);
  await said(cid, "Bob does not read this");
  const { roomState } = cid as unknown as { roomState: RoomState };
  expect(roomState.group?.members()).toHaveLength(2);
});

test("who came in and could not write it down is in the room once", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const client = aClient(relay);
  const { adopt } = RoomState.prototype;
  vi.spyOn(RoomState.prototype, "adopt").mockImplementation(function (this: RoomState, ...args) {
    if (this.name === "Bob") throw new StateFull();
    return adopt.apply(this, args);
  });
  await expect(client.join(ann.code, KEY, "Bob")).rejects.toThrow(StateFull);
  vi.restoreAllMocks();
  const atAnn = new Listener(ann);
  await said(await kept(client.join(ann.code, KEY, "Bob")), "here");
  await atAnn.text("here");
  expect(names(ann)).toEqual(["Ann", "Bob"]);
});

test.each([
  ["a full disk", new StorageFull()],
  ["a fault", new RelayFault()],
])("who was refused for %s and came in is in the room once", async (_name, refusal) => {
  const refusals = [refusal];
  class Failing extends SocketTransport {
    override async request(event: string, fields: Fields, seconds?: number): Promise<Fields> {
      const answer = await super.request(event, fields, seconds);
      const refused = event === "room.commit" ? refusals.pop() : undefined;
      if (refused !== undefined) throw refused;
      return answer;
    }
  }
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const options = { transport: (url: string) => new Failing(url) };
  const client = aClient(relay, new MemoryKeystore(), options);
  await expect(client.join(ann.code, KEY, "Bob")).rejects.toBe(refusal);
  const atAnn = new Listener(ann);
  await said(await kept(client.join(ann.code, KEY, "Bob")), "here");
  await atAnn.text("here");
  expect(names(ann)).toEqual(["Ann", "Bob"]);
});

test("a change that comes too late is refused", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const changing = ann.changeRoomKey("orbit lantern mosaic denim");
  await ann.close();
  await expect(changing).rejects.toMatchObject({ code: "not_a_member" });
});

test("a connection that is doubted is tried, and one that is gone comes back at once", async () => {
  const { ann, atAnn } = await two();
  await atAnn.state("online");
  ann.wakeUp();
  await said(ann, "still there");
  await relay.kill();
  await atAnn.state("offline");
  await relay.start();
  ann.wakeUp();
  await atAnn.state("online");
  expect(atAnn.troubles()).toEqual([]);
});
