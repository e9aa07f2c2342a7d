/** Group infos and Welcomes that may not be joined by are refused. */

import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import "../../../src/crypto/standard_suites.ts";
import { cipherSuite } from "../../../src/crypto/suite.ts";
import { opaque } from "../../../src/mls/codec.ts";
import {
  Add,
  ExtensionType,
  Group,
  Policy,
  PreSharedKeyId,
  PskType,
  Remove,
  ResumptionUsage,
  SigningIdentity,
} from "../../../src/mls/index.ts";
import { RatchetTree } from "../../../src/mls/ratchet_tree.ts";
import { treeHash } from "../../../src/mls/tree_hash.ts";
import { GroupSecrets } from "../../../src/mls/welcome.ts";
import {
  decodedGroupInfo,
  edited,
  join,
  signedGroupInfo,
  withExtension,
} from "./forged_group_infos.ts";
import { type Invitation, invite } from "./invitations.ts";
import {
  breach,
  environment,
  environmentWithoutPsks,
  makeRoom,
  newBundle,
  newIdentity,
  nonce,
  pskProposal,
  Room,
  SUITE,
} from "./rooms.ts";

// group infos

test("edited group infos and Welcomes are joined by as long as no rule is broken", () => {
  const room = makeRoom(2);
  join(signedGroupInfo(room.at(0), decodedGroupInfo(room.at(0))));
  expect(invite(room).confirmed().accept().ownIndex).toBe(2);
});

test("a group info without a tree is refused, unless the tree is beside it", () => {
  const group = makeRoom(2).at(0);
  const info = withExtension(decodedGroupInfo(group), ExtensionType.RATCHET_TREE);
  breach("groupinfo-01", [group], () => join(signedGroupInfo(group, info)));
  const bare = group.groupInfo({ withTree: false });
  const tree = group.exportTree();
  const joined = Group.joinExternal(newIdentity("outsider"), bare, environment(), { tree });
  expect(joined.group.ownIndex).toBe(2);
});

test("a group info with another group's tree is refused", () => {
  const [group, other] = [makeRoom(2).at(0), makeRoom(2).at(0)];
  const tree = other.exportTree();
  const info = withExtension(decodedGroupInfo(group), ExtensionType.RATCHET_TREE, tree);
  breach("groupinfo-02", [group], () => join(signedGroupInfo(group, info)));
});

test.each([2, 3, 99])("a group info by nobody is refused: leaf %i", (signer) => {
  const { group } = makeRoom(3)
    .at(0)
    .commit([new Remove(2)]);
  const info = edited(decodedGroupInfo(group), { signer });
  breach("groupinfo-03", [group], () => join(signedGroupInfo(group, info)));
});

test("a group info that another member signed is refused", () => {
  const room = makeRoom(2);
  const info = signedGroupInfo(room.at(1), decodedGroupInfo(room.at(0)));
  breach("groupinfo-04", [room.at(0)], () => join(info));
});

test("a group info without an external key is refused", () => {
  const group = makeRoom(2).at(0);
  const info = withExtension(decodedGroupInfo(group), ExtensionType.EXTERNAL_PUB);
  breach("groupinfo-05", [group], () => join(signedGroupInfo(group, info)));
});

test.each([0, 31, 33])("a group info with an external key of %i bytes is refused", (length) => {
  const group = makeRoom(2).at(0);
  const key = opaque(new Uint8Array(length).fill(5));
  const info = withExtension(decodedGroupInfo(group), ExtensionType.EXTERNAL_PUB, key);
  breach("groupinfo-06", [group], () => join(signedGroupInfo(group, info)));
});

test("a Welcome whose group info has another confirmation tag is refused", () => {
  const room = makeRoom(2);
  const invitation = invite(room);
  const confirmationTag = new Uint8Array(SUITE.hashLength);
  const info = edited(invitation.parts.info, { confirmationTag });
  breach("groupinfo-07", room.groups, () => invitation.with({ info }).accept());
});

test("a group info of another suite is refused", () => {
  const group = makeRoom(2).at(0);
  const other = SigningIdentity.generate(cipherSuite(1), utf8("outsider"));
  breach("groupinfo-08", [group], () => join(group.groupInfo(), other));
});

// welcomes

test("a Welcome for somebody else is refused", () => {
  const room = makeRoom(2);
  const welcome = invite(room).seal();
  const other = newIdentity("other");
  const bundle = newBundle(other);
  breach("welcome-01", room.groups, () => Group.joinWelcome(other, welcome, bundle, environment()));
});

test("a Welcome of another suite is refused", () => {
  const room = makeRoom(2);
  const invitation = invite(room).with({ cipherSuite: 1 });
  breach("welcome-02", room.groups, () => invitation.accept());
});

function withKeys(invitation: Invitation, ...usages: number[]): Invitation {
  const { joinerSecret, pathSecret } = invitation.parts.secrets;
  const earlier = utf8("earlier group");
  const pskIds = usages.map(
    (usage) => new PreSharedKeyId(PskType.RESUMPTION, utf8(""), usage, earlier, 5n, nonce()),
  );
  const secrets = new GroupSecrets(joinerSecret, pathSecret, pskIds);
  return invitation.with({ secrets }).confirmed();
}

const FOLLOWING: [string, number][] = [
  ["reinitialization", ResumptionUsage.REINIT],
  ["branching", ResumptionUsage.BRANCH],
];

test("a Welcome with two keys of groups that it follows is refused", () => {
  const room = makeRoom(2);
  const invitation = withKeys(invite(room), ResumptionUsage.REINIT, ResumptionUsage.BRANCH);
  breach("welcome-03", room.groups, () => invitation.accept());
});

test.each(FOLLOWING)("a Welcome into a later epoch of a following group: %s", (_, usage) => {
  const room = makeRoom(2);
  const invitation = withKeys(invite(room), usage);
  breach("welcome-04", room.groups, () => invitation.accept());
});

/** Takes every group for the one that follows. */
class Follows extends Policy {
  override checkFollowingGroup(): void {}
}

test.each(FOLLOWING)(
  "a following group is refused unless the application takes it: %s",
  (_, usage) => {
    const founder = newIdentity("founder");
    const room = new Room([Group.create(founder, utf8("next"), environment())], [founder]);
    const invitation = withKeys(invite(room), usage);
    breach("welcome-07", room.groups, () => invitation.accept());
    expect(invitation.accept(new Follows()).epoch).toBe(1n);
  },
);

test("a Welcome to a group whose tree lacks the invited leaf is refused", () => {
  const room = makeRoom(2);
  const invitation = invite(room, { forcePath: false });
  const { info } = invitation.parts;
  const encoded = info.extension(ExtensionType.RATCHET_TREE) ?? new Uint8Array();
  const tree = RatchetTree.decode(SUITE, encoded);
  tree.set(4, newBundle().keyPackage.leafNode);
  const changed = withExtension(info, ExtensionType.RATCHET_TREE, tree.encode());
  const context = info.context.with({ treeHash: treeHash(tree) });
  const forged = invitation.with({ info: edited(changed, { context }) }).confirmed();
  breach("welcome-05", room.groups, () => forged.accept());
});

test("a Welcome with another path secret is refused", () => {
  const room = makeRoom(2);
  const invitation = invite(room);
  const { joinerSecret, pskIds } = invitation.parts.secrets;
  const secrets = new GroupSecrets(joinerSecret, systemRandom(SUITE.hashLength), pskIds);
  breach("welcome-06", room.groups, () => invitation.with({ secrets }).accept());
});

test("a Welcome that names a key the invited does not have is refused", () => {
  const room = makeRoom(2);
  const identity = newIdentity("invited");
  const bundle = newBundle(identity);
  const { welcome } = room.at(0).commit([new Add(bundle.keyPackage), pskProposal()]);
  breach("psk-04", [room.at(0)], () =>
    Group.joinWelcome(identity, welcome ?? new Uint8Array(), bundle, environmentWithoutPsks()),
  );
});
