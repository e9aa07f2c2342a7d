/** Coming in: from a room key and a code to keys, to the group info, to a place in the group. */

import { equal } from "../crypto/bytes.ts";
import { ED25519 } from "../crypto/signature.ts";
import { RelayFault, RelayInconsistent } from "../errors.ts";
import { signAdmission } from "../keys/admission.ts";
import { blind, finishRoot } from "../keys/client_exchange.ts";
import type { RoomSecrets } from "../keys/root.ts";
import type { SigningIdentity } from "../mls/index.ts";
import { MAX_KEY_ID, MAX_TIME } from "../wire/limits.ts";
import * as roomCode from "../wire/room_code.ts";
import { resumeTranscript } from "../wire/transcripts.ts";
import type { Fields, Transport } from "./transport.ts";
import { isUint } from "./uint.ts";

/** A room's id, and the relay's nonce for one signature on this connection. */
export interface Opened {
  readonly roomId: Uint8Array;
  readonly nonce: Uint8Array;
}

/** A leave statement that was not committed yet. */
export interface LeaveStatement {
  readonly leaf: Uint8Array;
  readonly signature: Uint8Array;
}

/** What the relay gives to somebody who knows the room key. */
export interface Admitted {
  readonly keyId: number;
  readonly epoch: bigint;
  readonly head: number;
  readonly groupInfo: Uint8Array;
  /** The links to older room keys, by key id. */
  readonly chain: ReadonlyMap<number, Uint8Array>;
  readonly left: readonly LeaveStatement[];
}

function field<T>(answer: unknown, name: string, isIt: (value: unknown) => value is T): T {
  const value = typeof answer === "object" && answer !== null ? (answer as Fields)[name] : null;
  if (!isIt(value)) throw new RelayFault(`an answer without ${name}`);
  return value;
}

const MOST: Readonly<Record<string, number>> = { time: MAX_TIME, key_id: MAX_KEY_ID };

/** Get a byte string of an answer; throws RelayFault unless it is there. */
export function bytesField(answer: unknown, name: string): Uint8Array {
  return field(answer, name, (value) => value instanceof Uint8Array);
}

/** Get a whole number of an answer; throws RelayFault unless it is there and in bounds. */
export function numberField(answer: unknown, name: string): number {
  const most = MOST[name] ?? Number.MAX_SAFE_INTEGER;
  return field(answer, name, (value) => isUint(value, most));
}

/** Get a text of an answer; throws RelayFault unless it is there. */
function textField(answer: unknown, name: string): string {
  return field(answer, name, (value) => typeof value === "string");
}

/** Get a list of an answer; throws RelayFault unless it is there. */
export function listField(answer: unknown, name: string): readonly unknown[] {
  return field(answer, name, (value) => Array.isArray(value));
}

/** Get the links of the chain of room keys by key id; throws RelayFault. */
export function chainIn(answer: Fields): ReadonlyMap<number, Uint8Array> {
  const links = listField(answer, "chain");
  return new Map(links.map((link) => [numberField(link, "key_id"), bytesField(link, "chain")]));
}

/** Have the relay draw a new room's code. */
export async function reserve(transport: Transport): Promise<{ code: string; opened: Opened }> {
  const answer = await transport.request("room.reserve", {});
  const code = roomCode.parse(textField(answer, "code"));
  return { code, opened: openedIn(answer) };
}

/** Get the id of the room with a code, and a nonce; says nothing about whether it exists. */
export async function openRoom(transport: Transport, code: string): Promise<Opened> {
  return openedIn(await transport.request("room.open", { code }));
}

function openedIn(answer: Fields): Opened {
  return { roomId: bytesField(answer, "room"), nonce: bytesField(answer, "nonce") };
}

/** Turn a typed room key into the room's root, with the relay's half. */
export async function stretch(
  transport: Transport,
  roomId: Uint8Array,
  roomKey: string,
): Promise<Uint8Array> {
  const [exchange, blinded] = blind(roomKey, roomId);
  const answer = await transport.request("room.evaluate", { room: roomId, blinded });
  return finishRoot(exchange, bytesField(answer, "evaluated"));
}

/** Prove the room key; throws WrongRoomKey, also for a room that does not exist. */
export async function admit(
  transport: Transport,
  opened: Opened,
  secrets: RoomSecrets,
  leaf: Uint8Array,
): Promise<Admitted> {
  const signature = signAdmission(secrets, opened.roomId, opened.nonce, leaf);
  const fields = { room: opened.roomId, leaf, signature };
  const answer = await transport.request("room.admit", fields);
  return {
    keyId: numberField(answer, "key_id"),
    epoch: BigInt(numberField(answer, "epoch")),
    head: numberField(answer, "head"),
    groupInfo: bytesField(answer, "group_info"),
    chain: chainIn(answer),
    left: listField(answer, "left").map((item) => ({
      leaf: bytesField(item, "leaf"),
      signature: bytesField(item, "signature"),
    })),
  };
}

/** Return the leaf key and its signature over this connection's nonce. */
export function signResume(
  identity: SigningIdentity,
  opened: Opened,
): { leaf: Uint8Array; signature: Uint8Array } {
  const leaf = identity.publicKey;
  const signed = resumeTranscript(opened.roomId, opened.nonce, leaf);
  return { leaf, signature: ED25519.sign(identity.privateKey, signed) };
}

/** Where a member comes back to: the end of the room's log, and the relay's clock. */
interface Resumed {
  readonly head: number;
  readonly time: number;
}

/** Come back as a member; throws WrongRoomKey if the relay knows of no such member. */
export async function resume(
  transport: Transport,
  code: string,
  roomId: Uint8Array,
  identity: SigningIdentity,
): Promise<Resumed> {
  const opened = await openRoom(transport, code);
  if (!equal(opened.roomId, roomId)) {
    throw new RelayInconsistent("an answer for another room");
  }
  const signed = signResume(identity, opened);
  const answer = await transport.request("room.resume", { room: roomId, ...signed });
  return { head: numberField(answer, "head"), time: numberField(answer, "time") };
}
