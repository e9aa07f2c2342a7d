/** Members hold each other to the room's rules, whatever the relay says. */

import { expect, test } from "vitest";
import {
  decodeStatements,
  encodeSealedName,
  encodeStatements,
  MembersPolicy,
} from "../../../src/client/policy.ts";
import {
  RoomPolicy,
  type RoomRules,
  SEALED_NAME_EXTENSION,
} from "../../../src/client/room_policy.ts";
import { equal } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { ED25519 } from "../../../src/crypto/signature.ts";
import { cipherSuite, X25519_SUITE } from "../../../src/crypto/suite.ts";
import { DecodeError, GhostMember, PolicyViolation } from "../../../src/errors.ts";
import { KeyRing } from "../../../src/keys/key_ring.ts";
import { deriveSecrets, pskId, RoomSecrets } from "../../../src/keys/root.ts";
import { sealName, sealTitle } from "../../../src/keys/sealed_name.ts";
import {
  Add,
  CommitProcessed,
  Credential,
  createKeyPackage,
  Environment,
  Extension,
  Group,
  GroupContextExtensions,
  Policy,
  PreSharedKeyId,
  type Proposal,
  ReInit,
  Remove,
  SigningIdentity,
} from "../../../src/mls/index.ts";
import { leaveTranscript } from "../../../src/wire/transcripts.ts";
import { ROOM, SECRETS } from "./fake_relay.ts";

const NEW_SECRETS = deriveSecrets(new Uint8Array(32).fill(1), 1);
const SUITE = cipherSuite(X25519_SUITE);

/** A member that plays by nobody's rules but the RFC's. */
class Lax extends Policy {
  override readonly supportedExtensions = [0xf0a0, 0xf0a1];
}

class Person {
  identity = SigningIdentity.generate(SUITE, systemRandom(16));
  readonly policy: MembersPolicy;
  readonly environment: Environment;
  extensions: readonly Extension[];
  secrets: RoomSecrets;

  constructor(secrets = SECRETS, isLax = false) {
    this.secrets = secrets;
    this.policy = new MembersPolicy(ROOM, new KeyRing(secrets));
    this.environment = new Environment(
      () => Math.floor(Date.now() / 1000),
      systemRandom,
      (name) => (equal(name.id, pskId(this.secrets.keyId)) ? this.secrets.psk : undefined),
      isLax ? new Lax() : this.policy,
    );
    this.extensions = this.named(secrets);
  }

  named(secrets: RoomSecrets): readonly Extension[] {
    const sealed = sealName(secrets, ROOM, this.identity.publicKey, "name");
    return [encodeSealedName(secrets.keyId, sealed)];
  }

  rules(revision = 0, changes: Partial<RoomRules> = {}): RoomPolicy {
    return new RoomPolicy({
      revision,
      history: "shared",
      retention: 3600,
      maxMembers: 100,
      locked: false,
      hosts: [this.identity.publicKey],
      keyId: 0,
      admission: SECRETS.admissionPublicKey,
      sealedTitle: sealTitle(SECRETS, ROOM, ""),
      ...changes,
    }).sign(this.identity.privateKey, ROOM);
  }

  create(): Group {
    return Group.create(this.identity, ROOM, this.environment, {
      extensions: [this.rules().asExtension()],
      leafExtensions: this.extensions,
    });
  }

  /** Go by this credential instead of a pseudonym of one's own. */
  become(credential: Credential): void {
    const { privateKey, publicKey } = this.identity;
    this.identity = new SigningIdentity(SUITE, privateKey, publicKey, credential);
  }

  join(group: Group, psks = [pskId(0)], resync?: number): [Uint8Array, Group] {
    const joined = Group.joinExternal(this.identity, group.groupInfo(), this.environment, {
      pskIds: psks,
      leafExtensions: this.extensions,
      ...(resync !== undefined && { resync }),
    });
    return [joined.message, joined.group];
  }
}

function follow(group: Group, message: Uint8Array): Group {
  const processed = group.process(message);
  if (!(processed instanceof CommitProcessed)) throw new Error("not a commit");
  processed.group.encode();
  return processed.group;
}

function commit(
  group: Group,
  proposals: readonly Proposal[],
  authenticatedData: Uint8Array = new Uint8Array(),
): Uint8Array {
  return group.commit(proposals, { authenticatedData }).message;
}

/** A host, somebody who plays by no rules, and one more. */
function three(): { people: [Person, Person, Person]; groups: [Group, Group, Group] } {
  const people: [Person, Person, Person] = [new Person(), new Person(SECRETS, true), new Person()];
  const first = people[0].create();
  const [second, joined] = people[1].join(first);
  const [host, member] = [follow(first, second), joined];
  const [third, last] = people[2].join(host);
  return { people, groups: [follow(host, third), follow(member, third), last] };
}

function change(rules: RoomPolicy): GroupContextExtensions {
  return new GroupContextExtensions([rules.asExtension()]);
}

test("a join without the room key is refused", () => {
  const group = new Person().create();
  const [message] = new Person(SECRETS, true).join(group, []);
  expect(() => group.process(message)).toThrow(PolicyViolation);
});

test("a ghost is refused by members, and by those who join", () => {
  const group = new Person().create();
  const { keyId, admission, psk, history } = SECRETS;
  const other = new RoomSecrets(keyId, admission, psk, new Uint8Array(32), history);
  const ghost = new Person(other, true);
  const [message, haunted] = ghost.join(group);
  expect(() => group.process(message)).toThrow(GhostMember);
  expect(() => new Person().join(haunted)).toThrow(GhostMember);
  const nameless = new Person(SECRETS, true);
  nameless.extensions = [];
  expect(() => group.process(nameless.join(group)[0])).toThrow();
});

test("a name that is sealed for another leaf is a ghost's", () => {
  const group = new Person().create();
  const thief = new Person(SECRETS, true);
  thief.extensions = new Person().extensions;
  expect(() => group.process(thief.join(group)[0])).toThrow(GhostMember);
});

test("a host removes, and others only with the leaver's statement", () => {
  const { people, groups } = three();
  const [host, member] = groups;
  expect(follow(member, commit(host, [new Remove(2)])).leaf(2)).toBeUndefined();
  expect(() => host.process(commit(member, [new Remove(2)]))).toThrow(PolicyViolation);
  const { privateKey, publicKey } = people[2].identity;
  const signed = leaveTranscript(ROOM, publicKey);
  const statement = ED25519.sign(privateKey, signed);
  const forged = ED25519.sign(people[1].identity.privateKey, signed);
  for (const data of [
    encodeStatements(new Map([[2, forged]])),
    encodeStatements(new Map([[0, statement]])),
    Uint8Array.of(0xff),
  ]) {
    const message = commit(member, [new Remove(2)], data);
    expect(() => host.process(message)).toThrow(PolicyViolation);
  }
  const data = encodeStatements(new Map([[2, statement]]));
  expect(follow(host, commit(member, [new Remove(2)], data)).leaf(2)).toBeUndefined();
});

test("a locked room takes back its own, and nobody else", () => {
  const { people, groups } = three();
  const locked = commit(groups[0], [change(people[0].rules(1, { locked: true }))]);
  const [member, third] = [follow(groups[1], locked), follow(groups[2], locked)];
  const [stranger] = new Person(SECRETS, true).join(member);
  expect(() => third.process(stranger)).toThrow(PolicyViolation);
  const added = new Person();
  const bundle = createKeyPackage(added.identity, people[1].environment, {
    lifetimeSeconds: 60,
    leafExtensions: added.extensions,
  });
  const adding = commit(member, [new Add(bundle.keyPackage)]);
  expect(() => third.process(adding)).toThrow(PolicyViolation);
  const [again] = people[1].join(third, [pskId(0)], 1);
  expect(follow(third, again).leaf(1)).toBeDefined();
});

test("only a host changes the rules, and signs them", () => {
  const { people, groups } = three();
  const [host, member, third] = groups;
  const [ann, bob] = people;
  for (const rules of [bob.rules(1), ann.rules(1)]) {
    expect(() => host.process(commit(member, [change(rules)]))).toThrow(PolicyViolation);
  }
  for (const bad of [ann.rules(0), bob.rules(1), ann.rules(1).with({ retention: 1 })]) {
    expect(() => commit(host, [change(bad)])).toThrow(PolicyViolation);
  }
  const hosts = [ann.identity.publicKey, bob.identity.publicKey];
  const good = commit(host, [change(ann.rules(1, { hosts }))]);
  expect(follow(third, good).epoch).toBe(host.epoch + 1n);
});

test("after a change of the room key the old one lets nobody in", () => {
  const [host, member, newcomer] = [new Person(), new Person(), new Person(NEW_SECRETS)];
  const created = host.create();
  const [join, joined] = member.join(created);
  const first = follow(created, join);
  const rules = host.rules(1, { keyId: 1, admission: NEW_SECRETS.admissionPublicKey });
  const made = first.commit([change(rules)]);
  const following = follow(joined, made.message);
  const [old] = new Person(SECRETS, true).join(made.group);
  expect(() => following.process(old)).toThrow(PolicyViolation);
  const late = new Person(NEW_SECRETS, true);
  late.extensions = late.named(SECRETS);
  const [lately] = late.join(made.group, [pskId(1)]);
  expect(() => following.process(lately)).toThrow(PolicyViolation);
  newcomer.policy.ring = new KeyRing(SECRETS).turn(NEW_SECRETS);
  const [message] = newcomer.join(made.group, [pskId(1)]);
  // it cannot be followed without the new key
  expect(() => following.process(message)).toThrow();
  member.policy.ring = member.policy.ring.turn(NEW_SECRETS);
  member.secrets = NEW_SECRETS;
  expect(follow(following, message).members()).toHaveLength(3);
});

test("a name under a key that was not given is taken only from who is known", () => {
  const [host, member, third] = [new Person(), new Person(), new Person(SECRETS, true)];
  const created = host.create();
  const [one, first] = member.join(created);
  const hosts = follow(created, one);
  const [two, thirds] = third.join(hosts);
  const rules = host.rules(1, { keyId: 1, admission: NEW_SECRETS.admissionPublicKey });
  const rekey = commit(follow(hosts, two), [change(rules)]);
  const [members, lax] = [follow(follow(first, two), rekey), follow(thirds, rekey)];
  const renamed = lax.commit([], { leafExtensions: third.named(NEW_SECRETS) }).message;
  const leaf = follow(members, renamed).leaf(2);
  if (leaf === undefined) throw new Error("nobody there");
  expect(member.policy.nameOf(leaf)).toBe("name");
  const later = third.named(NEW_SECRETS.withKeyId(2));
  const ahead = lax.commit([], { leafExtensions: later }).message;
  expect(() => members.process(ahead)).toThrow(GhostMember);
  member.policy.keepNames(new Map(), []);
  expect(() => members.process(renamed)).toThrow(GhostMember);
});

test("rules are read as written, and nothing else is", () => {
  const rules = new Person().rules();
  expect(RoomPolicy.decode(rules.encode()).equals(rules)).toBe(true);
  rules.verify(ROOM);
  expect(() => rules.verify(new Uint8Array(16).fill(1))).toThrow(PolicyViolation);
  const encoded = rules.encode();
  for (let length = 0; length < encoded.length; length++) {
    expect(() => RoomPolicy.decode(encoded.slice(0, length))).toThrow(DecodeError);
  }
});

test("statements are read as written, and nothing else is", () => {
  const statements = new Map([
    [3, new Uint8Array(64)],
    [1, new Uint8Array(64).fill(1)],
  ]);
  const encoded = encodeStatements(statements);
  expect(new Map([...decodeStatements(encoded)])).toEqual(statements);
  const short = encodeStatements(new Map([[1, new Uint8Array(5)]]));
  for (const bad of [Uint8Array.of(0), short, encoded.slice(0, -1)]) {
    expect(() => decodeStatements(bad)).toThrow(DecodeError);
  }
});

test("a member is known by a pseudonym and by nothing else", () => {
  const group = new Person().create();
  for (const length of [0, 15, 17]) {
    const named = new Person(SECRETS, true);
    named.become(Credential.basic(new Uint8Array(length)));
    const [message] = named.join(group);
    expect(() => group.process(message)).toThrow(/not a pseudonym/);
  }
});

test.each([[[]], [[0xff]], [[0, 0, 0, 0]]])("a name of another form is a ghost's: %j", (name) => {
  const group = new Person().create();
  const ghost = new Person(SECRETS, true);
  ghost.extensions = [new Extension(SEALED_NAME_EXTENSION, Uint8Array.from(name))];
  expect(() => group.process(ghost.join(group)[0])).toThrow(GhostMember);
});

test("a member renews its keys and never who it is", () => {
  const { people, groups } = three();
  const changed = new Person();
  changed.become(people[1].identity.credential);
  const { message } = groups[1].commit([], {
    newIdentity: changed.identity,
    leafExtensions: changed.named(SECRETS),
  });
  expect(() => groups[0].process(message)).toThrow(/signature key/);
});

test("who comes in again takes nobody else's place", () => {
  const { people, groups } = three();
  const [{ policy }] = people;
  const [{ context }] = groups;
  const [own, other] = [groups[0].leaf(1), groups[0].leaf(2)];
  if (own === undefined || other === undefined) throw new Error("nobody there");
  const name = PreSharedKeyId.external(pskId(0), new Uint8Array(SUITE.hashLength));
  policy.checkExternalCommit([name], own, own, context);
  for (const [removed, joiner] of [
    [other, own],
    [Object.assign(Object.create(own), { credential: other.credential }), own],
    [Object.assign(Object.create(own), { signatureKey: other.signatureKey }), own],
  ] as const) {
    expect(() => policy.checkExternalCommit([name], removed, joiner, context)).toThrow(
      /somebody else/,
    );
  }
});

test("a room is not started anew, and never without rules", () => {
  const [host] = three().groups;
  const anew = new ReInit(new Uint8Array(16).fill(1), 1, SUITE.id);
  expect(() => commit(host, [anew])).toThrow(/started anew/);
  expect(() => commit(host, [new GroupContextExtensions([])])).toThrow(/rules are missing/);
  const lawless = new Person(SECRETS, true);
  const without = Group.create(lawless.identity, ROOM, lawless.environment, {
    leafExtensions: lawless.extensions,
  });
  expect(() => new Person().join(without)).toThrow(/has no rules/);
});
