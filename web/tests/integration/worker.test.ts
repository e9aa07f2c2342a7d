/** The page and its worker, each on its side of messages that are cloned: the client as it is started in a browser. */

import "fake-indexeddb/auto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openService } from "../../src/client/proxy.ts";
import { Caller, portEndpoint } from "../../src/client/rpc.ts";
import type {
  JoinStep,
  NewRoomWish,
  OpenRoom,
  RoomView,
  Service,
} from "../../src/client/service.ts";
import { FakeWorker } from "../fake_worker.ts";
import { Relay } from "../relay.ts";
import { KEY } from "./toolkit.ts";

const WISH: NewRoomWish = {
  roomKey: KEY,
  name: "Ann",
  title: "Plans",
  history: "shared",
  retention: 86400,
  size: "large",
};
const CONNECTED = ["connecting", "asking", "stretching", "checking", "entering"];

/** What happens to the page, and what to its worker. */
const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
const thread = new EventTarget();
const persist = vi.fn(async () => true);
let relay: Relay;

/** Open the page's service; what is listened to from then on is the worker's. */
async function open(keeping: "device" | "private" = "private"): Promise<Service> {
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  const service = await openService(keeping);
  vi.stubGlobal("addEventListener", thread.addEventListener.bind(thread));
  return service;
}

beforeAll(async () => {
  relay = await Relay.start();
  vi.stubGlobal("location", { origin: relay.url });
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { storage: { persist } });
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("removeEventListener", thread.removeEventListener.bind(thread));
  vi.stubGlobal("dispatchEvent", thread.dispatchEvent.bind(thread));
  await import("../../src/client/worker.ts");
});
beforeEach(() => persist.mockClear());
afterAll(async () => {
  vi.unstubAllGlobals();
  await relay.stop();
});

/** Wait until a room says of itself what a test is after. */
function until(room: OpenRoom, isSo: (view: RoomView) => boolean): Promise<RoomView> {
  return new Promise((resolve) => {
    room.listen({
      view: (view) => {
        if (isSo(view)) resolve(view);
      },
      items: () => undefined,
    });
  });
}

test("a room that is made in the worker is the page's to use, and over for it once it is closed", async () => {
  const service = await open();
  const steps: JoinStep[] = [];
  const room = await service.create(WISH, (step) => steps.push(step));
  expect(CONNECTED).toEqual(expect.arrayContaining(steps));
  expect(steps.at(-1)).toBe("entering");
  const { safetyCode } = await until(room, ({ connection }) => connection.state === "online");
  expect(await service.safetyWords(safetyCode?.wordPlaces ?? [])).toHaveLength(6);
  const id = await room.send("from the page");
  const { items } = await room.history(10);
  expect(items.map((item) => item.id)).toContain(id);
  expect(await service.rooms()).toMatchObject([{ code: room.code, title: "Plans", name: "Ann" }]);
  await room.close();
  const again = await service.resume(room.code);
  await until(again, ({ title }) => title === "Plans");
  await again.close();
  await service.forget(room.code);
  expect(await service.rooms()).toEqual([]);
});

test("what is refused in the worker is refused at the page, in the same words", async () => {
  const service = await open();
  const room = await service.create(WISH, () => undefined);
  const { code } = room;
  await room.close();
  await service.forgetEverything();
  const join = service.join({ code, roomKey: `${KEY} not`, name: "Eve" }, () => undefined);
  await expect(join).rejects.toMatchObject({ code: "wrong_room_key" });
  await expect(service.resume(code)).rejects.toMatchObject({ code: "state_corrupt" });
  await expect(service.strength("short")).rejects.toMatchObject({ code: "room_key_unacceptable" });
});

test("the page tells its worker when the network goes, and when it is back", async () => {
  const service = await open();
  const room = await service.create(WISH, () => undefined);
  await until(room, ({ connection }) => connection.state === "online");
  page.dispatchEvent(new Event("offline"));
  await until(room, ({ connection }) => connection.state !== "online");
  page.dispatchEvent(new Event("online"));
  await until(room, ({ connection }) => connection.state === "online");
  await room.leave();
});

test("the browser is asked to keep what is kept on the device, and nothing of a private window", async () => {
  const onDevice = await open("device");
  expect(persist).toHaveBeenCalledOnce();
  expect(await onDevice.rooms()).toEqual([]);
  await open("private");
  expect(persist).toHaveBeenCalledOnce();
});

test("what needs no room is answered by the worker too", async () => {
  const service = await open();
  const made = await service.generateRoomKey();
  expect(made.split(" ")).toHaveLength(6);
  expect((await service.strength(made)).score).toBe(4);
  await service.setSignals(false);
});

test("once the worker has ended all fails that waits or is asked, and says what to do", async () => {
  const service = await open();
  const room = await service.create(WISH, () => undefined);
  const waiting = service.generateRoomKey();
  const late = service.resume(room.code);
  FakeWorker.last?.onerror?.();
  const failed = { code: "worker_failed", nextStep: expect.stringMatching(/^Reload/) };
  for (const asked of [waiting, late, room.send("lost"), service.rooms()]) {
    await expect(asked).rejects.toMatchObject(failed);
  }
});

test("nothing is done for a page that has not said where rooms are kept", async () => {
  vi.resetModules();
  await import("../../src/client/worker.ts");
  const caller = new Caller(portEndpoint(new FakeWorker() as never));
  await expect(caller.call("rooms")).rejects.toMatchObject({ code: "error" });
  await expect(caller.call("no such method")).rejects.toMatchObject({ code: "error" });
});
