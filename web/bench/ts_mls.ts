/** The same operations of ts-mls, as a member of one of our groups. */

import * as mls from "ts-mls";
import { utf8 } from "../src/crypto/bytes.ts";
import type { CipherSuite } from "../src/crypto/suite.ts";
import {
  decodeMessage,
  Environment,
  Extension,
  ExtensionType,
  encodeMessage,
  Group,
  GroupInfo,
  SigningIdentity,
} from "../src/mls/index.ts";
import { clocked, median, type Times } from "./clock.ts";
import { follow } from "./mls.ts";

const MESSAGES = 60;
const ENVIRONMENT = new Environment(() => Math.floor(Date.now() / 1000));

/** Give the group info with the external key as ts-mls reads it: not as a vector. */
function groupInfoForTsMls(group: Group): Uint8Array {
  const info = decodeMessage(group.groupInfo());
  if (!(info instanceof GroupInfo)) throw new Error("not a group info");
  const { suite, signingKey, secrets } = group.unsafeState;
  const [, key] = secrets.externalKeyPair(suite);
  const extensions = info.extensions.map((extension) =>
    extension.type === ExtensionType.EXTERNAL_PUB ? new Extension(extension.type, key) : extension,
  );
  const bare = new GroupInfo(info.context, extensions, info.confirmationTag, info.signer);
  return encodeMessage(bare.sign(suite, signingKey));
}

function decode(data: Uint8Array): mls.MLSMessage {
  const [message] = mls.decodeMlsMessage(data, 0) ?? [];
  if (message === undefined) throw new Error("not a message");
  return message;
}

/** A client of ts-mls. */
class TsMlsClient {
  constructor(
    readonly suite: mls.CiphersuiteImpl,
    public state: mls.ClientState,
  ) {}

  async process(data: Uint8Array): Promise<void> {
    const message = decode(data);
    const psks = mls.makePskIndex(this.state, {});
    if (message.wireformat === "mls_private_message") {
      const { privateMessage } = message;
      const done = await mls.processPrivateMessage(this.state, privateMessage, psks, this.suite);
      this.state = done.newState;
    } else if (message.wireformat === "mls_public_message") {
      const { publicMessage } = message;
      const done = await mls.processPublicMessage(this.state, publicMessage, psks, this.suite);
      this.state = done.newState;
    } else {
      throw new Error("not a message to the group");
    }
  }

  async commit(): Promise<Uint8Array> {
    const made = await mls.createCommit(
      { state: this.state, cipherSuite: this.suite },
      { wireAsPublicMessage: true },
    );
    this.state = made.newState;
    return mls.encodeMlsMessage(made.commit);
  }

  async protect(data: Uint8Array): Promise<Uint8Array> {
    const made = await mls.createApplicationMessage(this.state, data, this.suite);
    this.state = made.newState;
    const { privateMessage } = made;
    const wireformat = "mls_private_message";
    return mls.encodeMlsMessage({ version: "mls10", wireformat, privateMessage });
  }
}

async function join(
  suite: mls.CiphersuiteImpl,
  groupInfo: Uint8Array,
): Promise<[TsMlsClient, Uint8Array]> {
  const now = BigInt(Math.floor(Date.now() / 1000));
  const keys = await mls.generateKeyPackage(
    { credentialType: "basic", identity: utf8("ts-mls") },
    mls.defaultCapabilities(),
    { notBefore: now - 3600n, notAfter: now + 86400n },
    [],
    suite,
  );
  const message = decode(groupInfo);
  if (message.wireformat !== "mls_group_info") throw new Error("not a group info");
  const { publicMessage, newState } = await mls.joinGroupExternal(
    message.groupInfo,
    keys.publicPackage,
    keys.privatePackage,
    false,
    suite,
  );
  const wireformat = "mls_public_message";
  const commit = mls.encodeMlsMessage({ version: "mls10", wireformat, publicMessage });
  return [new TsMlsClient(suite, newState), commit];
}

/** Clock ts-mls in a group of ours; undefined if it does not have the suite. */
export async function clockTsMls(suite: CipherSuite, group: Group): Promise<Times | undefined> {
  const name = Object.keys(mls.ciphersuites).find((known) => known === suite.name);
  if (name === undefined) return undefined;
  const theirs = await mls.getCiphersuiteImpl(
    mls.getCiphersuiteFromName(name as mls.CiphersuiteName),
  );
  const info = groupInfoForTsMls(group);
  const [joining, [client, message]] = await clocked(3, () => join(theirs, info));
  const followed = follow(Group.decode(group.encode(), ENVIRONMENT), message);
  const newcomer = SigningIdentity.generate(suite, utf8("another"));
  const joined = Group.joinExternal(newcomer, followed.groupInfo(), ENVIRONMENT);
  const { state } = client;
  const [process] = await clocked(3, () => {
    client.state = state;
    return client.process(joined.message);
  });
  const followedState = client.state;
  const [update, commit] = await clocked(3, () => {
    client.state = followedState;
    return client.commit();
  });
  const renewed = follow(joined.group, commit).commit([], { public: true });
  const committedState = client.state;
  const [following] = await clocked(3, () => {
    client.state = committedState;
    return client.process(renewed.message);
  });
  const encrypting: number[] = [];
  const decrypting: number[] = [];
  for (let number = 0; number < MESSAGES; number++) {
    encrypting.push((await clocked(1, () => client.protect(new Uint8Array(200))))[0]);
    renewed.group.encode();
    const data = renewed.group.protect(new Uint8Array(200));
    decrypting.push((await clocked(1, () => client.process(data)))[0]);
  }
  const [encrypt, decrypt] = [median(encrypting), median(decrypting)];
  return { join: joining, process, update, follow: following, encrypt, decrypt };
}
