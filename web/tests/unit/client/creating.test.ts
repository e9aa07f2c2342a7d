/** A room is made once, however often the answer is lost, or it is said that it was not made. */

import { expect, test } from "vitest";
import { Backoff } from "../../../src/client/connection.ts";
import { LARGE_SUITE, makeUntilAnswered, startGroup } from "../../../src/client/creating.ts";
import { Line } from "../../../src/client/line.ts";
import { NotAdmitted, RateLimited, RelayFault, RelayUnreachable } from "../../../src/errors.ts";
import { Device, FakeRelay, ROOM } from "./fake_relay.ts";

/** Make a room as long as it takes. */
async function make(device: Device, transport = () => device.transport()): Promise<void> {
  const line = new Line(transport);
  await line.renew();
  const wanted = { history: "shared", retention: 3600, suite: LARGE_SUITE, title: "" } as const;
  await startGroup(device.state, wanted);
  const opened = { roomId: ROOM, nonce: new Uint8Array(32) };
  await makeUntilAnswered(line, device.state, opened, new Backoff(0.001, 0.002));
  await line.close();
}

test.each([1, 3])("a room is made once however often the answer is lost (%i)", async (times) => {
  const other = new FakeRelay();
  const cid = await Device.make(other, "Cid");
  let left = times;
  other.fault = (event) => {
    if (event !== "room.create" || left === 0) return undefined;
    left -= 1;
    return "after";
  };
  await make(cid);
  cid.start();
  await cid.say("made");
  expect(other.log.map(({ kind }) => kind)).toEqual(["message"]);
  await cid.stop();
});

test.each([
  ["is away", new RelayUnreachable()],
  ["takes no connection now", new RateLimited()],
])("a room is made though the relay %s after its answer was lost", async (_, refusal) => {
  const other = new FakeRelay();
  const cid = await Device.make(other, "Cid");
  let isFirst = true;
  other.fault = (event) => {
    if (event !== "room.create" || !isFirst) return undefined;
    isFirst = false;
    return "after";
  };
  let connections = 0;
  await make(cid, () => {
    const transport = cid.transport();
    connections += 1;
    if (connections === 2) transport.connect = () => Promise.reject(refusal);
    return transport;
  });
  expect(connections).toBe(3);
  cid.start();
  await cid.say("made");
  expect(other.log.map(({ kind }) => kind)).toEqual(["message"]);
  await cid.stop();
});

/** Have a relay lose the answer to the first try to make a room, and the code with it. */
function forgetful(other: FakeRelay): void {
  const answer = other.answer.bind(other);
  let isFirst = true;
  other.answer = (event, leaf, fields) => {
    if (event !== "room.create") return answer(event, leaf, fields);
    if (!isFirst) throw new NotAdmitted();
    isFirst = false;
    throw new RelayUnreachable();
  };
}

test("a code that the relay forgot before the room was made is the relay's fault", async () => {
  const other = new FakeRelay();
  forgetful(other);
  const cid = await Device.make(other, "Cid");
  await expect(make(cid)).rejects.toThrow(RelayFault);
});

test("a room that was not made is over for who comes back to it", async () => {
  const other = new FakeRelay();
  forgetful(other);
  const cid = await Device.make(other, "Cid");
  await expect(cid.create()).rejects.toThrow(RelayUnreachable);
  await cid.restart();
  await cid.until(() => cid.session?.connection.state === "removed");
  const codes = cid.events.flatMap((event) => (event.kind === "room trouble" ? event.code : []));
  expect(codes).toEqual([RelayFault.code]);
  await cid.stop();
});
