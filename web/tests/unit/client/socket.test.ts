/** The socket, and the transport over it, before a relay whose every frame the test writes. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { decode, encode } from "@msgpack/msgpack";
import { afterEach, beforeEach, expect, type Mock, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { Refused, Socket } from "../../../src/client/socket.ts";
import { SocketTransport } from "../../../src/client/transport.ts";
import {
  RateLimited,
  RelayFault,
  RelayUnreachable,
  UnsupportedVersion,
  WrongRoomKey,
} from "../../../src/errors.ts";

const HANDSHAKE = { sid: "a", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 };
const CONNECTED = encode({ type: 0, data: { sid: "b" }, nsp: "/" });

let server: WebSocketServer;
let url: string;
let socket: Socket;
let ended: Mock<() => void>;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  socket = new Socket(url, { v: 1 });
  ended = vi.fn<() => void>();
  socket.onEnd = ended;
});

afterEach(async () => {
  socket.end();
  for (const client of server.clients) client.terminate();
  server.close();
});

/** The relay's end: what it was sent, and what it sends. */
class Relay {
  readonly #frames: (string | unknown)[] = [];
  readonly #webSocket: WebSocket;
  readonly address: string;

  constructor(webSocket: WebSocket, address: string) {
    this.#webSocket = webSocket;
    this.address = address;
    webSocket.on("message", (data, isBinary) => {
      this.#frames.push(isBinary ? decode(new Uint8Array(data as Buffer)) : String(data));
    });
  }

  static async meet(): Promise<Relay> {
    const [webSocket, request] = await once(server, "connection");
    return new Relay(webSocket, request.url);
  }

  say(frame: string | Uint8Array): void {
    this.#webSocket.send(frame);
  }

  open(handshake: unknown = HANDSHAKE): void {
    this.say(`0${JSON.stringify(handshake)}`);
  }

  hang(): void {
    this.#webSocket.terminate();
  }

  /** Wait for the frame with this number. */
  async heard(number: number): Promise<unknown> {
    await vi.waitFor(() => expect(this.#frames.length).toBeGreaterThan(number), 5000);
    return this.#frames[number];
  }
}

async function connected(): Promise<Relay> {
  const meeting = Relay.meet();
  const connecting = socket.connect();
  const relay = await meeting;
  relay.open();
  expect(await relay.heard(0)).toEqual({ type: 0, data: { v: 1 }, nsp: "/" });
  relay.say(CONNECTED);
  await connecting;
  return relay;
}

test("it connects as Engine.IO 4 and shows what it was given", async () => {
  const relay = await connected();
  expect(relay.address).toBe("/socket.io/?EIO=4&transport=websocket");
  expect(ended).not.toHaveBeenCalled();
});

test("what it asks is answered by its number, in whatever order", async () => {
  const relay = await connected();
  const [first, second] = [socket.ask("one", { a: 1 }, 5), socket.ask("two", {}, 5)];
  expect(await relay.heard(1)).toEqual({ type: 2, data: ["one", { a: 1 }], id: 1, nsp: "/" });
  expect(await relay.heard(2)).toEqual({ type: 2, data: ["two", {}], id: 2, nsp: "/" });
  relay.say(encode({ type: 3, data: [{ ok: 2 }], id: 2, nsp: "/" }));
  relay.say(encode({ type: 3, data: [{ ok: 9 }], id: 9, nsp: "/" }));
  relay.say(encode({ type: 3, data: [{ ok: 1 }], id: 1, nsp: "/" }));
  expect(await Promise.all([first, second])).toEqual([{ ok: 1 }, { ok: 2 }]);
});

test("bytes go both ways as bytes", async () => {
  const relay = await connected();
  const asked = socket.ask("bytes", { body: Uint8Array.of(1, 2) }, 5);
  expect(await relay.heard(1)).toMatchObject({ data: ["bytes", { body: Uint8Array.of(1, 2) }] });
  relay.say(encode({ type: 3, data: [Uint8Array.of(3)], id: 1, nsp: "/" }));
  expect(await asked).toEqual(Uint8Array.of(3));
});

test("events are told", async () => {
  const told = vi.fn();
  socket.onEvent = told;
  const relay = await connected();
  relay.say("6");
  relay.say(encode({ type: 2, data: ["room.signal", { n: 1 }], nsp: "/" }));
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith("room.signal", { n: 1 }));
});

test("a ping is answered", async () => {
  const relay = await connected();
  relay.say("2");
  expect(await relay.heard(1)).toBe("3");
});

test("without pings it ends", async () => {
  const meeting = Relay.meet();
  const connecting = socket.connect();
  const relay = await meeting;
  relay.open({ ...HANDSHAKE, pingInterval: 30, pingTimeout: 20 });
  relay.say(CONNECTED);
  await connecting;
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
});

test("nobody to connect to", async () => {
  await expect(new Socket("http://127.0.0.1:1", {}).connect()).rejects.toThrow(RelayUnreachable);
  expect(ended).not.toHaveBeenCalled();
});

test.each([
  ["the relay's word", { message: "unsupported_version" }, "unsupported_version"],
  ["a text", "no", "no"],
  ["nothing", null, ""],
])("a refusal says why: %s", async (_name, data, reason) => {
  const meeting = Relay.meet();
  const connecting = socket.connect();
  const relay = await meeting;
  relay.open();
  relay.say(encode({ type: 4, data, nsp: "/" }));
  await expect(connecting).rejects.toThrow(new Refused(reason));
  expect(ended).not.toHaveBeenCalled();
});

test.each([
  ["the connection breaks", (relay: Relay) => relay.hang()],
  ["the relay says so", (relay: Relay) => relay.say(encode({ type: 1, nsp: "/" }))],
  ["the relay's engine says so", (relay: Relay) => relay.say("1")],
  ["text is no packet", (relay: Relay) => relay.say("42[]")],
  ["text is empty", (relay: Relay) => relay.say("")],
  ["bytes are no MessagePack", (relay: Relay) => relay.say(Uint8Array.of(0xc1))],
  ["a packet has no type", (relay: Relay) => relay.say(encode({ nsp: "/" }))],
  ["of another namespace", (relay: Relay) => relay.say(encode({ type: 1, nsp: "/x" }))],
  ["an event has no name", (relay: Relay) => relay.say(encode({ type: 2, data: [], nsp: "/" }))],
  ["an answer has no number", (relay: Relay) => relay.say(encode({ type: 3, data: [], nsp: "/" }))],
  ["a frame is too large", (relay: Relay) => relay.say(new Uint8Array(12 * 1024 * 1024 + 1))],
])("it ends, and nothing is answered any more, when %s", async (_name, end) => {
  const relay = await connected();
  const asked = socket.ask("one", {}, 5);
  await relay.heard(1);
  end(relay);
  await expect(asked).rejects.toThrow(RelayUnreachable);
  expect(ended).toHaveBeenCalledOnce();
  await expect(socket.ask("two", {}, 5)).rejects.toThrow(RelayUnreachable);
});

test.each([["{"], ["null"], ["{}"], ['{"pingInterval":1e9,"pingTimeout":1}']])(
  "a handshake that is none ends it: %s",
  async (handshake) => {
    const meeting = Relay.meet();
    const connecting = socket.connect();
    const expectation = expect(connecting).rejects.toThrow(RelayUnreachable);
    (await meeting).say(`0${handshake}`);
    await expectation;
  },
);

test("an answer that does not come is not waited for", async () => {
  const relay = await connected();
  await expect(socket.ask("one", {}, 0.02)).rejects.toThrow(RelayUnreachable);
  const again = socket.ask("two", {}, 5);
  relay.say(encode({ type: 3, data: ["late"], id: 1, nsp: "/" }));
  relay.say(encode({ type: 3, data: ["right"], id: 2, nsp: "/" }));
  expect(await again).toBe("right");
});

test("whoever ends it says so", async () => {
  const relay = await connected();
  socket.end();
  socket.end();
  expect(await relay.heard(1)).toEqual({ type: 1, nsp: "/" });
  expect(ended).toHaveBeenCalledOnce();
});

test.each([
  ["unsupported_version", UnsupportedVersion],
  ["rate_limited", RateLimited],
  ["wrong_room_key", RelayUnreachable],
])(
  "a connection is refused for its version or too many tries, and for nothing else: %s",
  async (...said) => {
    const [message, error] = said;
    const meeting = Relay.meet();
    const connecting = new SocketTransport(url).connect();
    const expectation = expect(connecting).rejects.toThrow(error);
    const relay = await meeting;
    relay.open();
    relay.say(encode({ type: 4, data: { message }, nsp: "/" }));
    await expectation;
  },
);

async function connectedTransport(): Promise<[SocketTransport, Relay]> {
  const transport = new SocketTransport(url);
  const meeting = Relay.meet();
  const connecting = transport.connect();
  const relay = await meeting;
  relay.open();
  await relay.heard(0);
  relay.say(CONNECTED);
  await connecting;
  return [transport, relay];
}

test.each([
  ["a text", "ok", RelayFault],
  ["a list", [{ ok: true }], RelayFault],
  ["nothing", null, RelayFault],
  ["a map that does not say that it is well", { ok: 1, code: "wrong_room_key" }, WrongRoomKey],
])("%s is no answer", async (_name, answer, error) => {
  const [transport, relay] = await connectedTransport();
  const asked = expect(transport.request("room.open", {})).rejects.toThrow(error);
  await relay.heard(1);
  relay.say(encode({ type: 3, data: [answer], id: 1, nsp: "/" }));
  await asked;
  await transport.close();
});

test("what is pushed is a map, and nothing is told of a connection that was closed", async () => {
  const [transport, relay] = await connectedTransport();
  const [pushed, lost] = [vi.fn(), vi.fn()];
  transport.onPush = pushed;
  transport.onLost = lost;
  const say = (argument: unknown) => {
    relay.say(encode({ type: 2, data: ["room.signal", argument], nsp: "/" }));
  };
  say("no map");
  say({ n: 1 });
  await vi.waitFor(() => expect(pushed.mock.calls).toEqual([["room.signal", { n: 1 }]]));
  await transport.close();
  expect(await relay.heard(1)).toEqual({ type: 1, nsp: "/" });
  expect(lost).not.toHaveBeenCalled();
});
