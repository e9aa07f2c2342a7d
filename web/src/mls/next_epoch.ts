/** The epoch that a commit starts, the same for its maker and all others (RFC 9420 §8, §12.4). */

import type { CipherSuite } from "../crypto/suite.ts";
import type { AuthenticatedContent } from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import type { GroupState } from "./group_state.ts";
import { deriveEpochFromJoiner, deriveJoinerSecret, type EpochSecrets } from "./key_schedule.ts";
import { collectPsks, derivePskSecret } from "./pre_shared_key.ts";
import type { AppliedProposals } from "./proposal_rules.ts";
import type { RatchetTree } from "./ratchet_tree.ts";
import { confirmedTranscriptHash } from "./transcript.ts";
import { treeHash } from "./tree_hash.ts";
import { directPath } from "./tree_math.ts";

/** The secrets of the epoch that a commit starts. */
export class NextEpoch {
  constructor(
    readonly context: GroupContext,
    readonly secrets: EpochSecrets,
    readonly encryptionSecret: Uint8Array,
    readonly joinerSecret: Uint8Array,
    readonly pskSecret: Uint8Array,
  ) {}

  /** Compute the tag by which members see that they agree (§6.1). */
  confirmationTag(suite: CipherSuite): Uint8Array {
    return suite.mac(this.secrets.confirmationKey, this.context.confirmedTranscriptHash);
  }
}

/** Give the context that a path is encrypted under: all new but the transcript (§12.4.1). */
export function provisionalContext(applied: AppliedProposals): GroupContext {
  const { context } = applied;
  return context.with({ epoch: context.epoch + 1n, treeHash: treeHash(applied.tree) });
}

/** Run the key schedule for the epoch that a commit starts (§8). */
export function startEpoch(
  state: GroupState,
  applied: AppliedProposals,
  commit: AuthenticatedContent,
  initSecret: Uint8Array,
  commitSecret: Uint8Array,
): NextEpoch {
  const { suite } = state;
  const confirmed = confirmedTranscriptHash(suite, state.interimHash, commit);
  const context = provisionalContext(applied).with({ confirmedTranscriptHash: confirmed });
  const psks = collectPsks(applied.pskIds, (pskId) => state.findPsk(pskId));
  const pskSecret = derivePskSecret(suite, psks);
  const joinerSecret = deriveJoinerSecret(suite, initSecret, commitSecret, context);
  const [secrets, encryption] = deriveEpochFromJoiner(suite, joinerSecret, pskSecret, context);
  return new NextEpoch(context, secrets, encryption, joinerSecret, pskSecret);
}

/** Drop the private keys of nodes that are blank now. */
export function keepValid(
  tree: RatchetTree,
  privateKeys: ReadonlyMap<number, Uint8Array>,
): Map<number, Uint8Array> {
  return new Map([...privateKeys].filter(([position]) => tree.nodes[position] !== undefined));
}

/** Drop the private keys of nodes that a path gave new ones. */
export function dropReplaced(
  tree: RatchetTree,
  committer: number,
  privateKeys: ReadonlyMap<number, Uint8Array>,
): Map<number, Uint8Array> {
  const replaced = directPath(2 * committer, tree.leafCount);
  return new Map([...privateKeys].filter(([position]) => !replaced.includes(position)));
}
