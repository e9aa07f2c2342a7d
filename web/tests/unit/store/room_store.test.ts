import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { equal, toHex, utf8 } from "../../../src/crypto/bytes.ts";
import { StateCorrupt, StateFull, StateLocked } from "../../../src/errors.ts";
import { committed, openDatabase } from "../../../src/store/indexed_db.ts";
import { IndexedRecords } from "../../../src/store/indexed_records.ts";
import { IndexedKeystore, type Keystore, MemoryKeystore } from "../../../src/store/keystore.ts";
import { MemoryLocks } from "../../../src/store/locks.ts";
import type { RoomStore } from "../../../src/store/room_store.ts";
import type { Stored } from "../../../src/store/rows.ts";

const RELAY = "https://relay.example";
const KEYSTORES: [string, () => Keystore][] = [
  ["IndexedDB", () => new IndexedKeystore(new MemoryLocks())],
  ["memory", () => new MemoryKeystore()],
];

afterEach(async () => {
  vi.restoreAllMocks();
  await new IndexedKeystore(new MemoryLocks()).deleteEverything();
});

function message(seq: number, text = "hello", target?: Uint8Array): Stored {
  return {
    table: "content",
    kind: target === undefined ? "message" : "edit",
    seq,
    messageId: utf8(`message ${seq}`.padEnd(32)),
    target,
    time: 1000 + seq,
    pseudonym: new Uint8Array(16),
    name: "Ann",
    content: utf8(text),
    isOwn: false,
    isHistory: false,
    expiresAt: undefined,
    leaf: new Uint8Array(32),
    gone: "",
  };
}

async function texts(store: RoomStore): Promise<string[]> {
  const rows = await store.read([...store.index.from(0)]);
  return rows.map((row) => {
    return row.table === "content" ? new TextDecoder().decode(row.content) : row.what;
  });
}

async function makeRoom(keystore: Keystore, code = "0123456789") {
  const name = await keystore.name(RELAY, code);
  return { name, store: await keystore.open(name, { create: true }) };
}

test.each(KEYSTORES)("what is written is there after reopening: %s", async (_name, make) => {
  const keystore = make();
  const { name, store } = await makeRoom(keystore);
  await store.transaction(() => {
    store.set("cursor", Uint8Array.of(7));
    store.remember(Uint8Array.of(1), "message", utf8("bytes"));
    store.enqueue({
      request: Uint8Array.of(2),
      messageId: Uint8Array.of(3),
      content: utf8("waits"),
      time: 5,
    });
    store.addStatement(Uint8Array.of(4), Uint8Array.of(5));
    store.record(message(2));
    store.record(message(1, "first"));
    store.record({
      table: "notice",
      seq: 2,
      count: 0,
      time: 9,
      what: "joined",
      pseudonym: undefined,
      name: undefined,
      reason: undefined,
    });
  });
  store.close();
  const again = await keystore.open(name);
  expect(again.require("cursor")).toEqual(Uint8Array.of(7));
  expect(again.sent(Uint8Array.of(1), utf8("bytes"))).toBe(true);
  expect(again.sent(Uint8Array.of(1), utf8("others"))).toBe(false);
  expect(again.firstQueued()?.content).toEqual(utf8("waits"));
  expect(again.firstQueued()?.epoch).toBeUndefined();
  expect([...again.statements().keys()]).toEqual(["04"]);
  expect((await texts(again)).sort()).toEqual(["first", "hello", "joined"]);
  expect(again.index.find(message(1).messageId)?.seq).toBe(1);
});

test("a room that was never made, or was deleted, is not there", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name, store } = await makeRoom(keystore);
  store.close();
  expect(await keystore.names()).toEqual([name]);
  await keystore.delete(name);
  expect(await keystore.names()).toEqual([]);
  await expect(keystore.open(name)).rejects.toThrow(StateCorrupt);
  expect((await indexedDB.databases()).map((one) => one.name)).toEqual(["roomkey"]);
});

test("forgetting everything leaves no database", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const first = await makeRoom(keystore, "0000000000");
  await makeRoom(keystore, "1111111111");
  await keystore.deleteEverything();
  expect(await indexedDB.databases()).toEqual([]);
  await expect(first.store.transaction(() => first.store.set("x", utf8("y")))).rejects.toThrow(
    StateLocked,
  );
  expect(await keystore.name(RELAY, "0000000000")).not.toBe(first.name);
});

test("the names of databases and what lies in them say nothing", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name, store } = await makeRoom(keystore, "7GQ2M0XK4T");
  await store.transaction(() => {
    store.set("code", utf8("7GQ2M0XK4T"));
    store.set("name", utf8("Ada Lovelace"));
    store.record(message(1, "a secret text"));
  });
  const records = await IndexedRecords.open(name);
  const places = await records.loadPlaces();
  const written = [
    utf8(name),
    ...(await records.loadState()).values(),
    ...(await records.readRows(places)),
  ];
  for (const data of written) {
    const text = new TextDecoder().decode(data);
    expect(text).not.toMatch(/7GQ2M0XK4T|Lovelace|secret/);
  }
  expect(places).toEqual([{ seq: 1, id: message(1).messageId, about: undefined }]);
  expect([...(await records.loadState()).keys()]).toEqual([0, 1, 2]);
});

test.each(KEYSTORES)("what was deleted leaves its place to others: %s", async (_name, make) => {
  const keystore = make();
  const { name, store } = await makeRoom(keystore);
  await store.transaction(() => {
    store.set("one", utf8("1"));
    store.set("two", utf8("2"));
  });
  await store.transaction(() => store.drop("one", "two"));
  await store.transaction(() => store.set("two", utf8("2, again")));
  const reopened = await keystore.open(name);
  await reopened.transaction(() => {
    reopened.drop("two");
    reopened.set("three", utf8("3"));
    reopened.set("one", utf8("1, again"));
  });
  const last = await keystore.open(name);
  expect(["one", "two", "three"].map((fact) => last.get(fact))).toEqual([
    utf8("1, again"),
    undefined,
    utf8("3"),
  ]);
});

test("a record that was copied to another place does not open", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name } = await makeRoom(keystore);
  const records = await IndexedRecords.open(name);
  const [sealed] = (await records.loadState()).values();
  await records.write([{ slot: 7, sealed }], []);
  await expect(keystore.open(name)).rejects.toThrow(StateCorrupt);
});

test.each(KEYSTORES)("a transaction that throws changes nothing: %s", async (_name, make) => {
  const { store } = await makeRoom(make());
  await store.transaction(() => store.set("fact", utf8("before")));
  const failing = store.transaction(() => {
    store.set("fact", utf8("after"));
    store.record(message(1));
    throw new Error("half way");
  });
  await expect(failing).rejects.toThrow("half way");
  expect(store.get("fact")).toEqual(utf8("before"));
  expect(store.index.find(message(1).messageId)).toBeUndefined();
  await store.transaction(() => store.set("other", utf8("goes on")));
  expect(store.get("fact")).toEqual(utf8("before"));
});

test("what cannot be written is not believed, and was not half written", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name, store } = await makeRoom(keystore);
  await store.transaction(() => store.set("fact", utf8("before")));
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw new DOMException("no space", "QuotaExceededError");
  });
  const full = store.transaction(() => {
    store.set("fact", utf8("after"));
    store.set("other", utf8("after"));
    store.record(message(1));
  });
  await expect(full).rejects.toThrow(StateFull);
  expect(put).toHaveBeenCalled();
  expect(store.get("fact")).toEqual(utf8("before"));
  expect(store.get("other")).toBeUndefined();
  store.close();
  const again = await keystore.open(name);
  expect(again.get("fact")).toEqual(utf8("before"));
  expect(again.get("other")).toBeUndefined();
  expect(await texts(again)).toEqual([]);
});

test("what a transaction changes is seen inside at once, and outside when it is written", async () => {
  const { store } = await makeRoom(new MemoryKeystore());
  const seen: (Uint8Array | undefined)[] = [];
  await store.transaction(() => {
    store.set("fact", utf8("new"));
    seen.push(store.get("fact"));
    queueMicrotask(() => seen.push(store.get("fact")));
  });
  seen.push(store.get("fact"));
  expect(seen).toEqual([utf8("new"), undefined, utf8("new")]);
});

test("transactions take their turns in the order they were asked for", async () => {
  const { store } = await makeRoom(new MemoryKeystore());
  const add = (count: number) =>
    store.transaction(() =>
      store.set("count", Uint8Array.of((store.get("count")?.[0] ?? 0) + count)),
    );
  const read = store.transactionAfter(
    async () => store.get("count")?.[0],
    (count) => store.set("seen", Uint8Array.of(count ?? 0)),
  );
  await Promise.all([read, add(1), add(2), add(3)]);
  expect(store.get("count")).toEqual(Uint8Array.of(6));
  expect(store.get("seen")).toEqual(Uint8Array.of(0));
});

test("a change outside of a transaction is a mistake", async () => {
  const { store } = await makeRoom(new MemoryKeystore());
  expect(() => store.set("fact", utf8("x"))).toThrow("outside of a transaction");
});

test("records that were changed or swapped do not open", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name, store } = await makeRoom(keystore);
  await store.transaction(() => {
    store.set("one", utf8("1"));
    store.set("two", utf8("2"));
    store.record(message(1, "one"));
    store.record(message(2, "two"));
  });
  const records = await IndexedRecords.open(name);
  const state = await records.loadState();
  const places = await records.loadPlaces();
  const [first, second] = places;
  const [, row] = await records.readRows(places);
  if (first === undefined || second === undefined) throw new Error();
  await records.write([], [{ place: first, sealed: row }]);
  await expect(store.read([first])).rejects.toThrow(StateCorrupt);
  expect(await store.read([second])).toHaveLength(1);
  const moved = { ...second, about: first.id };
  await records.write([], [{ place: moved, sealed: row }]);
  await expect(store.read([moved])).rejects.toThrow(StateCorrupt);
  const [one = 0, two = 0] = [...state.keys()].slice(-2);
  await records.write([{ slot: one, sealed: state.get(two) }], []);
  await expect(keystore.open(name)).rejects.toThrow(StateCorrupt);
});

test("a record of another room does not open", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const one = await makeRoom(keystore, "0000000000");
  const other = await makeRoom(keystore, "1111111111");
  const from = await IndexedRecords.open(one.name);
  const to = await IndexedRecords.open(other.name);
  const state = [...(await from.loadState())];
  await to.write(
    state.map(([slot, sealed]) => ({ slot, sealed })),
    [],
  );
  await expect(keystore.open(other.name)).rejects.toThrow(StateCorrupt);
});

test("the key that seals cannot be read", async () => {
  const generate = vi.spyOn(crypto.subtle, "generateKey");
  await makeRoom(new IndexedKeystore(new MemoryLocks()));
  const keys = await Promise.all(generate.mock.results.map((result) => result.value));
  expect(keys).toHaveLength(2);
  for (const key of keys as CryptoKey[]) {
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
  }
});

test("a room is taken once, and by the next who waits", async () => {
  const keystore = new MemoryKeystore();
  const locks = new MemoryLocks();
  const lock = await locks.take("a");
  await expect(locks.take("a")).rejects.toThrow(StateLocked);
  const waiting = locks.wait("a", new AbortController().signal);
  lock.release();
  lock.release();
  (await waiting).release();
  (await locks.take("a")).release();
  (await keystore.lock("b")).release();
});

test("the outbox keeps its order, and what was sealed for an epoch", async () => {
  const keystore = new MemoryKeystore();
  const { name, store } = await makeRoom(keystore);
  const requests = [9, 1, 5].map((byte) => Uint8Array.of(byte));
  for (const request of requests) {
    const queued = { request, messageId: request, content: request, time: 1 };
    await store.transaction(() => store.enqueue(queued));
  }
  const [first, second] = requests;
  if (first === undefined || second === undefined) throw new Error();
  await store.transaction(() => {
    store.changeQueued(first, { epoch: 2n ** 40n, message: utf8("sealed") });
    store.changeQueued(second, { failure: "too_large" });
  });
  const again = await keystore.open(name);
  expect(again.queued().map((queued) => toHex(queued.request))).toEqual(["09", "01", "05"]);
  expect(again.firstQueued()?.epoch).toBe(2n ** 40n);
  expect(again.countQueued()).toBe(2);
  await again.transaction(() => again.unsealQueued(first));
  expect(again.firstQueued()?.message).toBeUndefined();
  const taken = await again.transaction(() => again.dequeue(first));
  expect(taken && equal(taken.request, first)).toBe(true);
  expect(again.firstQueued()?.request).toEqual(requests[2]);
});

test("the transcript finds messages by place, by id and by what they change", async () => {
  const { store } = await makeRoom(new MemoryKeystore());
  const target = message(5).messageId;
  await store.transaction(() => {
    for (const seq of [5, 2, 9]) store.record(message(seq));
    store.record(message(7, "edit", target));
    expect(store.record(message(5))).toBe(false);
    expect(store.record({ ...message(5), messageId: utf8("x".repeat(32)) })).toBe(true);
  });
  expect([...store.index.below(9)].map((place) => place.seq)).toEqual([7, 5, 5, 2]);
  expect([...store.index.from(6)].map((place) => place.seq)).toEqual([7, 9]);
  expect(store.index.about(target).map((place) => place.seq)).toEqual([7]);
  const place = store.index.find(target);
  if (place === undefined) throw new Error();
  await store.transaction(() => {
    expect(store.record({ ...message(9), messageId: utf8("y".repeat(32)) })).toBe(false);
    store.erase(place);
  });
  expect(store.index.find(target)).toBeUndefined();
  expect(await store.read([place])).toEqual([]);
});

test("a notice takes no message's place, and a message takes its own once", async () => {
  const { store } = await makeRoom(new MemoryKeystore());
  const about = { pseudonym: undefined, name: undefined, reason: undefined };
  await store.transaction(() => {
    store.record({ table: "notice", seq: 4, count: 0, time: 9, what: "missing", ...about });
  });
  await store.transaction(() => expect(store.record(message(4))).toBe(true));
  await store.transaction(() => {
    expect(store.record({ ...message(4), messageId: utf8("z".repeat(32)) })).toBe(false);
  });
  expect(await texts(store)).toEqual(["missing", "hello"]);
});

test("a room of another version is not opened", async () => {
  const keystore = new MemoryKeystore();
  const { name, store } = await makeRoom(keystore);
  await store.transaction(() => store.set("version", Uint8Array.of(2)));
  await expect(keystore.open(name)).rejects.toThrow(StateCorrupt);
  await expect(keystore.open(name, { create: true })).rejects.toThrow(StateCorrupt);
});

/** Put something into a store of a room's database, past all that seals it. */
async function putRaw(name: string, store: string, value: unknown, key: IDBValidKey) {
  const database = await openDatabase(name, []);
  const writing = database.transaction(store, "readwrite");
  writing.objectStore(store).put(value, key);
  await committed(writing);
  database.close();
}

test("a row that is no bytes in the browser's database is damage", async () => {
  const { name, store } = await makeRoom(new IndexedKeystore(new MemoryLocks()));
  await store.transaction(() => store.record(message(1)));
  await putRaw(name, "transcript", "hello", [1, message(1).messageId.slice()]);
  await expect(store.read([...store.index.from(0)])).rejects.toThrow(StateCorrupt);
});

test.each<[string, string, unknown, IDBValidKey]>([
  ["a record of the state", "state", "no bytes", 9],
  ["the id of a row", "transcript", new Uint8Array(60), [1, "no bytes"]],
  ["what a row is about", "transcript", new Uint8Array(60), [1, new Uint8Array(32), 7]],
])("a room in which %s is no bytes is damaged", async (_what, where, value, key) => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name } = await makeRoom(keystore);
  await putRaw(name, where, value, key);
  await expect(keystore.open(name)).rejects.toThrow(StateCorrupt);
});

test.each(KEYSTORES)("what was deleted meanwhile is left out: %s", async (_name, make) => {
  const { store } = await makeRoom(make());
  await store.transaction(() => {
    for (const seq of [1, 2]) store.record(message(seq, `${seq}`));
  });
  const places = [...store.index.from(0)];
  await store.transaction(() => store.eraseRow(message(1)));
  await store.transaction(() => undefined);
  expect(await store.read(places)).toEqual([message(2, "2")]);
});

test.each([
  ["QuotaExceededError", StateFull],
  ["InvalidStateError", StateLocked],
  ["SecurityError", StateCorrupt],
])("a browser that opens and deletes no database says why: %s", async (name, error) => {
  const refuse = () => {
    throw new DOMException("no", name);
  };
  vi.spyOn(indexedDB, "open").mockImplementation(refuse);
  vi.spyOn(indexedDB, "deleteDatabase").mockImplementation(refuse);
  const keystore = new IndexedKeystore(new MemoryLocks());
  await expect(keystore.names()).rejects.toThrow(error);
  await expect(IndexedRecords.open("roomkey-room-0")).rejects.toThrow(error);
  await expect(IndexedRecords.delete("roomkey-room-0")).rejects.toThrow(error);
  vi.restoreAllMocks();
  // it is tried anew each time
  expect(await keystore.names()).toEqual([]);
});

test("what the browser gives up while it writes is not believed", async () => {
  const keystore = new IndexedKeystore(new MemoryLocks());
  const { name, store } = await makeRoom(keystore);
  await store.transaction(() => store.set("fact", utf8("before")));
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(function (
    this: IDBObjectStore,
    ...record
  ) {
    const request = put.apply(this, record);
    request.addEventListener("success", () => this.transaction.abort());
    return request;
  });
  const given = store.transaction(() => store.set("fact", utf8("after")));
  await expect(given).rejects.toThrow(StateFull);
  expect(store.get("fact")).toEqual(utf8("before"));
  expect((await keystore.open(name)).get("fact")).toEqual(utf8("before"));
});
