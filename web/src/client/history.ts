/** Reads what was said before this member came, in rooms that share their history. */

import { equal, toHex } from "../crypto/bytes.ts";
import { BadSignature, DecodeError, DecryptionFailed, InvalidKey, RelayFault } from "../errors.ts";
import { type ArchiveCopy, openArchive } from "../keys/archive.ts";
import { openEpochSecret } from "../keys/history.ts";
import type { KeyRing } from "../keys/key_ring.ts";
import { openName } from "../keys/sealed_name.ts";
import type { Stored } from "../store/rows.ts";
import { isContent } from "../store/transcript_index.ts";
import { bytesField, chainIn, listField, numberField } from "./admission.ts";
import { unpad } from "./content.ts";
import type { Event } from "./events.ts";
import type { RoomState } from "./room_state.ts";
import { cleanName } from "./text.ts";
import { addRow, rowOf } from "./transcript.ts";
import type { Transport } from "./transport.ts";

export const PAGE = 256;
export const LEAST = 32;

/** What the relay's archive changed of what people see, and whether it has no more. */
export interface Fetched {
  readonly events: readonly Event[];
  readonly isComplete: boolean;
}

/**
 * Put `limit` archived messages, and maybe more, below a place in the log into the transcript.
 *
 * Nothing below the place `least` is asked for. What does not open or is not signed by its sender
 * is left out.
 */
export async function fetchHistory(
  transport: Transport,
  state: RoomState,
  before: number,
  limit: number,
  least = 0,
): Promise<Fetched> {
  const events: Event[] = [];
  let place = before;
  for (let left = limit; left > 0 && place > least; ) {
    const answer = await transport.request("room.history", {
      room: state.roomId,
      before: place,
      // more than are asked for: what changes a message takes places in the log too
      limit: Math.min(Math.max(left, LEAST), PAGE),
    });
    const archives = listField(answer, "archives");
    const ring = state.ring.followChain(state.roomId, chainIn(answer));
    if (ring.past.length !== state.ring.past.length) {
      await state.store.transaction(() => state.saveRing(ring));
    }
    const secrets = epochSecrets(state, ring, listField(answer, "epochs"));
    for (const archive of archives) {
      const row = open(state, ring, archive, secrets);
      if (row !== undefined) events.push(...(await addRow(state.store, row)));
    }
    if (archives.length === 0 || answer.more !== true) return { events, isComplete: true };
    const following = Math.min(...archives.map((archive) => numberField(archive, "seq")));
    if (following >= place) throw new RelayFault("history does not go back");
    left -= countMessages(state, following, place);
    place = following;
  }
  return { events, isComplete: place <= 1 };
}

function countMessages({ store }: RoomState, from: number, before: number): number {
  let count = 0;
  for (const place of store.index.below(before)) {
    if (place.seq < from) break;
    if (isContent(place) && place.about === undefined) count += 1;
  }
  return count;
}

function epochSecrets(
  state: RoomState,
  ring: KeyRing,
  epochs: readonly unknown[],
): Map<number, Uint8Array> {
  const secrets = new Map<number, Uint8Array>();
  for (const item of epochs) {
    const epoch = numberField(item, "epoch");
    const keyId = numberField(item, "key_id");
    const sealed = bytesField(item, "sealed");
    const keys = ring.find(keyId);
    if (keys === undefined) continue;
    const opened = readable(() => {
      return openEpochSecret(keys.history, keyId, state.roomId, BigInt(epoch), sealed);
    });
    if (opened !== undefined) secrets.set(epoch, opened);
  }
  return secrets;
}

function open(
  state: RoomState,
  ring: KeyRing,
  archive: unknown,
  secrets: ReadonlyMap<number, Uint8Array>,
): Stored | undefined {
  const epoch = numberField(archive, "epoch");
  const leaf = bytesField(archive, "leaf");
  const sealed = bytesField(archive, "archive");
  const seq = numberField(archive, "seq");
  const secret = secrets.get(epoch);
  if (secret === undefined || state.store.index.at(seq) !== undefined) return undefined;
  return readable(() => {
    const copy = openArchive(secret, state.roomId, BigInt(epoch), sealed);
    if (!isAuthentic(state, copy) || !equal(copy.signatureKey, leaf)) return undefined;
    const keys = ring.find(copy.keyId);
    if (keys === undefined) return undefined;
    const name = openName(keys.names, copy.keyId, state.roomId, copy.signatureKey, copy.sealedName);
    return rowOf(
      {
        seq,
        time: numberField(archive, "time"),
        pseudonym: copy.pseudonym,
        leaf: copy.signatureKey,
        name: cleanName(name),
        content: unpad(copy.content),
        isOwn: equal(copy.signatureKey, state.leafKey),
        isHistory: true,
      },
      state.roomId,
    );
  });
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const isUnreadable =
      error instanceof BadSignature ||
      error instanceof DecryptionFailed ||
      error instanceof DecodeError ||
      error instanceof InvalidKey;
    if (isUnreadable) return undefined;
    throw error;
  }
}

/** Refuse a pseudonym of somebody who is here under another key. */
function isAuthentic(state: RoomState, copy: ArchiveCopy): boolean {
  const pseudonym = toHex(copy.pseudonym);
  return state.joined
    .members()
    .filter(([, leaf]) => toHex(leaf.credential.identity) === pseudonym)
    .every(([, leaf]) => equal(leaf.signatureKey, copy.signatureKey));
}
