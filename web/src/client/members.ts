/** The people of a room as its group shows them. */

import { equal, toHex } from "../crypto/bytes.ts";
import type { Group, LeafNode } from "../mls/index.ts";
import { type MembersPolicy, roomPolicyOf } from "./policy.ts";
import { cleanName } from "./text.ts";

/** One device in the room; `pseudonym` is hexadecimal, `name` is safe to show. */
export interface Member {
  readonly index: number;
  readonly pseudonym: string;
  readonly name: string;
  readonly isSelf: boolean;
  readonly isHost: boolean;
}

/** Describe the member of a leaf; throws GhostMember. */
function describe(
  policy: MembersPolicy,
  leaf: LeafNode,
  index: number,
  own: number,
  isHost: boolean,
): Member {
  const name = cleanName(policy.nameOf(leaf));
  const pseudonym = toHex(leaf.credential.identity);
  return { index, pseudonym, name, isSelf: index === own, isHost };
}

/** List the members of a group by leaf index. */
export function membersOf(group: Group, policy: MembersPolicy): Member[] {
  const rules = roomPolicyOf(group);
  return group.members().map(([index, leaf]) => {
    return describe(policy, leaf, index, group.ownIndex, rules.hasHost(leaf.signatureKey));
  });
}

/** Describe the member at a leaf index; undefined if nobody is there. */
export function memberAt(group: Group, policy: MembersPolicy, index: number): Member | undefined {
  const leaf = group.leaf(index);
  if (leaf === undefined) return undefined;
  const isHost = roomPolicyOf(group).hasHost(leaf.signatureKey);
  return describe(policy, leaf, index, group.ownIndex, isHost);
}

/** Find the member with a signature public key; undefined if there is none. */
export function indexOf(group: Group, leafKey: Uint8Array): number | undefined {
  return group.members().find(([, leaf]) => equal(leaf.signatureKey, leafKey))?.[0];
}
