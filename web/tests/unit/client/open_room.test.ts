/** A room as the page is told of it, against a relay in memory. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Backoff } from "../../../src/client/connection.ts";
import { Disposition } from "../../../src/client/content.ts";
import { LocalRoom } from "../../../src/client/open_room.ts";
import { Room } from "../../../src/client/room.ts";
import type { MessageItem, RoomView, TimelineItem } from "../../../src/client/service.ts";
import { ED25519 } from "../../../src/crypto/signature.ts";
import { RoomClosed, StateCorrupt, TooLarge } from "../../../src/errors.ts";
import { closeTranscript } from "../../../src/wire/transcripts.ts";
import { Device, FakeRelay, NEVER, ROOM } from "./fake_relay.ts";

let relay: FakeRelay;
let ann: Device;
let bob: Device;
let page: Page;

/** Shows a device's room as a page does. */
class Page {
  readonly room: LocalRoom;
  view: RoomView | undefined;
  readonly items = new Map<string, TimelineItem>();
  #wake: () => void = () => undefined;

  constructor(device: Device) {
    const room = new Room(device.state, {
      connect: () => device.transport(),
      forget: async () => undefined,
      lock: { release: () => undefined },
      schedule: NEVER,
      backoff: new Backoff(0.001, 0.002),
    });
    this.room = new LocalRoom(room, () => undefined);
    this.room.listen({
      view: (view) => {
        this.view = view;
        this.#wake();
      },
      items: (changed, gone) => {
        for (const item of changed) this.items.set(item.id, item);
        for (const id of gone) this.items.delete(id);
        this.#wake();
      },
    });
    room.start();
  }

  async until(isSo: () => boolean | undefined): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  message(id: string): MessageItem | undefined {
    const item = this.items.get(id);
    return item?.kind === "message" ? item : undefined;
  }
}

beforeEach(async () => {
  relay = new FakeRelay();
  ann = await Device.make(relay, "Ann");
  bob = await Device.make(relay, "Bob");
  await ann.create();
  await bob.join();
  page = new Page(ann);
  await page.until(() => page.view?.connection.state === "online");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await page.room.close();
  await bob.stop();
});

/** Have the relay refuse every message; returns what makes it take them again. */
function refuse(refusal: Error): () => void {
  const { answer } = relay;
  relay.answer = (event, leaf, fields) => {
    if (event === "room.send") throw refusal;
    return answer.call(relay, event, leaf, fields);
  };
  return () => {
    relay.answer = answer;
  };
}

test.each([
  [new TooLarge(), "too_large"],
  [new RoomClosed(), "room_closed"],
])(
  "what the relay does not take is shown as failed until it is sent or discarded",
  async (...refused) => {
    const [refusal, failure] = refused;
    const first = await page.room.send("first");
    await page.until(() => page.message(first)?.state === "sent");
    const relent = refuse(refusal);
    const [one, other] = [
      await page.room.send("one", { inReplyTo: first }),
      await page.room.send("other"),
    ];
    await page.until(() => [one, other].every((id) => page.message(id)?.state === "failed"));
    expect(page.message(one)).toMatchObject({ text: "one", inReplyTo: first, failure });
    await page.until(() => page.view?.connection.waiting === 0);
    const shown = (await page.room.history(10)).items.map(({ id }) => id);
    expect(shown.slice(-2)).toEqual([one, other]);
    relent();
    await page.room.retry(one);
    await page.until(() => page.message(one)?.state === "sent");
    await page.room.discard(other);
    await page.until(() => !page.items.has(other));
    // what did not fail is neither sent again nor thrown away
    await page.room.retry(one);
    await page.room.discard(one);
    expect(page.message(one)).toMatchObject({ text: "one", inReplyTo: first, state: "sent" });
    bob.start();
    await bob.hear("one");
    expect(await bob.texts()).toEqual(["first", "one"]);
  },
);

test("what a host does is seen by all", async () => {
  bob.start();
  await page.room.setTitle("Plans");
  await page.room.setRetention(7200);
  await page.room.setLocked(true);
  const him = page.view?.members.find(({ name }) => name === "Bob")?.pseudonym ?? "";
  await page.room.nameHost(him);
  await bob.until(() => bob.state.rules?.hosts.length === 2);
  expect(bob.state.rules).toMatchObject({ retention: 7200, locked: true });
  await page.until(() => page.view?.members.every(({ isHost }) => isHost));
  expect(page.view).toMatchObject({ title: "Plans", retention: 7200, isLocked: true });
  await page.room.remove(him);
  await page.until(() => page.view?.members.length === 1);
  await bob.until(() => bob.session?.connection.state === "removed");
});

test("a room that its host closed is shown as closed, and can be read", async () => {
  ann.start();
  await ann.say("read before");
  const his = new Page(bob);
  await his.until(() => his.items.size > 1);
  const { privateKey, publicKey } = ann.state.identity;
  const signature = ED25519.sign(privateKey, closeTranscript(ROOM, publicKey));
  relay.append("close", publicKey, new Uint8Array(16), signature);
  await his.until(() => his.view?.connection.state === "closed");
  expect(his.view?.trouble?.code).toBe("room_closed");
  expect(his.view).toMatchObject({ members: [], needsRoomKey: false, title: "" });
  expect(his.view?.safetyCode).toBeUndefined();
  const { items, isComplete } = await his.room.history(10);
  expect(items.flatMap((item) => (item.kind === "message" ? [item.text] : []))).toEqual([
    "read before",
  ]);
  expect(isComplete).toBe(true);
  await his.room.close();
  await ann.stop();
});

test.each([
  [new StateCorrupt("a record"), "state_corrupt"],
  [new TypeError("a mistake"), "error"],
])("what cannot be shown is said, and what comes after it is shown", async (error, code) => {
  bob.start();
  vi.spyOn(Room.prototype, "message").mockRejectedValueOnce(error);
  await bob.say("lost");
  await page.until(() => page.view?.trouble !== undefined);
  expect(page.view?.trouble?.code).toBe(code);
  await bob.say("after it");
  await page.until(() =>
    [...page.items.keys()].some((id) => page.message(id)?.text === "after it"),
  );
});

test("a sign that nobody sees is shown under nothing", async () => {
  const id = await page.room.send("hers");
  await page.until(() => page.message(id)?.state === "sent");
  bob.start();
  const target = ann.state.store.index.at(2)?.id;
  for (const sign of ["\u202e", "+"]) {
    const reaction = { disposition: Disposition.REACTION, inReplyTo: target };
    await (await bob.send(sign, reaction)).stored;
  }
  await page.until(() => (page.message(id)?.reactions.length ?? 0) > 0);
  expect(page.message(id)?.reactions).toMatchObject([{ sign: "+", by: [{ name: "Bob" }] }]);
});

test("nothing is found by nothing", async () => {
  const id = await page.room.send("something");
  await page.until(() => page.message(id)?.state === "sent");
  expect(await page.room.search(" \u0301", 10)).toEqual([]);
  expect(await page.room.search("some", 0)).toEqual([]);
  expect(await page.room.search("some", 1)).toHaveLength(1);
});
