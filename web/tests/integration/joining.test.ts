/** Coming into a room: what a join leaves to the platform, and what it keeps on the device. */

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Fields, SocketTransport } from "../../src/client/transport.ts";
import { RelayFault, StateLocked } from "../../src/errors.ts";
import { MemoryKeystore } from "../../src/store/keystore.ts";
import { Relay } from "../relay.ts";
import { aClient, KEY, Listener, names } from "./toolkit.ts";

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

test("a room that somebody joins is not joined beside it, and is kept once", async () => {
  const ann = await aClient(relay).create(KEY, "Ann");
  const client = aClient(relay);
  const both = await Promise.allSettled(
    ["Bob", "Bob"].map((name) => client.join(ann.storedCode, KEY, name)),
  );
  const [refused, ...others] = both.flatMap((join) => (join.status === "rejected" ? [join] : []));
  expect(refused?.reason).toBeInstanceOf(StateLocked);
  expect(others).toEqual([]);
  for (const join of both) if (join.status === "fulfilled") await join.value.close();
  const bob = await client.join(ann.storedCode, KEY, "Bob");
  await new Listener(bob).state("online");
  expect(names(ann)).toEqual(["Ann", "Bob"]);
  for (const room of [ann, bob]) await room.close();
});

test("a relay that draws the code of a stored room cannot have it replaced", async () => {
  let drawn: Fields | undefined;
  class DrawnTwice extends SocketTransport {
    override async request(event: string, fields: Fields): Promise<Fields> {
      const answer = await super.request(event, fields);
      if (event !== "room.reserve") return answer;
      drawn ??= answer;
      return drawn;
    }
  }
  const keystore = new MemoryKeystore();
  const client = aClient(relay, keystore, { transport: (url) => new DrawnTwice(url) });
  const ann = await client.create(KEY, "Ann");
  await ann.close();
  const names = await keystore.names();
  await expect(client.create(KEY, "Ann")).rejects.toBeInstanceOf(RelayFault);
  expect(await keystore.names()).toEqual(names);
  await (await client.resume(ann.storedCode)).close();
});
