/** What somebody with the room key cannot do to those who share the room. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { resume } from "../../src/client/admission.ts";
import { indexOf } from "../../src/client/members.ts";
import type { Room } from "../../src/client/room.ts";
import type { RoomState } from "../../src/client/room_state.ts";
import { Session } from "../../src/client/session.ts";
import { SocketTransport } from "../../src/client/transport.ts";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { NotAdmitted } from "../../src/errors.ts";
import { Remove } from "../../src/mls/index.ts";
import { Relay } from "../relay.ts";
import { aClient, expectSameCode, KEY, Listener, names, said } from "./toolkit.ts";

let relay: Relay;
const open: { close(): Promise<unknown> }[] = [];
const sessions: Session[] = [];

beforeEach(async () => {
  relay = await Relay.start();
  const { start } = Session.prototype;
  vi.spyOn(Session.prototype, "start").mockImplementation(function (this: Session, transport) {
    sessions.push(this);
    return start.call(this, transport);
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((opened) => opened.close()));
  sessions.splice(0);
  await relay.stop();
});

async function kept(coming: Promise<Room>): Promise<Room> {
  const room = await coming;
  open.push(room);
  return room;
}

/** A member whose own client is silenced, and who sends what no client would. */
async function insider(code: string) {
  await kept(aClient(relay).join(code, KEY, "Mallory"));
  const session = sessions.at(-1) as Session;
  await session.stop();
  const { state } = session;
  const transport = new SocketTransport(relay.url);
  await transport.connect();
  open.push(transport);
  await resume(transport, state.code, state.roomId, state.identity);
  const commit = (epoch: bigint, message: Uint8Array, groupInfo: Uint8Array, beside = {}) =>
    transport.request("room.commit", {
      ...beside,
      request: systemRandom(16),
      room: state.roomId,
      epoch: Number(epoch),
      message,
      group_info: groupInfo,
    });
  return { state, commit, transport };
}

type Commit = Awaited<ReturnType<typeof insider>>["commit"];

async function nonsense(state: RoomState, commit: Commit): Promise<void> {
  for (let number = 0n; number < 3n; number++) {
    await commit(state.joined.epoch + number, systemRandom(500), systemRandom(500));
  }
}

/** A removal that only a host may make, and a group info that shows it done. */
async function removal(state: RoomState, commit: Commit, ann: Uint8Array): Promise<void> {
  vi.spyOn(state.policy, "checkCommit").mockImplementation(() => undefined);
  const host = indexOf(state.joined, ann) as number;
  const made = state.joined.commit([new Remove(host)], { includePending: false });
  await commit(state.joined.epoch, made.message, made.group.groupInfo());
}

test.each([
  ["nonsense that it sends for long", nonsense],
  ["a removal that is a host's", removal],
])("a host undoes %s, and all go on", async (_, attack) => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const { leafKey } = (sessions[0] as Session).state;
  const bob = await kept(aClient(relay).join(ann.code, KEY, "Bob"));
  const cid = await kept(aClient(relay).join(ann.code, KEY, "Cid"));
  const [atAnn, atBob, atCid] = [new Listener(ann), new Listener(bob), new Listener(cid)];
  const { state, commit, transport } = await insider(ann.code);
  await atAnn.until(() => names(ann).length === 4 || undefined);
  await atBob.until(() => names(bob).length === 4 || undefined);
  await atCid.until(() => names(cid).length === 4 || undefined);
  await attack(state, commit, leafKey);
  await said(ann, "from the host");
  await atBob.text("from the host");
  await said(bob, "from the other");
  await atAnn.text("from the other");
  // whoever comes in first signs the group info in the host's place
  await atCid.text("from the other");
  await said(cid, "from the third");
  for (const at of [atAnn, atBob]) await at.text("from the third");
  for (const at of [atAnn, atBob, atCid]) {
    expect((await at.notice("removed")).name).toBe("Mallory");
  }
  for (const room of [ann, bob, cid]) expect(names(room)).toEqual(["Ann", "Bob", "Cid"]);
  expectSameCode(ann, bob);
  expectSameCode(ann, cid);
  expect(atAnn.troubles()).toContain("change_undone");
  const again = { request: systemRandom(16), room: state.roomId, epoch: 9, message: leafKey };
  await expect(transport.request("room.send", again)).rejects.toThrow(NotAdmitted);
});

test("a group info by which nobody can join is put right by a host", async () => {
  const ann = await kept(aClient(relay).create(KEY, "Ann", { size: "large" }));
  const atAnn = new Listener(ann);
  const { state, commit } = await insider(ann.code);
  await atAnn.until(() => names(ann).length === 2 || undefined);
  const { epoch } = state.joined;
  const made = state.joined.commit([], { includePending: false });
  const history = state.sealedHistory(made.group);
  await commit(epoch, made.message, systemRandom(500), { history });
  const anns = (sessions[0] as Session).state;
  await atAnn.until(() => anns.joined.epoch === epoch + 2n || undefined);
  const cid = await kept(aClient(relay).join(ann.code, KEY, "Cid"));
  await said(cid, "in");
  await atAnn.text("in");
  expectSameCode(ann, cid);
});
