/** What a member can make of the group whose client obeys no rules. */

import { ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION } from "../../../src/client/room_policy.ts";
import { newIdentity, type RoomState } from "../../../src/client/room_state.ts";
import { SendingExhausted } from "../../../src/errors.ts";
import {
  Add,
  createKeyPackage,
  Environment,
  Group,
  Policy,
  type Proposal,
} from "../../../src/mls/index.ts";

/** Takes everything: an attacker's client. */
export class Lawless extends Policy {
  override readonly supportedExtensions = [ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION];
}

function anarchy(state: RoomState): Environment {
  const { clock, random } = state.environment;
  return new Environment(clock, random, undefined, new Lawless());
}

/** Commit as a member does whose client obeys no rules. */
export function lawless(state: RoomState, proposals: readonly Proposal[]): Group {
  const group = Group.decode(state.joined.encode(), anarchy(state));
  try {
    return group.commit(proposals).group;
  } catch (error) {
    if (!(error instanceof SendingExhausted)) throw error;
    group.encode();
    return group.commit(proposals).group;
  }
}

/** Somebody who has no room key and no name. */
export function stranger(state: RoomState): Add {
  const identity = newIdentity(state.identity.suite.id);
  return new Add(createKeyPackage(identity, anarchy(state), { lifetimeSeconds: 3600 }).keyPackage);
}
