/** What a host wants changed: the rules, who is in the room, the room key; each in one commit. */

import { equal, toHex } from "../crypto/bytes.ts";
import { CryptoError, PolicyViolation, RoomKeyNeeded } from "../errors.ts";
import type { KeyRing } from "../keys/key_ring.ts";
import { openTitle, sealTitle } from "../keys/sealed_name.ts";
import type { Group } from "../mls/index.ts";
import { Deferred } from "./deferred.ts";
import { indexOf } from "./members.ts";
import { isHost, roomPolicyOf } from "./policy.ts";
import { NewRoomKey } from "./rekeying.ts";
import type { RoomPolicy } from "./room_policy.ts";
import type { RoomState } from "./room_state.ts";
import { cleanName } from "./text.ts";

export type Edit = (rules: RoomPolicy) => RoomPolicy;

/** What a host wishes for; what is left out stays as it is. */
export interface Wish {
  readonly edit?: Edit;
  /** Signature keys of those to remove. */
  readonly removed?: readonly Uint8Array[];
  /** The root of a new room key, and how people type it. */
  readonly newRoot?: Uint8Array;
  readonly newRoomKey?: string;
}

/**
 * One wish; `done` ends when it holds.
 *
 * It is planned anew for each epoch it is tried in, as others change the group meanwhile.
 */
export class Change {
  readonly done = new Deferred<void>();

  constructor(readonly wish: Wish) {}
}

/** A change as it is to be committed in one epoch; `rules` are unsigned, undefined if they stay. */
export interface Plan {
  readonly rules: RoomPolicy | undefined;
  readonly removed: readonly number[];
  readonly newKey: NewRoomKey | undefined;
}

export const NOTHING: Plan = { rules: undefined, removed: [], newKey: undefined };

/** Say whether all that was wished for holds already. */
export function isNothing(planned: Plan): boolean {
  return planned.rules === undefined && planned.removed.length === 0;
}

/** Say what a change takes now; throws PolicyViolation unless this member is a host. */
export function plan(change: Change, state: RoomState): Plan {
  const group = state.joined;
  const before = roomPolicyOf(group);
  const { wish } = change;
  requireHost(group, before);
  const gone = (wish.removed ?? []).filter((leaf) => !equal(leaf, state.leafKey));
  const removed = gone
    .map((leaf) => indexOf(group, leaf))
    .filter((index) => index !== undefined)
    .sort((one, other) => one - other);
  let rules = wish.edit?.(before) ?? before;
  let newKey: NewRoomKey | undefined;
  if (wish.newRoot !== undefined) [rules, newKey] = withNewKey(state, rules, wish.newRoot);
  const leaving = new Set(gone.map(toHex));
  rules = rules.with({ hosts: rules.hosts.filter((host) => !leaving.has(toHex(host))) });
  if (rules.equals(before)) return { rules: undefined, removed, newKey: undefined };
  return { rules: rules.with({ revision: before.revision + 1 }), removed, newKey };
}

/** Throw PolicyViolation unless this member is a host. */
export function requireHost(group: Group, rules: RoomPolicy): void {
  if (!isHost(group, group.ownIndex, rules)) throw new PolicyViolation("only a host does this");
}

/** Make the edit that gives the room a title. */
export function withTitle(state: RoomState, title: string): Edit {
  return (rules) => {
    if (state.needsRoomKey) throw new RoomKeyNeeded();
    if (titleOf(state, rules) === title) return rules;
    return rules.with({ sealedTitle: sealTitle(state.secrets, state.roomId, title) });
  };
}

/** Open the room's title; empty if it does not open. */
function titleOf(state: RoomState, rules: RoomPolicy): string {
  return openedTitle(state.ring, state.roomId, rules);
}

/** Return the room's title as it is safe to show; empty if it has none. */
export function shownTitle(ring: KeyRing, roomId: Uint8Array, rules: RoomPolicy): string {
  const title = openedTitle(ring, roomId, rules);
  return title.trim() === "" ? "" : cleanName(title);
}

function openedTitle(ring: KeyRing, roomId: Uint8Array, rules: RoomPolicy): string {
  const keys = ring.find(rules.keyId);
  if (keys === undefined) return "";
  try {
    return openTitle(keys.names, rules.keyId, roomId, rules.sealedTitle);
  } catch (error) {
    if (error instanceof CryptoError) return "";
    throw error;
  }
}

function withNewKey(
  state: RoomState,
  rules: RoomPolicy,
  root: Uint8Array,
): [RoomPolicy, NewRoomKey | undefined] {
  if (state.needsRoomKey) throw new RoomKeyNeeded();
  const newKey = NewRoomKey.of(root, rules.keyId + 1);
  const { keyId, admissionPublicKey } = newKey.secrets;
  if (equal(admissionPublicKey, rules.admission)) return [rules, undefined];
  const sealedTitle = sealTitle(newKey.secrets, state.roomId, titleOf(state, rules));
  return [rules.with({ keyId, admission: admissionPublicKey, sealedTitle }), newKey];
}
