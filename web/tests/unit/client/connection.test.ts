import { expect, test } from "vitest";
import {
  Backoff,
  Connection,
  type ConnectionState,
  type Input,
  TRANSITIONS,
} from "../../../src/client/connection.ts";
import { Envelope, Inbox } from "../../../src/client/inbox.ts";
import { RelayFault } from "../../../src/errors.ts";

test("a connection tells each new state once", () => {
  const told: ConnectionState[] = [];
  const connection = new Connection((state) => told.push(state));
  const inputs: Input[] = ["try", "caught up", "caught up", "lost", "lost", "try"];
  for (const what of [...inputs, "removed", "lost", "close"] as Input[]) connection.take(what);
  expect(told).toEqual(["connecting", "online", "offline", "connecting", "removed", "closed"]);
});

test("nothing leads out of closed, and every state closes", () => {
  for (const row of Object.values(TRANSITIONS)) expect(row.close).toBe("closed");
  expect(new Set(Object.values(TRANSITIONS.closed))).toEqual(new Set(["closed"]));
  expect(() => new Connection(() => undefined).take("caught up")).toThrow();
});

test("waits double up to the limit", () => {
  const backoff = new Backoff(1, 10, (_low, high) => high);
  expect(Array.from({ length: 6 }, () => backoff.next())).toEqual([1, 2, 4, 8, 10, 10]);
  backoff.reset();
  expect(backoff.next()).toBe(1);
});

function envelope(seq: number): Envelope {
  const [leaf, request] = [new Uint8Array(32), new Uint8Array(16)];
  return new Envelope(seq, 5, "message", 0n, leaf, request, new Uint8Array());
}

test("the inbox gives envelopes in order and sees gaps", () => {
  const inbox = new Inbox(2);
  inbox.push(envelope(4));
  expect(inbox.next()).toBeUndefined();
  expect(inbox.hasGap).toBe(true);
  for (const seq of [3, 3, 1]) inbox.push(envelope(seq));
  const order: number[] = [];
  for (let next = inbox.next(); next !== undefined; next = inbox.next()) {
    order.push(next.seq);
    inbox.take(next);
  }
  expect(order).toEqual([3, 4]);
  expect(inbox.hasGap).toBe(false);
  inbox.reach(9);
  expect(inbox.hasGap).toBe(true);
  inbox.forget();
  expect(inbox.hasGap).toBe(false);
});

test("what was pushed before the head was known is not forgotten", () => {
  const inbox = new Inbox(2);
  inbox.forget();
  inbox.push(envelope(3));
  inbox.reach(2);
  expect(inbox.next()?.seq).toBe(3);
});

test("an envelope far ahead is not kept but pulled", () => {
  const inbox = new Inbox(0);
  inbox.push(envelope(5000));
  expect(inbox.hasGap).toBe(true);
  inbox.move(4999);
  expect(inbox.next()).toBeUndefined();
  expect(inbox.hasGap).toBe(true);
});

const FIELDS = {
  seq: 1,
  time: 2,
  kind: "commit",
  epoch: 0,
  leaf: new Uint8Array(32),
  request: new Uint8Array(16),
  body: new Uint8Array(),
};

test.each([
  { seq: -1 },
  { seq: 1.5 },
  { seq: true },
  { seq: 2 ** 60 },
  { kind: "other" },
  { leaf: new Uint8Array(5) },
  { request: undefined },
  { body: "text" },
  { history: 7 },
  { history: 0 },
  { history: null },
  { root: "" },
  { root: null },
  { time: undefined },
])("what is no envelope is refused: %j", (change) => {
  expect(Envelope.read(FIELDS).seq).toBe(1);
  expect(() => Envelope.read({ ...FIELDS, ...change })).toThrow(RelayFault);
  expect(() => Envelope.read(new Uint8Array())).toThrow(RelayFault);
});
