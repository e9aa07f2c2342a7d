/** What a join leaves to the platform, as it takes long in large rooms. */

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Relay } from "../relay.ts";
import { aClient, KEY, names } from "./toolkit.ts";

let relay: Relay;

beforeAll(async () => {
  relay = await Relay.start();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => relay.stop());

test("the platform verifies the leaves of everybody there ahead of a join", async () => {
  const ann = await aClient(relay).create(KEY, "Ann");
  const bob = await aClient(relay).join(ann.code, KEY, "Bob");
  const verify = vi.spyOn(crypto.subtle, "verify");
  const cid = await aClient(relay).join(ann.code, KEY, "Cid");
  expect(verify.mock.calls.map(([algorithm]) => algorithm)).toEqual(["Ed25519", "Ed25519"]);
  expect(names(cid)).toEqual(["Ann", "Bob", "Cid"]);
  for (const room of [ann, bob, cid]) await room.close();
});
