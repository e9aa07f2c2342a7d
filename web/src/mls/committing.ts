/** Making a commit, by a member or by somebody who joins with it (RFC 9420 §12.4.1, §12.4.3.2). */

import { NO_BYTES } from "./codec.ts";
import { Commit, type ProposalOrReference } from "./commit.ts";
import { Extension, ExtensionType } from "./extension.ts";
import {
  AuthenticatedContent,
  FramedContent,
  type Sender,
  SenderType,
  WireFormat,
} from "./framing.ts";
import { GroupInfo } from "./group_info.ts";
import { GroupState } from "./group_state.ts";
import { deriveWelcomeKey } from "./key_schedule.ts";
import { encryptWithLabel } from "./labels.ts";
import { type LeafNode, LeafNodeSource } from "./leaf_node.ts";
import { validateNewLeaf } from "./leaf_validation.ts";
import { encodeMessage } from "./message.ts";
import {
  dropReplaced,
  keepValid,
  type NextEpoch,
  provisionalContext,
  startEpoch,
} from "./next_epoch.ts";
import { PrivateMessage } from "./private_message.ts";
import {
  type AppliedProposals,
  applyProposals,
  checkKeysUnique,
  checkNewMember,
  resolveProposals,
} from "./proposal_rules.ts";
import { PublicMessage } from "./public_message.ts";
import type { RatchetTree } from "./ratchet_tree.ts";
import { require } from "./rules.ts";
import { RESERVED, SecretTree } from "./secret_tree.ts";
import type { SigningIdentity } from "./signing_identity.ts";
import { interimTranscriptHash } from "./transcript.ts";
import { commonAncestor } from "./tree_math.ts";
import { type DerivedPath, derivePath, encryptPath, mergePath } from "./treekem.ts";
import { HpkeCiphertext, UpdatePath } from "./update_path.ts";
import { EncryptedGroupSecrets, GroupSecrets, Welcome } from "./welcome.ts";

/** How a commit is made: who signs, with which leaf, and how it is sent. */
interface CommitOptions {
  readonly identity: SigningIdentity;
  readonly leaf: LeafNode;
  readonly public?: boolean;
  /** Whether a path, which renews the own keys, is there even if nothing needs it. */
  readonly forcePath?: boolean;
  readonly authenticatedData?: Uint8Array;
}

/** An own commit: what to send, and the state to be in once it is accepted. */
export interface MadeCommit {
  readonly message: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  readonly state: GroupState;
}

interface NewPath {
  readonly path: UpdatePath;
  readonly derived: DerivedPath;
  readonly leafPrivateKey: Uint8Array;
}

/**
 * Build a commit, the state after it, and the Welcome for those it adds.
 *
 * `approve` may refuse, by throwing, what the proposals come to.
 */
export function makeCommit(
  state: GroupState,
  items: readonly ProposalOrReference[],
  sender: Sender,
  options: CommitOptions,
  initSecret: Uint8Array,
  approve: (applied: AppliedProposals) => void = () => {},
): MadeCommit {
  const applied = applyProposals(state, resolveProposals(state, items, sender), sender);
  approve(applied);
  const external = sender.type === SenderType.NEW_MEMBER_COMMIT;
  const ownIndex = external ? applied.tree.add(options.leaf) : state.ownIndex;
  const withPath = external || (options.forcePath ?? true) || applied.needsPath;
  const newPath = withPath ? makePath(state, applied, ownIndex, options) : undefined;
  const isPrivate = !(external || options.public === true);
  const commit = new Commit(items, newPath?.path);
  const authenticated = sign(state, commit, sender, options, isPrivate);
  const commitSecret = newPath?.derived.commitSecret ?? new Uint8Array(state.suite.hashLength);
  const epoch = startEpoch(state, applied, authenticated, initSecret, commitSecret);
  const tag = epoch.confirmationTag(state.suite);
  const following = followingState(state, applied, epoch, tag, ownIndex, newPath, options);
  const welcome =
    applied.added.length > 0 ? makeWelcome(following, applied, epoch, newPath) : undefined;
  return {
    message: frame(state, authenticated.with({ confirmationTag: tag }), isPrivate),
    welcome: welcome === undefined ? undefined : encodeMessage(welcome),
    state: following,
  };
}

function sign(
  state: GroupState,
  commit: Commit,
  sender: Sender,
  options: CommitOptions,
  isPrivate: boolean,
): AuthenticatedContent {
  const { suite, context } = state;
  const external = sender.type === SenderType.NEW_MEMBER_COMMIT;
  const authenticatedData = options.authenticatedData ?? NO_BYTES;
  const { groupId, epoch } = context;
  const framed = new FramedContent(groupId, epoch, sender, authenticatedData, commit);
  const form = isPrivate ? WireFormat.PRIVATE_MESSAGE : WireFormat.PUBLIC_MESSAGE;
  // with the key that the old tree holds: that is what the others can check it against
  const signingKey = external ? options.identity.privateKey : state.signingKey;
  return new AuthenticatedContent(form, framed).sign(suite, signingKey, context);
}

/** Give the state to be in once the commit is accepted. */
function followingState(
  state: GroupState,
  applied: AppliedProposals,
  epoch: NextEpoch,
  tag: Uint8Array,
  ownIndex: number,
  newPath: NewPath | undefined,
  options: CommitOptions,
): GroupState {
  const { suite, environment } = state;
  const { tree } = applied;
  let { signingKey } = state;
  let privateKeys = keepValid(tree, state.privateKeys);
  if (newPath !== undefined) {
    signingKey = options.identity.privateKey;
    privateKeys = keysAfter(tree, ownIndex, privateKeys, newPath);
  }
  return new GroupState({
    environment,
    suite,
    context: epoch.context,
    tree,
    secrets: epoch.secrets,
    secretTree: SecretTree.create(suite, tree.leafCount, epoch.encryptionSecret, ownIndex, {
      allowance: RESERVED,
    }),
    interimHash: interimTranscriptHash(suite, epoch.context.confirmedTranscriptHash, tag),
    confirmationTag: tag,
    ownIndex,
    signingKey,
    privateKeys,
    // shared, so that what arrives before the commit is accepted counts as read afterwards
    past: state.asPast(state.secretTree),
    reinit: applied.reinit,
  });
}

function makePath(
  state: GroupState,
  applied: AppliedProposals,
  ownIndex: number,
  options: CommitOptions,
): NewPath {
  const { suite } = state;
  const { tree } = applied;
  const { random } = state.environment;
  const filtered = tree.filteredDirectPath(ownIndex);
  const [leafPrivateKey, leafPublicKey] = suite.kem.generate(random);
  const derived = derivePath(
    suite,
    filtered.map(([position]) => position),
    random(suite.hashLength),
  );
  const parentHash = mergePath(tree, ownIndex, filtered, [...derived.publicKeys.values()]);
  const leaf = options.leaf
    .with({
      encryptionKey: leafPublicKey,
      source: LeafNodeSource.COMMIT,
      lifetime: undefined,
      parentHash,
    })
    .sign(suite, options.identity.privateKey, state.context.groupId, ownIndex);
  tree.set(2 * ownIndex, leaf);
  validateNewLeaf(leaf, LeafNodeSource.COMMIT, ownIndex, state.context, state.environment, suite);
  checkKeysUnique(tree);
  checkNewMember(tree, ownIndex, applied.context);
  const nodes = encryptPath(
    tree,
    filtered,
    derived,
    applied.addedPositions,
    provisionalContext(applied),
    random,
  );
  return { path: new UpdatePath(leaf, nodes), derived, leafPrivateKey };
}

function keysAfter(
  tree: RatchetTree,
  ownIndex: number,
  privateKeys: ReadonlyMap<number, Uint8Array>,
  newPath: NewPath,
): Map<number, Uint8Array> {
  const kept = dropReplaced(tree, ownIndex, privateKeys);
  return new Map([...kept, ...newPath.derived.privateKeys, [2 * ownIndex, newPath.leafPrivateKey]]);
}

function frame(
  state: GroupState,
  authenticated: AuthenticatedContent,
  isPrivate: boolean,
): Uint8Array {
  if (authenticated.framed.sender.type === SenderType.NEW_MEMBER_COMMIT) {
    return encodeMessage(new PublicMessage(authenticated));
  }
  return frameMemberMessage(state, authenticated, { private: isPrivate });
}

/** Protect own content that is signed, and encode it as an MLSMessage. */
export function frameMemberMessage(
  state: GroupState,
  authenticated: AuthenticatedContent,
  options: { readonly private: boolean; readonly padding?: number },
): Uint8Array {
  const message = options.private
    ? PrivateMessage.protect(
        authenticated,
        state.suite,
        state.secrets.senderDataSecret,
        state.secretTree,
        state.environment.random,
        options.padding ?? 0,
      )
    : PublicMessage.protect(authenticated, state.suite, state.context, state.secrets.membershipKey);
  return encodeMessage(message);
}

function makeWelcome(
  following: GroupState,
  applied: AppliedProposals,
  epoch: NextEpoch,
  newPath: NewPath | undefined,
): Welcome {
  const { suite } = following;
  const { random } = following.environment;
  const groupInfo = new GroupInfo(
    following.context,
    [new Extension(ExtensionType.RATCHET_TREE, applied.tree.encode())],
    following.confirmationTag,
    following.ownIndex,
  ).sign(suite, following.signingKey);
  const [key, nonce] = deriveWelcomeKey(suite, epoch.joinerSecret, epoch.pskSecret);
  const encryptedGroupInfo = suite.seal(key, nonce, NO_BYTES, groupInfo.encode());
  const secrets = applied.added.map(([index, keyPackage]) => {
    let pathSecret: Uint8Array | undefined;
    if (newPath !== undefined) {
      const meeting = commonAncestor(2 * index, 2 * following.ownIndex);
      pathSecret = newPath.derived.pathSecrets.get(meeting);
      require(pathSecret !== undefined, "commit-03");
    }
    const plaintext = new GroupSecrets(epoch.joinerSecret, pathSecret, applied.pskIds).encode();
    const [kemOutput, ciphertext] = encryptWithLabel(
      suite,
      keyPackage.initKey,
      "Welcome",
      encryptedGroupInfo,
      plaintext,
      random,
    );
    return new EncryptedGroupSecrets(
      keyPackage.reference(suite),
      new HpkeCiphertext(kemOutput, ciphertext),
    );
  });
  return new Welcome(suite.id, secrets, encryptedGroupInfo);
}
