/**
 * Members of groups, driven by JSON lines: {"do": command, "id": member, ...} in, an answer out.
 *
 * Bytes travel as hexadecimal. The Python side of the same commands is
 * `tests/integration/mls_members.py`, which says what each of them does.
 */

import { createInterface } from "node:readline";
import { equal, toHex, utf8 } from "../../src/crypto/bytes.ts";
import { systemRandom } from "../../src/crypto/randomness.ts";
import "../../src/crypto/standard_suites.ts";
import { cipherSuite } from "../../src/crypto/suite.ts";
import { PolicyViolation, RoomkeyError, ValidationError } from "../../src/errors.ts";
import { decodeAll } from "../../src/mls/codec.ts";
import {
  createKeyPackage,
  Environment,
  encodeMessage,
  Group,
  GroupSnapshot,
  KeyPackageBundle,
  PendingCommit,
  Policy,
  type PreSharedKeyId,
  type Processed,
  type Proposal,
  SigningIdentity,
} from "../../src/mls/index.ts";
import { decodeProposal, encodeProposal } from "../../src/mls/proposal.ts";

const NOW = 1_800_000_000;
const PSK_ID = utf8("shared");
const PSK = new Uint8Array(32).fill(0x11);

type Request = Readonly<Record<string, unknown>>;
type Answer = Record<string, unknown>;

class RoomPolicy extends Policy {
  override readonly supportedExtensions = [0xf100];
  override readonly supportedProposals = [0xf0f0];

  override checkExternalCommit(pskIds: readonly PreSharedKeyId[]): void {
    if (!pskIds.some(({ id }) => equal(id, PSK_ID))) throw new PolicyViolation("no room key");
  }
}

const ENVIRONMENT = new Environment(
  () => NOW,
  systemRandom,
  ({ id }) => (equal(id, PSK_ID) ? PSK : undefined),
  new RoomPolicy(),
);

function unhex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

function bytesOf(request: Request, name: string): Uint8Array {
  return unhex(String(request[name] ?? ""));
}

function listOf(request: Request, name: string): string[] {
  const list = request[name];
  return Array.isArray(list) ? list.map(String) : [];
}

function proposalsOf(request: Request): Proposal[] {
  return listOf(request, "proposals").map((digits) => decodeAll(decodeProposal, unhex(digits)));
}

function messageOptions(request: Request) {
  return {
    public: request.public === true,
    authenticatedData: bytesOf(request, "authenticated_data"),
  };
}

/** A client: who it is, and the group it is in. */
class Member {
  #group: Group | undefined;
  pending: PendingCommit | undefined;
  renewed: SigningIdentity | undefined;
  bundle: KeyPackageBundle | undefined;
  stored: GroupSnapshot | undefined;

  constructor(public identity: SigningIdentity) {}

  get group(): Group {
    if (this.#group === undefined) throw new Error("not in a group");
    return this.#group;
  }

  /** Go on with a group, which is stored. */
  enter(group: Group): void {
    this.#group = group;
    this.store();
  }

  store(): GroupSnapshot {
    this.stored = this.group.encode();
    return this.stored;
  }

  /** Forget an own commit that another one came before. */
  drop(): void {
    this.pending = undefined;
    this.renewed = undefined;
  }

  /** Go on with a stored state, which is not stored again. */
  restore(snapshot: GroupSnapshot): void {
    this.#group = Group.decode(GroupSnapshot.decode(snapshot.encode()), ENVIRONMENT);
  }
}

const members = new Map<string, Member>();

function memberOf(request: Request): Member {
  const member = members.get(String(request.id));
  if (member === undefined) throw new Error(`no member ${request.id}`);
  return member;
}

function pendingOf(member: Member): PendingCommit {
  if (member.pending === undefined) throw new Error("no commit is pending");
  return member.pending;
}

function made(member: Member, pending: PendingCommit): Answer {
  member.pending = pending;
  const { welcome } = pending;
  return {
    message: toHex(pending.message),
    welcome: welcome === undefined ? null : toHex(welcome),
  };
}

function resultOf(done: Processed): Answer {
  const authenticated_data = toHex(done.authenticatedData);
  switch (done.kind) {
    case "application":
      return {
        kind: done.kind,
        sender: done.sender,
        data: toHex(done.data),
        authenticated_data,
        epoch: Number(done.epoch),
        generation: done.generation,
      };
    case "proposal":
      return {
        kind: done.kind,
        sender: done.sender ?? null,
        proposal: toHex(encodeProposal(done.proposal)),
        reference: toHex(done.reference),
        authenticated_data,
      };
    case "commit":
      return {
        kind: done.kind,
        sender: done.sender,
        proposals: done.proposals.map(({ proposal, sender }) => [
          toHex(encodeProposal(proposal)),
          sender ?? null,
        ]),
        authenticated_data,
        added: done.added,
        removed: done.removed,
        removed_self: done.removedSelf,
        epoch: Number(done.group.epoch),
      };
  }
}

const COMMANDS: Record<string, (request: Request) => Answer> = {
  new(request) {
    const suite = cipherSuite(Number(request.suite));
    const identity = SigningIdentity.generate(suite, bytesOf(request, "name"));
    members.set(String(request.id), new Member(identity));
    return { signature_key: toHex(identity.publicKey) };
  },
  forget(request) {
    members.delete(String(request.id));
    return {};
  },
  create(request) {
    const member = memberOf(request);
    member.enter(Group.create(member.identity, bytesOf(request, "group_id"), ENVIRONMENT));
    return {};
  },
  key_package(request) {
    const member = memberOf(request);
    const options = { lifetimeSeconds: 86400 };
    const bundle = createKeyPackage(member.identity, ENVIRONMENT, options);
    member.bundle = KeyPackageBundle.decode(bundle.encode());
    return { key_package: toHex(encodeMessage(bundle.keyPackage).slice(4)) };
  },
  join_external(request) {
    const member = memberOf(request);
    const { resync, tree } = request;
    return made(
      member,
      Group.joinExternal(member.identity, bytesOf(request, "group_info"), ENVIRONMENT, {
        pskIds: listOf(request, "psks").map(unhex),
        authenticatedData: bytesOf(request, "authenticated_data"),
        ...(typeof resync === "number" ? { resync } : {}),
        ...(typeof tree === "string" ? { tree: unhex(tree) } : {}),
      }),
    );
  },
  join_welcome(request) {
    const member = memberOf(request);
    if (member.bundle === undefined) throw new Error("no key package");
    const welcome = bytesOf(request, "welcome");
    const group = Group.joinWelcome(member.identity, welcome, member.bundle, ENVIRONMENT);
    member.enter(group);
    return { epoch: Number(group.epoch) };
  },
  propose(request) {
    const { group } = memberOf(request);
    const [proposal] = proposalsOf(request);
    if (proposal === undefined) throw new Error("no proposal");
    return { message: toHex(group.propose(proposal, messageOptions(request))) };
  },
  propose_update(request) {
    return { message: toHex(memberOf(request).group.proposeUpdate(messageOptions(request))) };
  },
  commit(request) {
    const member = memberOf(request);
    const { suite, credential } = member.identity;
    const fresh = SigningIdentity.generate(suite, credential.identity);
    const pending = member.group.commit(proposalsOf(request), {
      ...messageOptions(request),
      includePending: request.include_pending !== false,
      forcePath: request.force_path !== false,
      ...(request.new_identity === true ? { newIdentity: fresh } : {}),
    });
    if (request.new_identity === true) member.renewed = fresh;
    return made(member, pending);
  },
  restart_pending(request) {
    const member = memberOf(request);
    const base = request.base === true ? { base: member.group } : {};
    member.pending = PendingCommit.decode(pendingOf(member).encode(), ENVIRONMENT, base);
    return {};
  },
  accept(request) {
    const member = memberOf(request);
    member.enter(pendingOf(member).group);
    member.identity = member.renewed ?? member.identity;
    member.drop();
    return {};
  },
  drop(request) {
    memberOf(request).drop();
    return {};
  },
  protect(request) {
    const message = memberOf(request).group.protect(bytesOf(request, "data"), {
      authenticatedData: bytesOf(request, "authenticated_data"),
      padding: Number(request.padding ?? 0),
    });
    return { message: toHex(message) };
  },
  process(request) {
    const member = memberOf(request);
    const done = member.group.process(bytesOf(request, "message"));
    if (done.kind === "commit") {
      member.drop();
      member.enter(done.group);
    }
    return resultOf(done);
  },
  store(request) {
    return { snapshot: toHex(memberOf(request).store().encode()) };
  },
  crash(request) {
    const member = memberOf(request);
    if (member.stored === undefined) throw new Error("nothing is stored");
    member.drop();
    member.restore(member.stored);
    return {};
  },
  export(request) {
    const member = memberOf(request);
    const { identity, bundle } = member;
    return {
      suite: identity.suite.id,
      private_key: toHex(identity.privateKey),
      name: toHex(identity.credential.identity),
      public_key: toHex(identity.publicKey),
      snapshot: request.groupless === true ? null : toHex(member.store().encode()),
      bundle: bundle === undefined ? null : toHex(bundle.encode()),
    };
  },
  import(request) {
    const suite = cipherSuite(Number(request.suite));
    const named = SigningIdentity.generate(suite, bytesOf(request, "name"));
    const identity = new SigningIdentity(
      suite,
      bytesOf(request, "private_key"),
      bytesOf(request, "public_key"),
      named.credential,
    );
    const member = new Member(identity);
    members.set(String(request.id), member);
    if (typeof request.bundle === "string") {
      member.bundle = KeyPackageBundle.decode(unhex(request.bundle));
    }
    if (typeof request.snapshot === "string") {
      member.restore(GroupSnapshot.decode(unhex(request.snapshot)));
    }
    return {};
  },
  look(request) {
    const { group } = memberOf(request);
    return {
      epoch: Number(group.epoch),
      authenticator: toHex(group.epochAuthenticator),
      resumption: toHex(group.resumptionPsk),
      exported: toHex(group.exportSecret("test", utf8("context"), 40)),
      tree_hash: toHex(group.context.treeHash),
      transcript: toHex(group.context.confirmedTranscriptHash),
      extensions: group.context.extensions.map(({ type, data }) => [type, toHex(data)]),
      members: group.members().map(([index, leaf]) => [index, toHex(leaf.signatureKey)]),
      pending: [...group.pendingProposals().keys()].sort(),
    };
  },
  place(request) {
    const { group } = memberOf(request);
    return { own_index: group.ownIndex, active: group.isActive };
  },
  group_info(request) {
    const withTree = request.with_tree !== false;
    return { group_info: toHex(memberOf(request).group.groupInfo({ withTree })) };
  },
  tree(request) {
    return { tree: toHex(memberOf(request).group.exportTree()) };
  },
};

function answer(request: Request): Answer {
  const command = COMMANDS[String(request.do)];
  if (command === undefined) throw new Error(`no command ${request.do}`);
  try {
    return { ok: true, ...command(request) };
  } catch (error) {
    if (!(error instanceof RoomkeyError)) throw error;
    return {
      ok: false,
      code: error.code,
      rule: error instanceof ValidationError ? error.rule : "",
    };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
