/** Storing a group's state, in three parts by how often they change. */

import { concat, equal, join, toHex } from "../crypto/bytes.ts";
import { cipherSuite } from "../crypto/suite.ts";
import { DecodeError } from "../errors.ts";
import {
  decodeAll,
  opaque,
  optional,
  Reader,
  readOpaque,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./codec.ts";
import { Sender } from "./framing.ts";
import { GroupContext } from "./group_context.ts";
import { GroupState, PastEpoch, PendingProposal } from "./group_state.ts";
import { EpochSecrets } from "./key_schedule.ts";
import type { Environment } from "./policy.ts";
import { decodeProposal, encodeProposal, ReInit } from "./proposal.ts";
import { RatchetTree } from "./ratchet_tree.ts";
import { SecretTree } from "./secret_tree.ts";
import { treeHash } from "./tree_hash.ts";

const STATE_VERSION = 1;

/**
 * A group as bytes: `tree` and `epoch` change with the epoch, `messages` with each message.
 *
 * All three hold what must stay secret or unaltered; they are stored together or not at all.
 */
export class GroupSnapshot {
  constructor(
    readonly tree: Uint8Array,
    readonly epoch: Uint8Array,
    readonly messages: Uint8Array,
  ) {}

  /** Write all parts as one. */
  encode(): Uint8Array {
    return concat(opaque(this.tree), opaque(this.epoch), opaque(this.messages));
  }

  /** Read all parts from one. */
  static decode(data: Uint8Array): GroupSnapshot {
    return decodeAll(
      (reader) => new GroupSnapshot(reader.opaque(), reader.opaque(), reader.opaque()),
      data,
    );
  }
}

/** Write a state, and reserve generations for sending until it is written again. */
export function encodeState(state: GroupState): GroupSnapshot {
  return new GroupSnapshot(encodeTree(state.tree), encodeEpoch(state), encodeMessages(state));
}

/** Trees as they were written: one does not change while its epoch lasts, and may be large. */
const writtenTrees = new WeakMap<RatchetTree, Uint8Array>();

function encodeTree(tree: RatchetTree): Uint8Array {
  const written = writtenTrees.get(tree) ?? tree.encode();
  writtenTrees.set(tree, written);
  return written;
}

/**
 * Read a state, which sends once it was asked to and then written again.
 *
 * Throws DecodeError, or what its tree and its suite throw: ValidationError, UnsupportedSuite.
 */
export function decodeState(snapshot: GroupSnapshot, environment: Environment): GroupState {
  const reader = new Reader(snapshot.epoch);
  if (reader.uint16() !== STATE_VERSION) {
    throw new DecodeError("a group's state is of another version");
  }
  const context = GroupContext.read(reader);
  const suite = cipherSuite(context.cipherSuite);
  const tree = RatchetTree.decode(suite, snapshot.tree);
  if (!equal(treeHash(tree), context.treeHash)) {
    throw new DecodeError("a group's tree is of another state than the rest");
  }
  const secrets = EpochSecrets.read(reader);
  const interimHash = reader.opaque();
  const confirmationTag = reader.opaque();
  const ownIndex = reader.uint32();
  const signingKey = reader.opaque();
  const privateKeys = new Map(
    reader.vector((keys): [number, Uint8Array] => [keys.uint32(), keys.opaque()]),
  );
  const isMember = reader.uint8() === 1;
  const reinit = reader.optional(readReinit);
  const past = reader.vector(readPast);
  reader.finish();

  const messages = new Reader(snapshot.messages);
  if (messages.uint64() !== context.epoch) {
    throw new DecodeError("a group's message keys are of another epoch than the rest");
  }
  const secretTree = SecretTree.read(suite, ownIndex, messages);
  const pending = new Map(messages.vector(readPending));
  const pastTrees = messages.vector((trees) => SecretTree.read(suite, ownIndex, trees));
  messages.finish();
  if (pastTrees.length !== past.length) {
    throw new DecodeError("a group's past epochs do not fit together");
  }
  const epochs = pastTrees.flatMap((pastTree, at) => past[at]?.(pastTree) ?? []);
  return new GroupState({
    environment,
    suite,
    context,
    tree,
    secrets,
    secretTree,
    interimHash,
    confirmationTag,
    ownIndex,
    signingKey,
    privateKeys,
    pending,
    past: new Map(epochs.map((epoch) => [epoch.context.epoch, epoch])),
    isMember,
    reinit,
  });
}

function encodeEpoch(state: GroupState): Uint8Array {
  const privateKeys = [...state.privateKeys]
    .sort(([one], [other]) => one - other)
    .flatMap(([position, key]) => [uint32(position), opaque(key)]);
  const reinit = state.reinit === undefined ? undefined : encodeProposal(state.reinit);
  return concat(
    uint16(STATE_VERSION),
    state.context.encode(),
    state.secrets.encode(),
    opaque(state.interimHash),
    opaque(state.confirmationTag),
    uint32(state.ownIndex),
    opaque(state.signingKey),
    opaque(join(privateKeys)),
    uint8(state.isMember ? 1 : 0),
    optional(reinit),
    opaque(join([...state.past.values()].map(encodePast))),
  );
}

function encodeMessages(state: GroupState): Uint8Array {
  const pending = [...state.pending.values()].map(encodePending);
  const own = state.secretTree;
  const past = [...state.past.values()].map((epoch) => epoch.secretTree.encodePast());
  return concat(
    uint64(state.context.epoch),
    state.isMember ? own.encode() : own.encodePast(),
    opaque(join(pending)),
    opaque(join(past)),
  );
}

function optionalOpaque(data: Uint8Array | undefined): Uint8Array {
  return optional(data === undefined ? undefined : opaque(data));
}

function encodePending(pending: PendingProposal): Uint8Array {
  return concat(
    opaque(pending.reference),
    encodeProposal(pending.proposal),
    pending.origin.encode(),
    optionalOpaque(pending.leafPrivateKey),
  );
}

function readPending(reader: Reader): [string, PendingProposal] {
  const reference = reader.opaque();
  const proposal = decodeProposal(reader);
  const origin = Sender.read(reader);
  const privateKey = reader.optional(readOpaque);
  return [toHex(reference), new PendingProposal(reference, proposal, origin, privateKey)];
}

function readReinit(reader: Reader): ReInit {
  const proposal = decodeProposal(reader);
  if (!(proposal instanceof ReInit)) throw new DecodeError("a group's successor is not described");
  return proposal;
}

function encodePast(epoch: PastEpoch): Uint8Array {
  return concat(
    epoch.context.encode(),
    opaque(join(epoch.signatureKeys.map(optionalOpaque))),
    opaque(epoch.senderDataSecret),
    opaque(epoch.resumptionPsk),
  );
}

function readPast(reader: Reader): (secretTree: SecretTree) => PastEpoch {
  const context = GroupContext.read(reader);
  const signatureKeys = reader.vector((keys) => keys.optional(readOpaque));
  const senderDataSecret = reader.opaque();
  const resumptionPsk = reader.opaque();
  return (secretTree) =>
    new PastEpoch(context, signatureKeys, senderDataSecret, resumptionPsk, secretTree);
}
