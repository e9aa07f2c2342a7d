/** Everything that reads MLS structures from bytes, with bytes that it reads. */

import { systemRandom } from "../../../src/crypto/randomness.ts";
import { cipherSuite } from "../../../src/crypto/suite.ts";
import { decodeAll, type Encodable, opaque, type Reader, vector } from "../../../src/mls/codec.ts";
import { decodeExternalSenders } from "../../../src/mls/external_sender.ts";
import { AuthenticatedContent, FramedContent } from "../../../src/mls/framing.ts";
import {
  Add,
  Capabilities,
  Commit,
  Credential,
  createKeyPackage,
  decodeMessage,
  Environment,
  ExternalSender,
  encodeMessage,
  Group,
  GroupContext,
  GroupInfo,
  GroupSnapshot,
  KeyPackage,
  KeyPackageBundle,
  LeafNode,
  PendingCommit,
  PreSharedKeyId,
  PrivateMessage,
  PublicMessage,
  RequiredCapabilities,
  Sender,
  SigningIdentity,
  Welcome,
} from "../../../src/mls/index.ts";
import { ParentNode } from "../../../src/mls/parent_node.ts";
import { SenderData } from "../../../src/mls/private_message.ts";
import { decodeProposal, encodeProposal } from "../../../src/mls/proposal.ts";
import { RatchetTree } from "../../../src/mls/ratchet_tree.ts";
import { UpdatePath } from "../../../src/mls/update_path.ts";
import { GroupSecrets } from "../../../src/mls/welcome.ts";

const SUITE = cipherSuite(0x0003);
const ENVIRONMENT = new Environment(() => 1_800_000_000);

/** Reads bytes, and gives what writes them again, without what was remembered of their form. */
type Decode = (data: Uint8Array) => (() => Uint8Array) | undefined;

export interface Example {
  readonly decode: Decode;
  readonly data: Uint8Array;
}

function reading<T extends Encodable>(
  read: (reader: Reader) => T,
  rebuild: (value: T) => Encodable = (value) => value,
): Decode {
  return (data) => {
    const value = decodeAll(read, data);
    return () => rebuild(value).encode();
  };
}

function rebuiltFramed(framed: FramedContent): FramedContent {
  const { groupId, epoch, sender, authenticatedData, content } = framed;
  return new FramedContent(groupId, epoch, sender, authenticatedData, content);
}

function rebuiltAuthenticated(content: AuthenticatedContent): AuthenticatedContent {
  const { wireFormat, framed, signature, confirmationTag } = content;
  return new AuthenticatedContent(wireFormat, rebuiltFramed(framed), signature, confirmationTag);
}

const message: Decode = (data) => {
  const decoded = decodeMessage(data);
  return () => encodeMessage(decoded);
};

/** What is stored is written anew each time, so that it cannot be compared. */
const stored = (decode: (data: Uint8Array) => unknown): Decode => {
  return (data) => {
    decode(data);
    return undefined;
  };
};

/** List the decoders by name, each with an example. */
export function examples(): Map<string, Example> {
  const [identity, invited] = ["a", "b"].map((name) =>
    SigningIdentity.generate(SUITE, new TextEncoder().encode(name)),
  );
  if (identity === undefined || invited === undefined) throw new Error("two identities");
  const bundle = createKeyPackage(invited, ENVIRONMENT, { lifetimeSeconds: 3600 });
  const { keyPackage } = bundle;
  const added = Group.create(identity, Uint8Array.of(1), ENVIRONMENT).commit(
    [new Add(keyPackage)],
    { public: true },
  );
  const { group, welcome = new Uint8Array() } = added;
  group.encode();
  const privateMessage = group.protect(Uint8Array.of(1, 2, 3));
  const proposal = group.proposeUpdate({ public: true });
  const pending = group.commit([], { public: true, includePending: false });
  const published = decodeMessage(pending.message);
  const commit = published instanceof PublicMessage ? published.framed.content : undefined;
  const leaf = group.leaf(0);
  if (!(published instanceof PublicMessage && commit instanceof Commit) || leaf === undefined) {
    throw new Error("a commit by a member");
  }
  if (commit.path === undefined) throw new Error("a commit with a path");
  const groupInfo = group.groupInfo();
  const sender = new ExternalSender(identity.publicKey, identity.credential);
  const pskId = PreSharedKeyId.external(Uint8Array.of(1), systemRandom(32));
  const parent = new ParentNode(systemRandom(32), systemRandom(32), [1, 2]);
  const secrets = new GroupSecrets(systemRandom(32), systemRandom(32), [pskId]);
  const required = new RequiredCapabilities([1], [2], [1]);
  const chain = new Credential(2, opaque(Uint8Array.of(1, 2)));
  const list: [name: string, decode: Decode, data: Uint8Array][] = [
    ["public commit", message, pending.message],
    ["public proposal", message, proposal],
    ["private message", message, privateMessage],
    ["welcome message", message, welcome],
    ["group info message", message, groupInfo],
    ["key package message", message, encodeMessage(keyPackage)],
    ["public message", reading(PublicMessage.read), pending.message.slice(4)],
    ["private message body", reading(PrivateMessage.read), privateMessage.slice(4)],
    ["welcome", reading(Welcome.read), welcome.slice(4)],
    ["group info", reading(GroupInfo.read), groupInfo.slice(4)],
    ["key package", reading(KeyPackage.read), keyPackage.encode()],
    ["leaf node", reading(LeafNode.read, (value) => value.with({})), leaf.encode()],
    ["parent node", reading(ParentNode.read), parent.encode()],
    ["capabilities", reading(Capabilities.read), leaf.capabilities.encode()],
    ["required capabilities", reading(RequiredCapabilities.read), required.encode()],
    ["credential", reading(Credential.read), chain.encode()],
    ["group context", reading(GroupContext.read), group.context.encode()],
    ["commit", reading(Commit.read), commit.encode()],
    ["update path", reading(UpdatePath.read), commit.path.encode()],
    ["pre-shared key id", reading(PreSharedKeyId.read), pskId.encode()],
    ["group secrets", reading(GroupSecrets.read), secrets.encode()],
    ["sender", reading(Sender.read), Sender.member(1).encode()],
    ["sender data", reading(SenderData.read), new SenderData(1, 2, systemRandom(4)).encode()],
    ["framed content", reading(FramedContent.read, rebuiltFramed), published.framed.encode()],
    [
      "authenticated content",
      reading(AuthenticatedContent.read, rebuiltAuthenticated),
      published.authenticated.encode(),
    ],
    [
      "external senders",
      (data) => {
        const senders = decodeExternalSenders(data);
        return () => vector(senders);
      },
      vector([sender]),
    ],
    [
      "proposal",
      (data) => {
        const decoded = decodeAll(decodeProposal, data);
        return () => encodeProposal(decoded);
      },
      encodeProposal(new Add(keyPackage)),
    ],
    [
      "ratchet tree",
      (data) => {
        const tree = RatchetTree.decode(SUITE, data);
        return () => tree.encode();
      },
      group.exportTree(),
    ],
    [
      "key package bundle",
      (data) => {
        const decoded = KeyPackageBundle.decode(data);
        return () => decoded.encode();
      },
      bundle.encode(),
    ],
    [
      "stored group",
      stored((data) => Group.decode(GroupSnapshot.decode(data), ENVIRONMENT)),
      group.encode().encode(),
    ],
    ["stored commit", stored((data) => PendingCommit.decode(data, ENVIRONMENT)), pending.encode()],
  ];
  return new Map(list.map(([name, decode, data]) => [name, { decode, data }]));
}
