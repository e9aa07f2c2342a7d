import { toHex } from "../crypto/bytes.ts";
import * as oprf from "../crypto/oprf.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { blind } from "../keys/client_exchange.ts";
import { ROOM_ID_LENGTH } from "../keys/labels.ts";
import { normalizeRoomKey } from "../keys/room_key.ts";
import { deriveRoot } from "../keys/root.ts";
import type { Evaluation, KeyWalk } from "./demo.ts";

/**
 * Take a room key the way to a room's root, with a relay's number that is drawn here for it.
 *
 * Throws RoomKeyUnacceptable.
 */
export async function keyWalk(roomKey: string): Promise<KeyWalk> {
  const roomId = systemRandom(ROOM_ID_LENGTH);
  const [relayKey] = oprf.deriveKeyPair(systemRandom(oprf.SCALAR_LENGTH), roomId);
  const evaluate = (typed: string): readonly [Evaluation, Uint8Array] => {
    const [{ blinding }, blinded] = blind(typed, roomId);
    const evaluated = oprf.evaluate(relayKey, blinded);
    const output = oprf.finalize(blinding, evaluated);
    const shown = {
      blinded: toHex(blinded),
      evaluated: toHex(evaluated),
      output: toHex(output),
    };
    return [shown, output];
  };
  const [first, output] = evaluate(roomKey);
  const [again] = evaluate(roomKey);
  const [other] = evaluate(withOtherEnd(normalizeRoomKey(roomKey)));
  const begun = performance.now();
  const root = toHex(await deriveRoot(output, roomId));
  return { first, again, other, root, milliseconds: performance.now() - begun };
}

function withOtherEnd(roomKey: string): string {
  return [...roomKey].slice(0, -1).join("") + (roomKey.endsWith("x") ? "y" : "x");
}
