/** What the page has computed beside it, over the worker that it is computed in. */

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDemo } from "../../../src/demo/proxy.ts";
import { FakeWorker } from "../../fake_worker.ts";

beforeAll(async () => {
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("location", { origin: "https://rooms.example" });
  await import("../../../src/demo/demo_worker.ts");
});
afterAll(() => vi.unstubAllGlobals());

test("all that is shown is computed there, and what cannot be a room key is refused there", async () => {
  const demo = openDemo();
  const { secretOfA, secretOfB } = await demo.largeExchange();
  expect(secretOfA).toBe(secretOfB);
  expect((await demo.sealMessage("text")).textBytes).toBe(4);
  await expect(demo.keyWalk("short")).rejects.toMatchObject({ code: "room_key_unacceptable" });
  demo.close();
  expect(FakeWorker.last?.isTerminated).toBe(true);
});

test.each(["onerror", "onmessageerror"] as const)(
  "%s: whatever is asked fails, with what to do",
  async (end) => {
    const demo = openDemo();
    FakeWorker.last?.[end]?.();
    await expect(demo.largeExchange()).rejects.toMatchObject({
      code: "worker_failed",
      nextStep: "Reload it.",
    });
    demo.close();
  },
);
