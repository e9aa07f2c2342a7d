/** A room of members who hear everything that is sent, and the policy they share. */

import { expect } from "vitest";
import { equal, toHex, utf8 } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { type CipherSuite, cipherSuite } from "../../../src/crypto/suite.ts";
import { PolicyViolation, RoomkeyError, ValidationError } from "../../../src/errors.ts";
import {
  ApplicationMessage,
  type CommitChoices,
  CommitProcessed,
  Environment,
  type FindPsk,
  Group,
  type LeafNode,
  type PendingCommit,
  Policy,
  type PreSharedKeyId,
  type Proposal,
  type SentProposal,
  SigningIdentity,
} from "../../../src/mls/index.ts";

export const ROOM = utf8("room");
export const ROOM_KEY = utf8("psk of the room");
export const APP_EXTENSION = 0xf100;
export const NOW = 1_800_000_000;

/** Every test of live groups runs with a classic and a hybrid suite. */
export const SUITES: [string, CipherSuite][] = [
  ["x25519", cipherSuite(0x0003)],
  ["xwing", cipherSuite(0xf00e)],
];

/** Joining from outside takes the room's key; only leaf 0 removes others. */
export class RoomPolicy extends Policy {
  override readonly supportedExtensions = [APP_EXTENSION];

  override checkExternalCommit(pskIds: readonly PreSharedKeyId[]): void {
    if (!pskIds.some((pskId) => equal(pskId.id, ROOM_KEY))) {
      throw new PolicyViolation("no room key");
    }
  }

  override checkCommit(
    _group: Group,
    sender: number | undefined,
    _proposals: readonly SentProposal[],
    _authenticatedData: Uint8Array,
    removed: ReadonlyMap<number, LeafNode>,
  ): void {
    if (sender !== undefined && removed.size > 0 && sender !== 0) {
      throw new PolicyViolation("only the host removes");
    }
  }
}

export function psks(key: Uint8Array = utf8("k".repeat(32))): FindPsk {
  return (pskId) => (equal(pskId.id, ROOM_KEY) ? key : undefined);
}

export function environment(key?: Uint8Array): Environment {
  return new Environment(() => NOW, systemRandom, psks(key), new RoomPolicy());
}

/** The world of somebody who checks nothing that is left to the application. */
export function lenient(key?: Uint8Array, clock: () => number = () => NOW): Environment {
  return new Environment(clock, systemRandom, psks(key), new Policy());
}

export function newIdentity(suite: CipherSuite, name: string): SigningIdentity {
  return SigningIdentity.generate(suite, utf8(name));
}

/** Go on as somebody else would: with the same state, in another environment. */
export function restored(group: Group, there: Environment = environment()): Group {
  return awake(Group.decode(group.encode(), there));
}

/** Ask a restored group to send, and store it: nothing less lets it send. */
export function awake(group: Group): Group {
  refused("sending_exhausted", () => group.protect(utf8("not stored")));
  refused("sending_exhausted", () => group.commit());
  return stored(group);
}

/** Store a group's state, which is what lets it send. */
export function stored(group: Group): Group {
  group.encode();
  return group;
}

/** Expect an error of Roomkey's with this code, or of this rule. */
export function refused(reason: string, act: () => unknown): void {
  let caught: unknown;
  try {
    act();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(RoomkeyError);
  const error = caught as RoomkeyError;
  expect(error instanceof ValidationError ? error.rule : error.code).toBe(reason);
}

/** Process what must be a commit. */
export function follow(group: Group, message: Uint8Array): CommitProcessed {
  const done = group.process(message);
  if (!(done instanceof CommitProcessed)) throw new Error("not a commit");
  return done;
}

/** Process what must be application data. */
export function hear(group: Group, message: Uint8Array): ApplicationMessage {
  const done = group.process(message);
  if (!(done instanceof ApplicationMessage)) throw new Error("not application data");
  return done;
}

/** Some members who hear everything that is sent. */
export class Room {
  readonly suite: CipherSuite;
  readonly identities = new Map<number, SigningIdentity>();
  readonly groups = new Map<number, Group>();

  constructor(suite: CipherSuite, size = 3) {
    this.suite = suite;
    const founder = newIdentity(suite, "0");
    this.identities.set(0, founder);
    this.groups.set(0, stored(Group.create(founder, ROOM, environment())));
    for (let number = 1; number < size; number++) this.join(newIdentity(suite, `${number}`));
  }

  at(index: number): Group {
    const group = this.groups.get(index);
    if (group === undefined) throw new Error(`nobody at ${index}`);
    return group;
  }

  identity(index: number): SigningIdentity {
    const identity = this.identities.get(index);
    if (identity === undefined) throw new Error(`nobody at ${index}`);
    return identity;
  }

  join(identity: SigningIdentity, resync?: number): number {
    const [somebody] = this.groups.values();
    if (somebody === undefined) throw new Error("nobody is here");
    const pending = Group.joinExternal(identity, somebody.groupInfo(), environment(), {
      pskIds: [ROOM_KEY],
      ...(resync === undefined ? {} : { resync }),
    });
    this.accept(pending, resync);
    this.identities.set(pending.group.ownIndex, identity);
    return pending.group.ownIndex;
  }

  /** Let a commit win: everybody else processes it; those removed are gone. */
  accept(pending: PendingCommit, committer?: number): CommitProcessed[] {
    const results: CommitProcessed[] = [];
    for (const [index, group] of [...this.groups]) {
      if (index === committer) continue;
      const result = follow(group, pending.message);
      results.push(result);
      this.groups.set(index, stored(result.group));
      if (result.removedSelf) this.groups.delete(index);
    }
    this.groups.set(pending.group.ownIndex, stored(pending.group));
    this.check();
    return results;
  }

  commit(index: number, proposals: Proposal[] = [], choices?: CommitChoices): CommitProcessed[] {
    return this.accept(this.at(index).commit(proposals, choices), index);
  }

  /** Everybody agrees and hears everybody. */
  check(): void {
    const views = [...this.groups.values()].map((group) => toHex(group.epochAuthenticator));
    expect(new Set(views).size).toBe(1);
    for (const [index, group] of this.groups) {
      const message = group.protect(utf8(`from ${index}`), { padding: 7 });
      for (const [other, listener] of this.groups) {
        if (other === index) continue;
        const heard = hear(listener, message);
        expect(heard.sender).toBe(index);
        expect(heard.data).toEqual(utf8(`from ${index}`));
      }
    }
  }
}
