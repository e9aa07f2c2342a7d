/** Messages as later content has changed them (docs/protocol/content.md, section Merging). */

import { equal, toHex } from "../crypto/bytes.ts";
import type { Place } from "../store/records.ts";
import type { RoomStore } from "../store/room_store.ts";
import type { Stored } from "../store/rows.ts";
import { Content } from "./content.ts";

/** A message, what changes it, and what takes back the reactions among that; by `seq`. */
export interface Family {
  readonly message: Stored | undefined;
  readonly changes: readonly Stored[];
  readonly retractions: readonly Stored[];
}

/** A message as it is to be shown; `edit` is the one that counts, if there is any. */
export interface Merged {
  readonly stored: Stored;
  readonly isDeleted: boolean;
  readonly edit: Stored | undefined;
  readonly reactions: readonly Stored[];
}

/** Read a message with all that changes it. */
export async function readFamily(store: RoomStore, id: Uint8Array): Promise<Family> {
  const [family] = await readFamilies(store, [id]);
  return family ?? { message: undefined, changes: [], retractions: [] };
}

/** Read several messages with all that changes them, at once. */
export async function readFamilies(
  store: RoomStore,
  ids: readonly Uint8Array[],
): Promise<readonly Family[]> {
  const { index } = store;
  const wanted = ids.map((id) => {
    const changes = index.about(id);
    const retractions = changes.flatMap((change) => index.about(change.id));
    const message = index.find(id);
    return { message: message === undefined ? [] : [message], changes, retractions };
  });
  const places = wanted.flatMap((one) => [...one.message, ...one.changes, ...one.retractions]);
  const rows = await store.read(places);
  const known = new Map(
    rows.flatMap((row) => (row.table === "content" ? [[toHex(row.messageId), row]] : [])),
  );
  const found = (from: readonly Place[]) => from.flatMap(({ id }) => known.get(toHex(id)) ?? []);
  return wanted.map(({ message, changes, retractions }) => ({
    message: found(message)[0],
    changes: found(changes),
    retractions: found(retractions),
  }));
}

/** Say how a message is to be shown; undefined if it is not known or has expired. */
export function merge({ message, changes, retractions }: Family): Merged | undefined {
  if (message?.kind !== "message" || message.gone === "expired") return undefined;
  const counted = changes.filter((change) => counts(change, message));
  const isDeleted = message.gone !== "" || counted.some((change) => change.kind === "deletion");
  if (isDeleted) return { stored: message, isDeleted, edit: undefined, reactions: [] };
  const edits = counted.filter((change) => change.kind === "edit");
  return {
    stored: message,
    isDeleted,
    edit: edits.sort((one, other) => other.seq - one.seq)[0],
    reactions: reactionsOf(counted, retractions),
  };
}

/** Read what a message says now; empty if it was deleted. */
export function textOf({ stored, edit, isDeleted }: Merged): string {
  return isDeleted ? "" : (Content.decode((edit ?? stored).content).text ?? "");
}

/** Read the sign of a reaction. */
export function signOf(reaction: Stored): string {
  return Content.decode(reaction.content).text ?? "";
}

function reactionsOf(changes: readonly Stored[], retractions: readonly Stored[]): Stored[] {
  const reactions = new Map<string, Stored>();
  for (const change of changes) {
    if (change.kind !== "reaction" || isTakenBack(change, retractions)) continue;
    const key = `${toHex(change.pseudonym)} ${signOf(change)}`;
    if (!reactions.has(key)) reactions.set(key, change);
  }
  return [...reactions.values()];
}

function counts(change: Stored, message: Stored): boolean {
  if (change.kind === "reaction") return true;
  return isChange(change) && isSameAuthor(change, message);
}

function isChange({ kind }: Stored): boolean {
  return kind === "edit" || kind === "deletion";
}

function isSameAuthor(one: Stored, other: Stored): boolean {
  // the key too: who has the room key can put any pseudonym into an archive copy of its own
  return equal(one.pseudonym, other.pseudonym) && equal(one.leaf, other.leaf);
}

function isTakenBack(reaction: Stored, retractions: readonly Stored[]): boolean {
  return retractions.some(({ target, ...retraction }) => {
    const isAbout = target !== undefined && equal(target, reaction.messageId);
    const row = { ...retraction, target };
    return isAbout && row.kind === "retraction" && isSameAuthor(row, reaction);
  });
}

/** Drop what a message held and all that was about it; its place stays. Inside of a transaction. */
export function clearFamily(store: RoomStore, family: Family, gone: "deleted" | "expired"): void {
  const { message } = family;
  if (message === undefined) return;
  store.rewrite({ ...message, content: new Uint8Array(), gone });
  for (const row of [...family.changes, ...family.retractions]) {
    // what somebody else claims to have edited is not this message
    if (!isChange(row) || equal(row.leaf, message.leaf)) store.eraseRow(row);
  }
}
