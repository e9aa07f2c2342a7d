/** A group as one of its members sees it: the public face of this package (RFC 9420). */

import { concat } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { DecodeError, MlsError } from "../errors.ts";
import { decodeAll, NO_BYTES, opaque, optional, readOpaque } from "./codec.ts";
import { Commit } from "./commit.ts";
import { frameMemberMessage, type MadeCommit, makeCommit } from "./committing.ts";
import { Extension, ExtensionType } from "./extension.ts";
import { Sender, type VerifiedContent } from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import { GroupInfo } from "./group_info.ts";
import type { CommitChoices, CreateOptions, JoinOptions, ProposeOptions } from "./group_options.ts";
import type { GroupState } from "./group_state.ts";
import { createGroup, encodeExternalPub, joinByWelcome, joinFromOutside } from "./joining.ts";
import type { KeyPackageBundle } from "./key_package.ts";
import type { LeafNode } from "./leaf_node.ts";
import { decodeMessage, encodeMessage, type Message } from "./message.ts";
import type { Environment } from "./policy.ts";
import { PrivateMessage } from "./private_message.ts";
import { stageCommit } from "./processing.ts";
import { type Proposal, type ReInit, Update } from "./proposal.ts";
import { choosePending, makeUpdate, ownLeaf, sendProposal, signContent } from "./proposing.ts";
import { PublicMessage } from "./public_message.ts";
import { openPrivate, receiveProposal, takeApplicationData, verifyPublic } from "./receiving.ts";
import { CommitProcessed, type Processed } from "./results.ts";
import { SigningIdentity } from "./signing_identity.ts";
import { decodeState, encodeState, GroupSnapshot } from "./state.ts";
import { Welcome } from "./welcome.ts";

/**
 * One epoch of a group; a commit leads to the next one, which is another object.
 *
 * Only sending and receiving messages and proposals changes a group, and only if it succeeds.
 */
export class Group {
  /** The member's own secrets: for this package and those who test it. */
  readonly unsafeState: GroupState;

  constructor(state: GroupState) {
    this.unsafeState = state;
    // a group that is logged or serialised by mistake shows none of its secrets
    Object.defineProperty(this, "unsafeState", { enumerable: false });
  }

  // coming to be

  /** Start a group whose context has these extensions, with oneself as its member (§11). */
  static create(
    identity: SigningIdentity,
    groupId: Uint8Array,
    environment: Environment,
    options: CreateOptions = {},
  ): Group {
    const { extensions = [], leafExtensions = [], capabilities } = options;
    return new Group(
      createGroup(identity, groupId, environment, extensions, leafExtensions, capabilities),
    );
  }

  /** Join by an external commit that brings external keys in (§12.4.3.2). */
  static joinExternal(
    identity: SigningIdentity,
    groupInfo: GroupInfo | Uint8Array,
    environment: Environment,
    options: JoinOptions = {},
  ): PendingCommit {
    const info = groupInfo instanceof Uint8Array ? decodeMessage(groupInfo) : groupInfo;
    if (!(info instanceof GroupInfo)) throw new DecodeError("not a group info");
    return PendingCommit.of(
      joinFromOutside(
        identity,
        info,
        environment,
        options.pskIds ?? [],
        options.resync,
        options.leafExtensions ?? [],
        options.authenticatedData ?? NO_BYTES,
        options.tree,
      ),
    );
  }

  /** Join by the Welcome for a key package of one's own (§12.4.3.1). */
  static joinWelcome(
    identity: SigningIdentity,
    welcome: Welcome | Uint8Array,
    keyPackageBundle: KeyPackageBundle,
    environment: Environment,
    options: { readonly tree?: Uint8Array } = {},
  ): Group {
    const message = welcome instanceof Uint8Array ? decodeMessage(welcome) : welcome;
    if (!(message instanceof Welcome)) throw new DecodeError("not a welcome");
    return new Group(joinByWelcome(identity, message, keyPackageBundle, environment, options.tree));
  }

  /**
   * Restore a stored group; `encode` it again before it sends.
   *
   * Throws DecodeError, ValidationError, or UnsupportedSuite.
   */
  static decode(snapshot: GroupSnapshot, environment: Environment): Group {
    return new Group(decodeState(snapshot, environment));
  }

  /** Give the group's state to store, which allows as many messages as are reserved by it. */
  encode(): GroupSnapshot {
    return encodeState(this.unsafeState);
  }

  // what it is

  /** The group's cipher suite. */
  get suite(): CipherSuite {
    return this.unsafeState.suite;
  }

  /** What all members of this epoch agree on. */
  get context(): GroupContext {
    return this.unsafeState.context;
  }

  /** The group's name, the same in all epochs. */
  get groupId(): Uint8Array {
    return this.unsafeState.context.groupId;
  }

  /** The epoch's number. */
  get epoch(): bigint {
    return this.unsafeState.context.epoch;
  }

  /** This member's leaf index. */
  get ownIndex(): number {
    return this.unsafeState.ownIndex;
  }

  /** Whether this member can send: it was not removed, and no ReInit ended the group. */
  get isActive(): boolean {
    return this.unsafeState.isMember && this.unsafeState.reinit === undefined;
  }

  /** What the group is to go on as, if a ReInit ended it (§11.2). */
  get reinit(): ReInit | undefined {
    return this.unsafeState.reinit;
  }

  /** A value that is the same for those, and only those, who agree on this epoch (§8.7). */
  get epochAuthenticator(): Uint8Array {
    this.unsafeState.requireMember();
    return this.unsafeState.secrets.epochAuthenticator.slice();
  }

  /** This epoch's key for other groups to prove that they follow it (§8.6). */
  get resumptionPsk(): Uint8Array {
    this.unsafeState.requireMember();
    return this.unsafeState.secrets.resumptionPsk.slice();
  }

  /** List the members' leaf indices and leaves. */
  members(): [number, LeafNode][] {
    return [...this.unsafeState.tree.leaves()];
  }

  /** Get the leaf at an index; undefined if nobody is there. */
  leaf(index: number): LeafNode | undefined {
    return this.unsafeState.tree.leaf(index);
  }

  /** List the proposals that wait for a commit, by the hexadecimal of their reference. */
  pendingProposals(): Map<string, Proposal> {
    const pending = [...this.unsafeState.pending];
    return new Map(pending.map(([reference, { proposal }]) => [reference, proposal]));
  }

  /** Derive a secret of this epoch for the application (§8.5). */
  exportSecret(label: string, context: Uint8Array, length: number): Uint8Array {
    const { suite, secrets } = this.unsafeState;
    this.unsafeState.requireMember();
    return secrets.export(suite, label, context, length);
  }

  /** Make what somebody needs to join from outside, as an encoded MLSMessage (§12.4.3). */
  groupInfo(options: { readonly withTree?: boolean } = {}): Uint8Array {
    const state = this.unsafeState;
    state.requireUsable();
    const [, publicKey] = state.secrets.externalKeyPair(state.suite);
    const extensions = [encodeExternalPub(publicKey)];
    if (options.withTree ?? true) {
      extensions.push(new Extension(ExtensionType.RATCHET_TREE, state.tree.encode()));
    }
    const info = new GroupInfo(state.context, extensions, state.confirmationTag, state.ownIndex);
    return encodeMessage(info.sign(state.suite, state.signingKey));
  }

  /** Give the ratchet tree, for those who join with a group info without it. */
  exportTree(): Uint8Array {
    return this.unsafeState.tree.encode();
  }

  // sending

  /**
   * Encrypt application data for the group, followed by `padding` zero bytes (§6.3).
   *
   * Throws SendingExhausted if the state has to be stored first.
   */
  protect(
    data: Uint8Array,
    options: { readonly authenticatedData?: Uint8Array; readonly padding?: number } = {},
  ): Uint8Array {
    const { authenticatedData = NO_BYTES, padding = 0 } = options;
    this.unsafeState.requireUsable();
    const signed = signContent(this.unsafeState, data, authenticatedData, { public: false });
    return frameMemberMessage(this.unsafeState, signed, { private: true, padding });
  }

  /** Propose a change for somebody to commit; own updates go by `proposeUpdate` (§12.1). */
  propose(proposal: Proposal, options: ProposeOptions = {}): Uint8Array {
    const { authenticatedData = NO_BYTES } = options;
    this.unsafeState.requireUsable();
    if (proposal instanceof Update) {
      throw new MlsError("an own update is proposed by proposeUpdate");
    }
    const how = { public: options.public ?? false };
    return sendProposal(this.unsafeState, proposal, undefined, authenticatedData, how);
  }

  /** Propose a new encryption key for one's own leaf, and keep its private half (§12.1.2). */
  proposeUpdate(
    options: ProposeOptions & { readonly leafExtensions?: readonly Extension[] } = {},
  ): Uint8Array {
    const { authenticatedData = NO_BYTES, leafExtensions } = options;
    this.unsafeState.requireUsable();
    const [update, privateKey] = makeUpdate(this.unsafeState, leafExtensions);
    const how = { public: options.public ?? false };
    return sendProposal(this.unsafeState, update, privateKey, authenticatedData, how);
  }

  /**
   * Commit pending proposals and these; this group stays as it is (§12.4.1).
   *
   * A path, which renews the own keys, is left out only if `forcePath` is false, nothing needs it
   * and neither identity nor leaf changes. A private commit uses a message key.
   */
  commit(proposals: readonly Proposal[] = [], choices: CommitChoices = {}): PendingCommit {
    const state = this.unsafeState;
    const { authenticatedData = NO_BYTES, newIdentity, leafExtensions } = choices;
    state.requireUsable();
    const pending = (choices.includePending ?? true) ? choosePending(state, proposals) : [];
    const leaf = ownLeaf(state, newIdentity, leafExtensions);
    const identity =
      newIdentity ??
      new SigningIdentity(state.suite, state.signingKey, leaf.signatureKey, leaf.credential);
    const changesLeaf = newIdentity !== undefined || leafExtensions !== undefined;
    const made = makeCommit(
      state,
      [...pending, ...proposals],
      Sender.member(state.ownIndex),
      {
        identity,
        leaf,
        public: choices.public ?? false,
        forcePath: (choices.forcePath ?? true) || changesLeaf,
        authenticatedData,
      },
      state.secrets.initSecret,
      (applied) =>
        state.environment.policy.checkCommit(
          this,
          state.ownIndex,
          applied.proposals,
          authenticatedData,
          applied.removed,
        ),
    );
    return PendingCommit.of(made);
  }

  // receiving

  /**
   * Verify a message and take what it brings; a commit gives the next group (§6, §12.4.2).
   *
   * Throws ValidationError, WrongEpoch, GenerationConsumed, OwnMessage, NotAMember, or
   * CryptoError, and then nothing has changed.
   */
  process(message: Uint8Array | Message): Processed {
    const state = this.unsafeState;
    state.requireMember();
    const received = message instanceof Uint8Array ? decodeMessage(message) : message;
    let verified: VerifiedContent;
    let consume: () => void = () => {};
    if (received instanceof PrivateMessage) {
      [verified, consume] = openPrivate(state, received);
    } else if (received instanceof PublicMessage) {
      verified = verifyPublic(state, received);
    } else {
      throw new MlsError("not a message to the group");
    }
    const { content } = verified.framed;
    if (content instanceof Commit) {
      // the key of a private commit stays, so that it can be processed after a restart
      return this.#processCommit(verified, content);
    }
    const result =
      content instanceof Uint8Array
        ? takeApplicationData(verified, content)
        : receiveProposal(state, verified, content);
    consume();
    return result;
  }

  #processCommit(verified: VerifiedContent, commit: Commit): CommitProcessed {
    const staged = stageCommit(this.unsafeState, verified, commit);
    const { sender, authenticatedData } = verified.framed;
    this.unsafeState.environment.policy.checkCommit(
      this,
      sender.leafIndex,
      staged.proposals,
      authenticatedData,
      staged.removed,
    );
    return new CommitProcessed(
      new Group(staged.state),
      staged.committer,
      staged.proposals,
      authenticatedData,
      staged.added,
      [...staged.removed.keys()],
      staged.removedSelf,
    );
  }
}

/** An own commit that is not accepted yet: what to send, and the group if it is. */
export class PendingCommit {
  constructor(
    readonly message: Uint8Array,
    readonly group: Group,
    readonly welcome?: Uint8Array,
  ) {}

  /** Wrap a commit that was made. */
  static of(made: MadeCommit): PendingCommit {
    return new PendingCommit(made.message, new Group(made.state), made.welcome);
  }

  /** Write the commit and its group for own storage; it holds private keys. */
  encode(): Uint8Array {
    const welcome = this.welcome === undefined ? undefined : opaque(this.welcome);
    return concat(opaque(this.message), optional(welcome), opaque(this.group.encode().encode()));
  }

  /**
   * Read a stored commit; its group has to be encoded again before it sends.
   *
   * With `base`, the group committed from, what that one has read since counts as read.
   */
  static decode(
    data: Uint8Array,
    environment: Environment,
    options: { readonly base?: Group } = {},
  ): PendingCommit {
    return decodeAll((reader) => {
      const message = reader.opaque();
      const welcome = reader.optional(readOpaque);
      let state = decodeState(GroupSnapshot.decode(reader.opaque()), environment);
      const before = options.base?.unsafeState;
      if (before !== undefined && state.past.has(before.context.epoch)) {
        state = state.with({ past: before.asPast(before.secretTree) });
      }
      return new PendingCommit(message, new Group(state), welcome);
    }, data);
  }
}
