/** What is left of a room after a commit that nobody can follow: a host starts from before it. */

import { toHex } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { PolicyViolation } from "../errors.ts";
import { pskId } from "../keys/root.ts";
import {
  type Group,
  type GroupInfo,
  type LeafNode,
  type PendingCommit,
  PreSharedKey,
  PreSharedKeyId,
  Remove,
} from "../mls/index.ts";
import type { RatchetTree } from "../mls/ratchet_tree.ts";
import { indexOf, type Member, memberAt } from "./members.ts";
import { isHost, roomPolicyOf } from "./policy.ts";
import type { RoomState } from "./room_state.ts";

/**
 * Hold a group that a refused commit led to, to what only hosts may do.
 *
 * `refused` is the leaf key of the commit's sender. Throws PolicyViolation if a member is missing
 * that has not left and is not the sender, or if a locked room has a new one, unless the group info
 * is a host's.
 */
export function checkWhole(
  state: RoomState,
  info: GroupInfo,
  tree: RatchetTree,
  refused: Uint8Array,
): void {
  const rules = roomPolicyOf(state.joined);
  const signer = tree.leaf(info.signer)?.signatureKey;
  if (signer !== undefined && rules.hasHost(signer)) return;
  const before = keysOf(state.joined.members());
  const after = keysOf(tree.leaves());
  // once a host has removed the sender, others come in and sign the group info in its place
  const sender = removedByUndoing(state, refused).map(toHex);
  const gone = new Set([...state.store.statements().keys(), ...sender]);
  if ([...before].some((leaf) => !after.has(leaf) && !gone.has(leaf))) {
    throw new PolicyViolation("members are missing whom no host removed");
  }
  if (rules.locked && [...after].some((leaf) => !before.has(leaf))) {
    throw new PolicyViolation("a locked room has new members");
  }
}

function keysOf(leaves: Iterable<readonly [number, LeafNode]>): Set<string> {
  return new Set([...leaves].map(([, leaf]) => toHex(leaf.signatureKey)));
}

/** Say whether this member is a host who can lead the room on from before `epoch`. */
export function mayUndo(state: RoomState, epoch: bigint): boolean {
  const group = state.joined;
  if (state.needsRoomKey || group.epoch > epoch) return false;
  return isHost(group, group.ownIndex, roomPolicyOf(group));
}

/** Give the leaf key to remove: that of the commit's sender, if it is a member and no host. */
export function removedByUndoing(state: RoomState, sender: Uint8Array): readonly Uint8Array[] {
  const group = state.joined;
  const index = indexOf(group, sender);
  return index === undefined || isHost(group, index, roomPolicyOf(group)) ? [] : [sender];
}

/**
 * Make the commit that leads from this member's epoch to the one after `epoch`.
 *
 * The commits between are nobody's to follow: everybody comes in again by the group info.
 */
export function undo(
  state: RoomState,
  epoch: bigint,
  removed: readonly Uint8Array[],
): Promise<PendingCommit> {
  return state.sealed((joined) => {
    let group = joined;
    while (group.epoch < epoch) group = passEpoch(state, group);
    const found = removed.flatMap((leaf) => indexOf(group, leaf) ?? []);
    return group.commit(
      found.map((index) => new Remove(index)),
      { includePending: false },
    );
  });
}

/**
 * List whom hosts removed on the way to a group that this member could not follow into.
 *
 * Of those whose leave statement it has, it was told when they left.
 */
export function removedBefore(state: RoomState, following: Group): Member[] {
  const { joined, policy, store } = state;
  const said = store.statements();
  const after = keysOf(following.members());
  const gone = joined.members().filter(([, { signatureKey }]) => {
    const leaf = toHex(signatureKey);
    return !after.has(leaf) && !said.has(leaf);
  });
  return gone.flatMap(([index]) => memberAt(joined, policy, index) ?? []);
}

function passEpoch(state: RoomState, group: Group): Group {
  // without a path: an attacker may have gone on for thousands of epochs
  const nonce = systemRandom(group.suite.hashLength);
  const name = PreSharedKeyId.external(pskId(state.secrets.keyId), nonce);
  return group.commit([new PreSharedKey(name)], {
    includePending: false,
    forcePath: false,
    public: true,
  }).group;
}
