/** Messages are shown as later content has changed them, in whatever order that came to be known. */

import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import {
  Content,
  type ContentOptions,
  Disposition,
  Expiration,
} from "../../../src/client/content.ts";
import { merge, readFamilies, signOf, textOf } from "../../../src/client/merging.ts";
import {
  addRow,
  dropExpired,
  dropOld,
  nextExpiry,
  rowOf,
  type Said,
} from "../../../src/client/transcript.ts";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { MemoryKeystore } from "../../../src/store/keystore.ts";
import type { RoomStore } from "../../../src/store/room_store.ts";
import type { Stored } from "../../../src/store/rows.ts";

const ROOM = new Uint8Array(16);
const START = 1_790_000_000_000;
const REACTION = { disposition: Disposition.REACTION };

interface Author {
  readonly name: string;
  readonly leaf: string;
}

const ANN: Author = { name: "Ann", leaf: "leaf of Ann" };
const BOB: Author = { name: "Bob", leaf: "leaf of Bob" };
/** Has the room key, and puts Ann's pseudonym into copies of its own. */
const MALLORY: Author = { name: "Ann", leaf: "leaf of Mallory" };

let store: RoomStore;
let places = 0;

beforeEach(async () => {
  store = await newStore();
  places = 0;
});

function newStore(): Promise<RoomStore> {
  return new MemoryKeystore().open("room", { create: true });
}

function say(author: Author, text: string | undefined, options: ContentOptions = {}): Said {
  places += 1;
  return {
    seq: places,
    time: START + places,
    pseudonym: utf8(author.name.padEnd(16)),
    leaf: utf8(author.leaf.padEnd(32)),
    name: author.name,
    content: new Content(systemRandom(16), text, options).encode(),
    isOwn: false,
    isHistory: false,
  };
}

function idOf(said: Said): Uint8Array {
  return rowOf(said, ROOM, START).messageId;
}

const edit = (author: Author, of: Said, text: string) => say(author, text, { replaces: idOf(of) });
const remove = (author: Author, of: Said) => say(author, undefined, { replaces: idOf(of) });
const react = (author: Author, to: Said, sign = "+") =>
  say(author, sign, { ...REACTION, inReplyTo: idOf(to) });
const unreact = (author: Author, of: Said) =>
  say(author, undefined, { ...REACTION, replaces: idOf(of) });

async function add(...all: readonly Said[]): Promise<string[]> {
  const kinds: string[] = [];
  for (const said of all) {
    const events = await addRow(store, rowOf(said, ROOM, START));
    kinds.push(...events.map((event) => event.kind));
  }
  return kinds;
}

interface Shown {
  readonly text: string;
  readonly signs: readonly string[];
  readonly isDeleted: boolean;
  readonly isEdited: boolean;
}

async function shown(from = store): Promise<Shown[]> {
  const ids = [...from.index.from(0)].filter((place) => place.about === undefined);
  const families = await readFamilies(
    from,
    ids.map(({ id }) => id),
  );
  return families.flatMap((family) => {
    const merged = merge(family);
    if (merged === undefined) return [];
    const signs = merged.reactions.map((reaction) => `${reaction.name} ${signOf(reaction)}`);
    const { isDeleted } = merged;
    return { text: textOf(merged), signs, isDeleted, isEdited: merged.edit !== undefined };
  });
}

async function texts(): Promise<string[]> {
  return (await shown()).map(({ text }) => text);
}

/** Give all that is kept of contents. */
async function held(): Promise<string> {
  const rows = await store.read([...store.index.from(0)]);
  const contents = rows.filter((row) => row.table === "content") as Stored[];
  return contents.map(({ content }) => new TextDecoder().decode(content)).join();
}

test("each change is told and shown", async () => {
  const first = say(ANN, "one");
  const sign = react(BOB, first);
  expect(await add(first, sign, edit(ANN, first, "two"))).toEqual([
    "message received",
    "message changed",
    "message changed",
  ]);
  expect(await shown()).toEqual([
    { text: "two", signs: ["Bob +"], isDeleted: false, isEdited: true },
  ]);
  expect(await add(unreact(BOB, sign))).toEqual(["message changed"]);
  expect((await shown())[0]?.signs).toEqual([]);
  expect(await add(remove(ANN, first))).toEqual(["message changed"]);
  expect(await shown()).toEqual([{ text: "", signs: [], isDeleted: true, isEdited: false }]);
});

test.each([BOB, MALLORY])("nobody else edits, deletes or takes back: $leaf", async (other) => {
  const first = say(ANN, "hers");
  const sign = react(ANN, first);
  await add(first, sign, edit(other, first, "his"), remove(other, first), unreact(other, sign));
  expect(await shown()).toEqual([
    { text: "hers", signs: ["Ann +"], isDeleted: false, isEdited: false },
  ]);
});

test("a copy of a message under another key does not take its place", async () => {
  const first = say(ANN, "hers");
  const copy = { ...first, seq: 9, leaf: utf8(MALLORY.leaf.padEnd(32)) };
  await add(first, copy, edit(ANN, first, "still hers"));
  expect(await texts()).toEqual(["still hers"]);
  store = await newStore();
  await add(copy, first, edit(ANN, first, "still hers"));
  expect(await texts()).toEqual(["still hers"]);
});

test("the newest edit counts, whichever came last", async () => {
  const first = say(ANN, "one");
  const [older, newer] = [edit(ANN, first, "two"), edit(ANN, first, "three")];
  await add(first, newer, older);
  expect(await texts()).toEqual(["three"]);
});

test("a deletion is final, and leaves no text behind", async () => {
  const first = say(ANN, "secret one");
  const [changed, sign] = [edit(ANN, first, "secret two"), react(BOB, first, "secret sign")];
  await add(first, changed, sign, remove(ANN, first), edit(ANN, first, "secret three"));
  expect(await texts()).toEqual([""]);
  expect(await held()).not.toContain("secret");
  await add({ ...first, seq: 50 }, { ...changed, seq: 51 });
  expect(await texts()).toEqual([""]);
  expect(await held()).not.toContain("secret");
});

test("a deletion that came before its message lets nothing in", async () => {
  const first = say(ANN, "secret");
  const [changed, gone] = [edit(ANN, first, "secret too"), remove(ANN, first)];
  await add(gone, changed, first);
  expect(await shown()).toMatchObject([{ text: "", isDeleted: true }]);
  expect(await held()).not.toContain("secret");
});

test("one sign of one person counts once, until all of them are taken back", async () => {
  const first = say(ANN, "one");
  const [one, two] = [react(BOB, first), react(BOB, first)];
  await add(first, one, two, react(ANN, first));
  expect((await shown())[0]?.signs).toEqual(["Bob +", "Ann +"]);
  await add(unreact(BOB, one));
  expect((await shown())[0]?.signs).toEqual(["Bob +", "Ann +"]);
  await add(unreact(BOB, two));
  expect((await shown())[0]?.signs).toEqual(["Ann +"]);
});

test("what does not fit its kind changes nothing", async () => {
  const first = say(ANN, "one");
  const sign = react(ANN, first);
  const changed = edit(ANN, first, "two");
  await add(first, sign, changed);
  await add(unreact(ANN, first), edit(ANN, sign, "-"), remove(ANN, sign), remove(ANN, changed));
  expect(await shown()).toMatchObject([{ text: "two", signs: ["Ann +"], isDeleted: false }]);
});

test("any order leads to the same messages", async () => {
  const first = say(ANN, "first");
  const second = say(BOB, "second");
  const signs = [react(BOB, first), react(ANN, first), react(BOB, first, "!")];
  const [one, , three] = signs as [Said, Said, Said];
  const log = [
    first,
    second,
    ...signs,
    edit(ANN, first, "edited"),
    edit(BOB, first, "not his"),
    edit(ANN, first, "edited again"),
    unreact(BOB, one),
    unreact(ANN, three),
    edit(BOB, second, "changed"),
    remove(BOB, second),
    react(ANN, second),
  ];
  await add(...log);
  const expected = await shown();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(log, { minLength: log.length }), async (order) => {
      store = await newStore();
      await add(...order);
      expect(await shown()).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test("an expired message goes with all about it, and does not come back", async () => {
  const first = say(ANN, "secret", { expires: new Expiration(true, 10) });
  await add(first, react(BOB, first), edit(ANN, first, "secret too"));
  expect(nextExpiry(store)).toBe(START + 10_000);
  expect(await dropExpired(store, START + 9_999)).toEqual([]);
  expect(await dropExpired(store, START + 10_000)).toEqual([idOf(first)]);
  expect(await shown()).toEqual([]);
  expect(await held()).not.toContain("secret");
  expect(nextExpiry(store)).toBe(Number.POSITIVE_INFINITY);
  expect(await add({ ...first, seq: 60 }, react(BOB, first))).toEqual([]);
  expect(await shown()).toEqual([]);
});

test("a message whose time was over before it came is not shown", async () => {
  const late = say(ANN, "secret", { expires: new Expiration(false, START / 1000 - 1) });
  expect(await add(late)).toEqual([]);
  expect(await shown()).toEqual([]);
  expect(await held()).not.toContain("secret");
});

test("what is older than the room keeps goes, notices too", async () => {
  const all = Array.from({ length: 150 }, (_, number) => say(ANN, `${number}`));
  await add(...all);
  const notice = { table: "notice", seq: 1, count: 0, time: START, what: "joined" } as const;
  const nobody = { pseudonym: undefined, name: undefined, reason: undefined };
  await store.transaction(() => store.record({ ...notice, ...nobody }));
  const gone = await dropOld(store, START + 141);
  expect(gone.messages).toHaveLength(140);
  expect(gone.notices).toHaveLength(1);
  expect(await texts()).toEqual(Array.from({ length: 10 }, (_, number) => `${140 + number}`));
});
