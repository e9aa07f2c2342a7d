/** Making a room, once, however often the answer is lost. */

import { type Random, systemRandom } from "../crypto/randomness.ts";
import { X25519_SUITE } from "../crypto/suite.ts";
import { NotAdmitted, RateLimited, RelayFault, RelayUnreachable } from "../errors.ts";
import { sealTitle } from "../keys/sealed_name.ts";
import { Group } from "../mls/index.ts";
import { decodeRecord, encode } from "../wire/cbor.ts";
import { MAX_MEMBERS_CLASSICAL, MAX_MEMBERS_HYBRID, REQUEST_ID_BYTES } from "../wire/limits.ts";
import { numberField, type Opened, openRoom, signResume } from "./admission.ts";
import type { Backoff } from "./connection.ts";
import type { Line } from "./line.ts";
import { memberAt } from "./members.ts";
import { placed } from "./notices.ts";
import { type History, RoomPolicy } from "./room_policy.ts";
import { HYBRID_SUITE, type RoomState } from "./room_state.ts";
import { pause } from "./timing.ts";
import type { Fields, Transport } from "./transport.ts";

export const LARGE_SUITE = X25519_SUITE;
/** How often a lost answer is asked for before that is left to when the room is resumed. */
export const MAX_TRIES = 6;
export const CREATING = "creating";

/** The relay was started again before it made the room, and no longer knows its code. */
export class RoomWasNotMade extends Error {}

/** What a room is made with; `retention` counts seconds. */
export interface NewRoom {
  readonly history: History;
  readonly retention: number;
  readonly suite: number;
  readonly title: string;
}

/** Say how many members a suite's cost allows. */
function maxMembers(suite: number): number {
  return suite === HYBRID_SUITE ? MAX_MEMBERS_HYBRID : MAX_MEMBERS_CLASSICAL;
}

/** Start the group of a new room and store it, with what the relay is to be asked. */
export async function startGroup(
  state: RoomState,
  wanted: NewRoom,
  random: Random = systemRandom,
): Promise<void> {
  const { secrets, identity } = state;
  const rules = new RoomPolicy({
    revision: 0,
    history: wanted.history,
    retention: wanted.retention,
    maxMembers: maxMembers(wanted.suite),
    locked: false,
    hosts: [state.leafKey],
    keyId: secrets.keyId,
    admission: secrets.admissionPublicKey,
    sealedTitle: sealTitle(secrets, state.roomId, wanted.title),
  }).sign(identity.privateKey, state.roomId);
  const group = Group.create(identity, state.roomId, state.environment, {
    extensions: [rules.asExtension()],
    leafExtensions: state.leafExtensions(),
  });
  const history = state.sealedHistory(group);
  const fields: Fields = {
    request: random(REQUEST_ID_BYTES),
    code: state.code,
    admission: secrets.admissionPublicKey,
    leaf: state.leafKey,
    group_info: group.groupInfo(),
    suite: wanted.suite,
    retention: wanted.retention,
    max_members: rules.maxMembers,
    ...(history && { history }),
  };
  await state.store.transaction(() => {
    state.saveIdentity();
    state.adopt(group, 0);
    state.store.set(CREATING, encode(fields));
  });
}

/** Say whether it is not known yet that the relay has made this room. */
export function isBeingMade(state: RoomState): boolean {
  return state.store.get(CREATING) !== undefined;
}

/**
 * Have the relay make the room that was started here; the same request each time.
 *
 * `opened` is what the relay drew when the code was reserved; without it this is another try.
 * Throws RoomWasNotMade if the relay has forgotten the code: then it has made no room.
 */
export async function makeRoom(
  transport: Transport,
  state: RoomState,
  opened?: Opened,
): Promise<void> {
  const fields = decodeRecord(state.store.require(CREATING));
  const drawn = opened ?? (await openRoom(transport, state.code));
  const { signature } = signResume(state.identity, drawn);
  let time: number;
  try {
    const answer = await transport.request("room.create", { ...fields, signature });
    time = numberField(answer, "time");
  } catch (error) {
    if (opened !== undefined || !(error instanceof NotAdmitted)) throw error;
    throw new RoomWasNotMade();
  }
  const member = memberAt(state.joined, state.policy, state.joined.ownIndex);
  await state.store.transaction(() => {
    state.store.drop(CREATING);
    state.relayClock.heard(time);
    for (const notice of placed([{ what: "created", member }], { seq: 0, time })) {
      state.store.record(notice);
    }
  });
}

/**
 * Have a room made; asks again for an answer that was lost, over a connection of its own.
 *
 * Throws RelayUnreachable if that goes on, or RelayFault if the relay made no room.
 */
export async function makeUntilAnswered(
  line: Line,
  state: RoomState,
  opened: Opened,
  wait: Backoff,
): Promise<void> {
  let known: Opened | undefined = opened;
  for (let triesLeft = MAX_TRIES - 1; ; triesLeft--) {
    try {
      return await makeRoom(line.transport, state, known);
    } catch (error) {
      if (error instanceof RoomWasNotMade) {
        throw new RelayFault("the code was drawn too long ago");
      }
      if (!(error instanceof RelayUnreachable) || triesLeft === 0) throw error;
    }
    known = undefined;
    await pause(wait.next());
    await line.renew().catch((error: unknown) => {
      // a relay that takes no connection now has answered nothing either
      if (!(error instanceof RelayUnreachable || error instanceof RateLimited)) throw error;
    });
  }
}
