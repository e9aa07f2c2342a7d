/** What Socket.IO 5 and Engine.IO 4 put into WebSocket's frames (docs/protocol/delivery.md). */

import { check } from "./cursor.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";
import { decode, encode } from "./message_pack.ts";

const NAMESPACE = "/";
const MAX_PATIENCE_MS = 600_000;

const Engine = { OPEN: "0", CLOSE: "1", PING: "2", PONG: "3", NOOP: "6" } as const;
const Type = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 } as const;

/** A map of names, as requests, answers and pushes are. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the relay says in one frame. */
export type Packet =
  /** The WebSocket serves; without a ping for `patience` milliseconds it is to be given up. */
  | { readonly type: "open"; readonly patience: number }
  | { readonly type: "ping" | "noop" | "connected" | "close" }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "event"; readonly name: string; readonly argument: unknown }
  | { readonly type: "answer"; readonly id: number; readonly argument: unknown };

/** The answer to a ping. */
export const PONG = Engine.PONG;

/** Ask to be let into the default namespace. */
export function connectPacket(auth: Fields): Uint8Array {
  return encode({ type: Type.CONNECT, data: auth, nsp: NAMESPACE });
}

/** Say that this side goes. */
export function disconnectPacket(): Uint8Array {
  return encode({ type: Type.DISCONNECT, nsp: NAMESPACE });
}

/** Send an event that is to be answered under `id`. */
export function eventPacket(name: string, argument: Fields, id: number): Uint8Array {
  return encode({ type: Type.EVENT, data: [name, argument], id, nsp: NAMESPACE });
}

/** Read a frame: text is Engine.IO's, bytes are Socket.IO's; throws DecodeError. */
export function readPacket(frame: string | ArrayBuffer): Packet {
  return typeof frame === "string" ? readEngine(frame) : readSocket(new Uint8Array(frame));
}

function readEngine(frame: string): Packet {
  switch (frame[0]) {
    case Engine.OPEN:
      return { type: "open", patience: readPatience(frame.slice(1)) };
    case Engine.CLOSE:
      return { type: "close" };
    case Engine.PING:
      return { type: "ping" };
    default:
      check(frame === Engine.NOOP);
      return { type: "noop" };
  }
}

function readPatience(json: string): number {
  let handshake: unknown;
  try {
    handshake = JSON.parse(json);
  } catch {
    handshake = undefined;
  }
  check(isFields(handshake));
  const patience = Number(handshake.pingInterval) + Number(handshake.pingTimeout);
  check(patience > 0 && patience <= MAX_PATIENCE_MS);
  return patience;
}

function readSocket(frame: Uint8Array): Packet {
  check(frame.length <= MAX_FRAME_BYTES);
  const packet = decode(frame);
  check(isFields(packet) && packet.nsp === NAMESPACE);
  const { type, id, data } = packet;
  if (type === Type.CONNECT) return { type: "connected" };
  if (type === Type.DISCONNECT) return { type: "close" };
  if (type === Type.CONNECT_ERROR) {
    const reason = isFields(data) ? data.message : data;
    return { type: "refused", reason: typeof reason === "string" ? reason : "" };
  }
  check(Array.isArray(data));
  const [first, second] = data as unknown[];
  if (type === Type.ACK) {
    check(typeof id === "number");
    return { type: "answer", id, argument: first };
  }
  check(type === Type.EVENT && typeof first === "string");
  return { type: "event", name: first, argument: second };
}

/** Tell whether a value is a map of names. */
export function isFields(value: unknown): value is Fields {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
