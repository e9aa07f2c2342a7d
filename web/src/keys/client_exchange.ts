/**
 * The client's half of the exchange that turns a typed room key into a room's keys.
 *
 * blind --(blinded element)--> relay --(evaluated element)--> finish
 */

import { utf8 } from "../crypto/bytes.ts";
import * as oprf from "../crypto/oprf.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { InvalidKey } from "../errors.ts";
import { ROOM_ID_LENGTH } from "./labels.ts";
import { normalizeRoomKey } from "./room_key.ts";
import { deriveRoot, deriveSecrets, type RoomSecrets } from "./root.ts";

/** What the client keeps while it waits for the relay; good for one answer. */
export interface Exchange {
  readonly roomId: Uint8Array;
  readonly blinding: oprf.Blinding;
}

/**
 * Return what to keep, and the 32-byte blinded element to send as `room.evaluate`.
 *
 * `roomKey` is taken as typed, `roomId` has 16 bytes. Throws `RoomKeyUnacceptable` and, for the
 * room id's length, `InvalidKey`.
 */
export function blind(
  roomKey: string,
  roomId: Uint8Array,
  random: Random = systemRandom,
): readonly [exchange: Exchange, blinded: Uint8Array] {
  if (roomId.length !== ROOM_ID_LENGTH) throw new InvalidKey("length of room id");
  const [blinding, blinded] = oprf.blind(utf8(normalizeRoomKey(roomKey)), random);
  return [{ roomId, blinding }, blinded];
}

/** Return the 32-byte root that `finish` derives its keys from; costs and throws as `finish`. */
export async function finishRoot(exchange: Exchange, evaluated: Uint8Array): Promise<Uint8Array> {
  return deriveRoot(oprf.finalize(exchange.blinding, evaluated), exchange.roomId);
}

/**
 * Return the room's keys from the relay's 32-byte answer; takes 64 MiB and some time.
 *
 * The relay names `keyId` only after admission: use `RoomSecrets.withKeyId` then. Throws
 * `CryptoError` if the answer is no element of the group; a wrong room key or a lying relay give
 * other keys, which admission and the members' sealed names show.
 */
export async function finish(
  exchange: Exchange,
  evaluated: Uint8Array,
  keyId = 0,
): Promise<RoomSecrets> {
  return deriveSecrets(await finishRoot(exchange, evaluated), keyId);
}
