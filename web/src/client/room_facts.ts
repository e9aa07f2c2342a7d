/** How the parts of a room's state are written into its store's facts, and read again. */

import { StateCorrupt, StateError } from "../errors.ts";
import { KeyRing } from "../keys/key_ring.ts";
import { RoomSecrets } from "../keys/root.ts";
import { Reader } from "../mls/codec.ts";
import type { RoomStore } from "../store/room_store.ts";
import { decode, encode } from "../wire/cbor.ts";
import type { KnownName } from "./policy.ts";

/** Read an eight-byte fact; zero if it is not there. */
export function readNumber(fact: Uint8Array | undefined): number {
  return fact === undefined ? 0 : Number(new Reader(fact).uint64());
}

/** Write the keys of a room key. */
export function encodeSecrets(secrets: RoomSecrets): Uint8Array {
  const { keyId, admission, psk, names, history } = secrets;
  return encode([keyId, admission, psk, names, history]);
}

/** Read the keys of a room key. */
export function decodeSecrets(data: Uint8Array): RoomSecrets {
  return new RoomSecrets(...(decode(data) as ConstructorParameters<typeof RoomSecrets>));
}

/** Store the room keys. */
export function storeRing(store: RoomStore, ring: KeyRing): void {
  const past = ring.past.map((keys) => [keys.keyId, keys.names, keys.history]);
  store.set("secrets", encodeSecrets(ring.current));
  store.set("past", encode(past));
}

/** Load the room keys of a store; throws StateCorrupt. */
export function loadRing(store: RoomStore): KeyRing {
  const past = decode(store.get("past") ?? encode([])) as [number, Uint8Array, Uint8Array][];
  return new KeyRing(
    decodeSecrets(store.require("secrets")),
    past.map(([keyId, names, history]) => ({ keyId, names, history })),
  );
}

/** Read numbers of senders; empty if they are not there. */
export function readMap<K extends number | string>(fact: Uint8Array | undefined): Map<K, number> {
  return new Map(fact === undefined ? [] : (decode(fact) as Map<K, number>));
}

/** Write the names that members are known by. */
export function encodeNames(names: ReadonlyMap<string, KnownName>): Uint8Array {
  return encode([...names].map(([leaf, { sealed, name }]) => [leaf, sealed, name]));
}

/** Read the names that members are known by; empty if they are not there. */
export function readNames(fact: Uint8Array | undefined): Map<string, KnownName> {
  const names = decode(fact ?? encode([])) as [string, Uint8Array, string][];
  return new Map(names.map(([leaf, sealed, name]) => [leaf, { sealed, name }]));
}

/** Read a fact that is text. */
export function textOf(fact: Uint8Array): string {
  return new TextDecoder().decode(fact);
}

/** Turn whatever goes wrong while stored parts are read into StateCorrupt. */
export async function damaged<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // that the disk is full is another thing than that what is on it is damaged
    if (error instanceof StateError) throw error;
    throw new StateCorrupt("a part cannot be read");
  }
}
