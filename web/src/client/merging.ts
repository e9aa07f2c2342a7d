/** Messages as later content has changed them (docs/protocol/content.md, section Merging). */

import { equal, toHex } from "../crypto/bytes.ts";
import type { Place } from "../store/records.ts";
import type { RoomStore } from "../store/room_store.ts";
import type { Stored } from "../store/rows.ts";
import { Content, type ContentKind } from "./content.ts";

const NO_CONTENT = new Uint8Array();

/** A message, what changes it, and what takes back the reactions among that; oldest first. */
export interface Family {
  readonly message: Stored | undefined;
  readonly changes: readonly Stored[];
  readonly retractions: readonly Stored[];
}

/** A sign that somebody put under a message. */
export interface Reaction {
  readonly id: Uint8Array;
  readonly sign: string;
  readonly pseudonym: Uint8Array;
  readonly name: string;
  readonly isOwn: boolean;
}

/** A message as it is to be shown. */
export interface Merged {
  readonly stored: Stored;
  /** What was said first; undefined if it was deleted. */
  readonly content: Content | undefined;
  /** What it says now; empty if it was deleted. */
  readonly text: string;
  readonly isEdited: boolean;
  readonly reactions: readonly Reaction[];
}

/** Read a message with all that changes it. */
export async function readFamily(store: RoomStore, id: Uint8Array): Promise<Family> {
  const { index } = store;
  const message = index.find(id);
  const changes = index.about(id);
  const retractions = changes.flatMap((change) => index.about(change.id));
  const rows = await store.read([...(message ? [message] : []), ...changes, ...retractions]);
  const known = new Map(rows.flatMap((row) => (row.kind === "message" ? [[keyOf(row), row]] : [])));
  const found = (places: readonly Place[]) =>
    places.flatMap(({ id }) => known.get(toHex(id)) ?? []);
  return {
    message: known.get(toHex(id)),
    changes: found(changes),
    retractions: found(retractions),
  };
}

function keyOf(stored: Stored): string {
  return toHex(stored.messageId);
}

/** Say what a stored row is; a deleted message stays a message. */
export function kindOf(stored: Stored): ContentKind {
  return isDeleted(stored) ? "message" : Content.decode(stored.content).kind;
}

/** Say whether a stored message was deleted. */
export function isDeleted(stored: Stored): boolean {
  return stored.content.length === 0;
}

/**
 * Put content into the transcript, with what follows from it; inside of a transaction.
 *
 * `family` is that of the message it changes, or its own. Says whether it counts, as far as is known.
 */
export function recordContent(store: RoomStore, stored: Stored, family: Family): boolean {
  const kind = kindOf(stored);
  const { message, changes } = family;
  if (kind === "message") {
    const deletion = changes.find((change) => deletes(change, stored));
    if (deletion === undefined) return store.record(stored);
    dropChanges(store, family, deletion);
    return store.record({ ...stored, content: NO_CONTENT });
  }
  // what it changes may come later, with the archive
  if (message === undefined) return store.record(stored);
  if (!counts(stored, kind, message)) return false;
  if (kind === "deletion") {
    dropChanges(store, family, stored);
    store.rewrite({ ...message, content: NO_CONTENT });
  }
  return store.record(stored);
}

function counts(stored: Stored, kind: ContentKind, target: Stored): boolean {
  const changed = kindOf(target);
  if (kind === "retraction") return changed === "reaction" && isSameAuthor(stored, target);
  if (changed !== "message" || isDeleted(target)) return false;
  return kind === "reaction" || isSameAuthor(stored, target);
}

function isSameAuthor(one: Stored, other: Stored): boolean {
  return equal(one.pseudonym, other.pseudonym);
}

function deletes(change: Stored, message: Stored): boolean {
  return kindOf(change) === "deletion" && isSameAuthor(change, message);
}

function dropChanges(store: RoomStore, family: Family, deletion: Stored): void {
  for (const change of [...family.changes, ...family.retractions]) {
    if (!equal(change.messageId, deletion.messageId)) store.eraseRow(change);
  }
}

/** Delete a message with all that changes it; inside of a transaction. */
export function eraseFamily(store: RoomStore, family: Family): void {
  const rows = [...family.changes, ...family.retractions];
  for (const row of family.message ? [family.message, ...rows] : rows) store.eraseRow(row);
}

/** Show a message as its family has changed it; undefined if there is none. */
export function merge({ message, changes, retractions }: Family): Merged | undefined {
  if (message === undefined || kindOf(message) !== "message") return undefined;
  if (isDeleted(message)) {
    return { stored: message, content: undefined, text: "", isEdited: false, reactions: [] };
  }
  const content = Content.decode(message.content);
  const counted = changes.filter((change) => counts(change, kindOf(change), message));
  if (counted.some((change) => kindOf(change) === "deletion")) {
    return { stored: message, content: undefined, text: "", isEdited: false, reactions: [] };
  }
  const edits = counted.filter((change) => kindOf(change) === "edit");
  const last = edits.reduce<Stored | undefined>(
    (newest, edit) => (newest === undefined || edit.seq > newest.seq ? edit : newest),
    undefined,
  );
  return {
    stored: message,
    content,
    text: (last === undefined ? content : Content.decode(last.content)).text ?? "",
    isEdited: last !== undefined,
    reactions: reactionsOf(counted, retractions),
  };
}

function reactionsOf(changes: readonly Stored[], retractions: readonly Stored[]): Reaction[] {
  const reactions = new Map<string, Reaction>();
  for (const change of changes) {
    if (kindOf(change) !== "reaction") continue;
    const isTakenBack = retractions.some((retraction) => {
      const isAbout = retraction.about !== undefined && equal(retraction.about, change.messageId);
      return isAbout && counts(retraction, kindOf(retraction), change);
    });
    const sign = Content.decode(change.content).text ?? "";
    const key = `${toHex(change.pseudonym)} ${sign}`;
    if (isTakenBack || reactions.has(key)) continue;
    reactions.set(key, {
      id: change.messageId,
      sign,
      pseudonym: change.pseudonym,
      name: change.name,
      isOwn: change.isOwn,
    });
  }
  return [...reactions.values()];
}
