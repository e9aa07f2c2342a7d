/** Inputs that once broke a decoder, or took it too long. */

import { expect, test } from "vitest";
import { RoomPolicy } from "../../src/client/room_policy.ts";
import { concat } from "../../src/crypto/bytes.ts";
import { DecodeError, StateCorrupt } from "../../src/errors.ts";
import { opaque, uint32 } from "../../src/mls/codec.ts";
import { decodeEntry } from "../../src/store/slots.ts";

test("a stored entry that is no list is damage", () => {
  expect(() => decodeEntry(Uint8Array.of(0))).toThrow(StateCorrupt);
});

test("rules with as many hosts as fit into a group info are refused before they are compared", () => {
  const hosts = new Uint8Array(200_000 * 5);
  for (let at = 0; at < hosts.length; at += 5) hosts.set(opaque(uint32(at)), at);
  const rest = [uint32(0), opaque(new Uint8Array(32)), opaque(new Uint8Array())];
  const head = concat(Uint8Array.of(1), uint32(0), Uint8Array.of(0), uint32(1), uint32(1));
  const signed = [opaque(new Uint8Array()), opaque(new Uint8Array())];
  const data = concat(head, Uint8Array.of(0), opaque(hosts), ...rest, ...signed);
  expect(() => RoomPolicy.decode(data)).toThrow(DecodeError);
});
