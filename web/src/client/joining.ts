/** Entering a room from outside while nobody else is there, or again (resync). */

import { equal } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { cipherSuite } from "../crypto/suite.ts";
import {
  BadSignature,
  ChangeUndone,
  EpochConflict,
  GhostMember,
  NotAdmitted,
  NotAMember,
  RelayFault,
  RelayInconsistent,
  RoomBroken,
  UnsupportedSuite,
  WrongRoomKey,
} from "../errors.ts";
import { KeyRing } from "../keys/key_ring.ts";
import { pskId, type RoomSecrets } from "../keys/root.ts";
import {
  decodeMessage,
  ExtensionType,
  Group,
  type GroupContext,
  GroupInfo,
  type PendingCommit,
} from "../mls/index.ts";
import { loadTree } from "../mls/joining.ts";
import { preverifyLeaves } from "../mls/preverification.ts";
import { RatchetTree } from "../mls/ratchet_tree.ts";
import { MAX_SYNC_ENVELOPES, REQUEST_ID_BYTES } from "../wire/limits.ts";
import {
  type Admitted,
  admit,
  type LeaveStatement,
  listField,
  numberField,
  type Opened,
  openRoom,
  resume,
} from "./admission.ts";
import { type Event, troubleOf } from "./events.ts";
import { Envelope } from "./inbox.ts";
import { indexOf, memberAt } from "./members.ts";
import { type Notice, placed } from "./notices.ts";
import { rulesIn, verifyLeave } from "./policy.ts";
import { isBroken } from "./receiver.ts";
import { fits } from "./rekeying.ts";
import type { RoomState } from "./room_state.ts";
import type { Transport } from "./transport.ts";
import { checkWhole, mayUndo, removedBefore, removedByUndoing, undo } from "./undoing.ts";

export const MAX_TRIES = 8;

/** What a join starts from, where it does not start from what is stored. */
interface Entrance {
  /** The relay's nonce, if it was given already. */
  readonly opened?: Opened | undefined;
  /** The keys of a room key that a person gave after it was changed. */
  readonly offered?: RoomSecrets | undefined;
  /** The leaf key of whoever sent a commit that this member cannot follow. */
  readonly refused?: Uint8Array | undefined;
}

/**
 * Join, or take one's own former leaf again; throws NotAMember if that one was removed or left.
 *
 * Returns what to tell of the refused commit: whether it had to be undone, and who was removed;
 * throws RoomBroken if somebody else has to undo it. Throws WrongRoomKey, and then the room keys are
 * as they were.
 */
export async function enter(
  transport: Transport,
  state: RoomState,
  entrance: Entrance = {},
): Promise<readonly Event[]> {
  const before = state.ring;
  try {
    return await tryToEnter(transport, state, entrance, entrance.offered ?? before.current);
  } catch (error) {
    state.policy.ring = before;
    const saysEnough =
      error instanceof GhostMember ||
      error instanceof NotAMember ||
      error instanceof UnsupportedSuite;
    if (saysEnough || !isBroken(error)) throw error;
    throw new RelayInconsistent("a group that cannot be joined");
  }
}

async function tryToEnter(
  transport: Transport,
  state: RoomState,
  entrance: Entrance,
  secrets: RoomSecrets,
): Promise<readonly Event[]> {
  let { opened } = entrance;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    opened ??= await openRoom(transport, state.code);
    const admitted = await admit(transport, opened, secrets, state.leafKey);
    opened = undefined;
    requireStayed(state, admitted);
    state.policy.ring = ringOf(state, secrets.withKeyId(admitted.keyId), admitted.chain);
    const way = await findWay(state, admitted, entrance.refused);
    try {
      return await commitJoin(transport, state, admitted, way, entrance.refused);
    } catch (error) {
      if (error instanceof NotAdmitted) await showLeaf(transport, state);
      else if (!(error instanceof EpochConflict)) throw error;
    }
  }
  throw new EpochConflict("others kept changing the room");
}

/** Show whose this leaf is, which is a member's; if it was removed meanwhile, the group says so. */
async function showLeaf(transport: Transport, state: RoomState): Promise<void> {
  try {
    await resume(transport, state.code, state.roomId, state.identity);
  } catch (error) {
    if (!(error instanceof WrongRoomKey)) throw error;
  }
}

/** Throw NotAMember if this leaf has left, and was ended before it knew that it had. */
function requireStayed(state: RoomState, admitted: Admitted): void {
  const own = admitted.left.find(({ leaf }) => equal(leaf, state.leafKey));
  if (own !== undefined && isStatement(state, own)) throw new NotAMember();
}

function ringOf(
  state: RoomState,
  secrets: RoomSecrets,
  chain: ReadonlyMap<number, Uint8Array>,
): KeyRing {
  const { ring } = state;
  if (state.group === undefined) return new KeyRing(secrets).followChain(state.roomId, chain);
  if (secrets.keyId > ring.current.keyId) {
    return ring.turn(secrets).followChain(state.roomId, chain);
  }
  const isSame =
    secrets.keyId === ring.current.keyId && equal(secrets.admission, ring.current.admission);
  if (!isSame) throw new RelayInconsistent("an older room key");
  return ring.followChain(state.roomId, chain);
}

/** The commit to come in with; `removed` are the leaf keys of those it removes besides. */
interface Way {
  readonly joined: PendingCommit;
  readonly removed: readonly Uint8Array[];
  readonly undoes: boolean;
}

async function findWay(
  state: RoomState,
  admitted: Admitted,
  refused: Uint8Array | undefined,
): Promise<Way> {
  try {
    const joined = await prepare(state, admitted, refused);
    return { joined, removed: [], undoes: false };
  } catch (error) {
    if (refused === undefined || error instanceof NotAMember) throw error;
    const isShown = error instanceof RelayFault || error instanceof RelayInconsistent;
    if (!isShown && !isBroken(error)) throw error;
    if (!mayUndo(state, admitted.epoch)) throw new RoomBroken();
    const removed = removedByUndoing(state, refused);
    const joined = await undo(state, admitted.epoch, removed);
    return { joined, removed, undoes: true };
  }
}

async function prepare(
  state: RoomState,
  admitted: Admitted,
  refused: Uint8Array | undefined,
): Promise<PendingCommit> {
  const info = decodeMessage(admitted.groupInfo);
  if (!(info instanceof GroupInfo)) throw new RelayFault("not a group info");
  const { context } = info;
  if (!equal(context.groupId, state.roomId) || context.epoch !== admitted.epoch) {
    throw new RelayInconsistent("another group");
  }
  checkNotOlder(state, context);
  state.setSuite(cipherSuite(context.cipherSuite));
  const rules = rulesIn(context);
  if (state.rules === undefined) {
    rules.verify(state.roomId);
  } else if (!rules.equals(state.rules)) {
    // who comes back knows the hosts, and lets nobody else change the rules behind its back
    rules.verify(state.roomId, state.rules);
  }
  if (!fits(state.secrets, rules)) {
    throw new RelayInconsistent("another room key");
  }
  const encoded = info.extension(ExtensionType.RATCHET_TREE);
  if (encoded === undefined) throw new RelayFault("a group info without its tree");
  const tree = RatchetTree.decode(state.identity.suite, encoded);
  if (refused !== undefined) checkWhole(state, info, tree, refused);
  const own = [...tree.leaves()].find(([, leaf]) => equal(leaf.signatureKey, state.leafKey));
  await preverifyLeaves(info);
  if (state.group !== undefined && own === undefined) {
    // nobody loses a room's keys by the relay's word alone
    loadTree(state.identity.suite, info, undefined, state.environment);
    throw new NotAMember();
  }
  return Group.joinExternal(state.identity, info, state.environment, {
    pskIds: [pskId(rules.keyId)],
    leafExtensions: state.leafExtensions(),
    ...(own && { resync: own[0] }),
  });
}

/** Throw RelayInconsistent if this is the group's past, or another present than the known one. */
function checkNotOlder(state: RoomState, context: GroupContext): void {
  const known = state.group?.context;
  if (known === undefined || context.epoch > known.epoch) return;
  if (context.epoch < known.epoch || !equal(context.encode(), known.encode())) {
    throw new RelayInconsistent("an older state of the group");
  }
}

async function commitJoin(
  transport: Transport,
  state: RoomState,
  admitted: Admitted,
  { joined, removed, undoes }: Way,
  refused: Uint8Array | undefined,
): Promise<readonly Event[]> {
  const request = systemRandom(REQUEST_ID_BYTES);
  const history = state.sealedHistory(joined.group);
  await state.store.transaction(() => {
    if (state.group === undefined) state.saveIdentity();
    state.store.remember(request, "join", joined.message);
  });
  const answer = await transport.request("room.commit", {
    request,
    room: state.roomId,
    epoch: Number(admitted.epoch),
    message: joined.message,
    group_info: joined.group.groupInfo(),
    joined: state.leafKey,
    removed,
    ...(history && { history }),
  });
  const seq = numberField(answer, "seq");
  const time = numberField(answer, "time");
  if (seq <= state.cursor) {
    throw new RelayInconsistent("the log is shorter than what was read of it");
  }
  const isNew = state.group === undefined;
  const gone = refused !== undefined ? removedBefore(state, joined.group) : [];
  const notices = placed(
    gone.map((member): Notice => ({ what: "removed", member })),
    { seq, time },
  );
  const left = [...admitted.left, ...(await leftBetween(transport, state, admitted.head, seq))];
  await state.store.transaction(() => {
    state.saveRing(state.ring);
    state.adopt(joined.group, seq);
    state.store.settle(request);
    state.relayClock.heard(time);
    if (isNew) recordJoin(state, { seq, time });
    for (const notice of notices) state.store.record(notice);
    for (const statement of left) keepStatement(state, joined.group, statement);
  });
  return [
    ...(undoes ? [troubleOf(new ChangeUndone())] : []),
    ...gone.map((member): Event => ({ kind: "member left", member, wasRemoved: true })),
    ...notices.map((notice): Event => ({ kind: "noticed", notice })),
  ];
}

/**
 * Read the leave statements that lie after the head at admission and before the join's place.
 *
 * Leaving begins no epoch, so that it does not stand in the way of a join.
 */
async function leftBetween(
  transport: Transport,
  state: RoomState,
  head: number,
  seq: number,
): Promise<LeaveStatement[]> {
  const left: LeaveStatement[] = [];
  let after = head;
  while (after < seq - 1) {
    const limit = Math.min(seq - 1 - after, MAX_SYNC_ENVELOPES);
    const answer = await transport.request("room.sync", { room: state.roomId, after, limit });
    const envelopes = listField(answer, "envelopes").map((item) => Envelope.read(item));
    const last = envelopes.at(-1);
    if (last === undefined || last.seq <= after) {
      throw new RelayFault("the log ends before its head");
    }
    const leaving = envelopes.filter((one) => one.kind === "leave");
    left.push(...leaving.map(({ leaf, body }) => ({ leaf, signature: body })));
    after = last.seq;
  }
  return left;
}

/** Note where this member came in. */
function recordJoin(
  state: RoomState,
  place: { readonly seq: number; readonly time: number },
): void {
  const member = memberAt(state.joined, state.policy, state.joined.ownIndex);
  for (const notice of placed([{ what: "joined", member }], place)) state.store.record(notice);
}

function keepStatement(state: RoomState, group: Group, statement: LeaveStatement): void {
  const { leaf, signature } = statement;
  if (indexOf(group, leaf) === undefined || !isStatement(state, statement)) return;
  state.store.addStatement(leaf, signature);
}

function isStatement(state: RoomState, { leaf, signature }: LeaveStatement): boolean {
  try {
    verifyLeave(state.roomId, leaf, signature);
    return true;
  } catch (error) {
    if (error instanceof BadSignature) return false;
    throw error;
  }
}
