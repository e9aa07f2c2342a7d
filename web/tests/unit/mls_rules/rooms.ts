/** Real groups, and the one way to see that a rule is what refuses. */

import { expect } from "vitest";
import { equal, utf8 } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { cipherSuite } from "../../../src/crypto/suite.ts";
import { ValidationError } from "../../../src/errors.ts";
import {
  Add,
  CommitProcessed,
  createKeyPackage,
  Environment,
  type Extension,
  type FindPsk,
  Group,
  type KeyPackageBundle,
  noPsks,
  Policy,
  PreSharedKey,
  PreSharedKeyId,
  type Proposal,
  ProposalReceived,
  type RuleId,
  SigningIdentity,
} from "../../../src/mls/index.ts";

export const SUITE = cipherSuite(0x0003);
export const NOW = 1_800_000_000;
export const PSK_ID = utf8("shared");
export const PSK = new Uint8Array(32).fill(0x11);

/** Know the one key that these groups use. */
export const findPsk: FindPsk = (pskId) => (equal(pskId.id, PSK_ID) ? PSK : undefined);

/** What a member needs; the clock stands still. */
export function environment(policy = new Policy(), find: FindPsk = findPsk): Environment {
  return new Environment(() => NOW, systemRandom, find, policy);
}

/** The world of somebody who has no pre-shared key. */
export function environmentWithoutPsks(): Environment {
  return environment(new Policy(), noPsks);
}

/** A fresh nonce for a pre-shared key. */
export function nonce(): Uint8Array {
  return systemRandom(SUITE.hashLength);
}

/** A proposal to bring the shared key in. */
export function pskProposal(keyId = PSK_ID): PreSharedKey {
  return new PreSharedKey(PreSharedKeyId.external(keyId, nonce()));
}

/** A client of that name. */
export function newIdentity(name: string): SigningIdentity {
  return SigningIdentity.generate(SUITE, utf8(name));
}

/** A good key package with its private keys. */
export function newBundle(
  identity = newIdentity("newcomer"),
  policy = new Policy(),
): KeyPackageBundle {
  return createKeyPackage(identity, environment(policy), { lifetimeSeconds: 3600 });
}

/** Groups of several members in the same epoch, and who they are. */
export class Room {
  constructor(
    public groups: Group[],
    public identities: SigningIdentity[],
  ) {}

  at(number: number): Group {
    const group = this.groups[number];
    if (group === undefined) throw new Error(`no member ${number}`);
    return group;
  }

  identity(number: number): SigningIdentity {
    const identity = this.identities[number];
    if (identity === undefined) throw new Error(`no member ${number}`);
    return identity;
  }

  /** Let a member commit, and the others take it; the removed are gone. */
  turn(committer: number, proposals: Proposal[] = []): void {
    const pending = this.at(committer).commit(proposals);
    const following = this.groups.map((group, number) =>
      number === committer ? pending.group : follow(group, pending.message).group,
    );
    this.identities = this.identities.filter((_, number) => following[number]?.isActive);
    this.groups = following.filter((group) => group.isActive);
    for (const group of this.groups) group.encode();
  }
}

/** Process what must be a commit. */
export function follow(group: Group, message: Uint8Array): CommitProcessed {
  const done = group.process(message);
  if (!(done instanceof CommitProcessed)) throw new Error("not a commit");
  return done;
}

/** Process what must be a proposal. */
export function consider(group: Group, message: Uint8Array): ProposalReceived {
  const done = group.process(message);
  if (!(done instanceof ProposalReceived)) throw new Error("not a proposal");
  return done;
}

export interface RoomOptions {
  readonly policy?: Policy;
  readonly extensions?: readonly Extension[];
  /** Whether every node of the tree gets a key. */
  readonly filled?: boolean;
}

/** A group of `size` members. */
export function makeRoom(size = 3, options: RoomOptions = {}): Room {
  const { policy = new Policy(), extensions = [] } = options;
  const founder = newIdentity("member 0");
  const first = Group.create(founder, utf8("group"), environment(policy), { extensions });
  const others = Array.from({ length: size - 1 }, (_, at) => newIdentity(`member ${at + 1}`));
  const bundles = others.map((identity) => newBundle(identity, policy));
  const pending = first.commit(bundles.map(({ keyPackage }) => new Add(keyPackage)));
  const { welcome = new Uint8Array() } = pending;
  const added = bundles.map((bundle, at) => {
    const identity = others[at] ?? founder;
    return Group.joinWelcome(identity, welcome, bundle, environment(policy));
  });
  const room = new Room([pending.group, ...added], [founder, ...others]);
  // what is not stored does not send
  for (const group of room.groups) group.encode();
  for (let number = 0; options.filled && number < size; number++) room.turn(number);
  return room;
}

/** All there is to a group. */
function fingerprint(group: Group): Uint8Array[] {
  return [group.epochAuthenticator, group.encode().encode()];
}

/** Expect that this rule is what refuses, and that the witnesses stay as they were. */
export function breach(rule: RuleId, witnesses: readonly Group[], act: () => unknown): void {
  const before = witnesses.map(fingerprint);
  let caught: unknown;
  try {
    act();
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof ValidationError)) throw caught ?? new Error(`${rule} was not broken`);
  expect(caught.rule).toBe(rule);
  expect(witnesses.map(fingerprint)).toEqual(before);
}
