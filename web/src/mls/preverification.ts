/** Having the browser verify a group's signatures ahead of joining: it is faster, but only waits. */

import { Ed25519 } from "../crypto/ed25519.ts";
import { cipherSuite } from "../crypto/suite.ts";
import { ExtensionType } from "./extension.ts";
import type { GroupInfo } from "./group_info.ts";
import { RatchetTree } from "./ratchet_tree.ts";

/**
 * Let the platform verify the signatures of a group's leaves; joining decides with or without it.
 *
 * `tree` is the tree if it is not in the group info. Throws DecodeError, ValidationError, or
 * UnsupportedSuite.
 */
export async function preverifyLeaves(groupInfo: GroupInfo, tree?: Uint8Array): Promise<void> {
  const { context } = groupInfo;
  const suite = cipherSuite(context.cipherSuite);
  const encoded = groupInfo.extension(ExtensionType.RATCHET_TREE) ?? tree;
  if (encoded === undefined || !(suite.signature instanceof Ed25519)) return;
  const leaves = RatchetTree.decode(suite, encoded).leaves();
  const checks = [...leaves].map(([index, leaf]) => leaf.signatureCheck(context.groupId, index));
  await suite.signature.preverify(checks);
}
