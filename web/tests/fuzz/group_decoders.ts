/** What MLS reads: its structures, and the messages that a group is handed. */

import { cipherSuite } from "../../src/crypto/suite.ts";
import {
  decodeMessage,
  Environment,
  Group,
  GroupInfo,
  GroupSnapshot,
  SigningIdentity,
} from "../../src/mls/index.ts";
import { loadTree } from "../../src/mls/joining.ts";
import { examples } from "../unit/mls/mls_decoders.ts";
import type { Decoder } from "./room_decoders.ts";

const SUITE = cipherSuite(0x0003);
const ENVIRONMENT = new Environment(() => 1_800_000_000);

/** A group that is handed messages; what it accepts is taken back, so that each finds it the same. */
function group(): Decoder {
  const [ada, ben] = ["a", "b"].map((name) =>
    SigningIdentity.generate(SUITE, new TextEncoder().encode(name)),
  );
  if (ada === undefined || ben === undefined) throw new Error("two identities");
  const founded = Group.create(ada, Uint8Array.of(1), ENVIRONMENT);
  const joined = Group.joinExternal(ben, founded.groupInfo(), ENVIRONMENT);
  const processed = founded.process(joined.message);
  if (!("group" in processed)) throw new Error("a commit");
  const sender = processed.group;
  sender.encode();
  const snapshot = joined.group.encode().encode();
  const restore = () => Group.decode(GroupSnapshot.decode(snapshot), ENVIRONMENT);
  let member = restore();
  const said = [
    sender.protect(Uint8Array.of(1, 2, 3)),
    sender.proposeUpdate({ public: true }),
    sender.commit([], { public: true, includePending: false }).message,
    sender.commit([], { public: false, includePending: false }).message,
    sender.groupInfo(),
  ];
  const process = (data: Uint8Array) => {
    const result = member.process(data);
    member = restore();
    return result;
  };
  return ["group", process, said];
}

/** A group info as a newcomer is shown it, with its tree. */
function shown(): Decoder {
  const ada = SigningIdentity.generate(SUITE, new TextEncoder().encode("a"));
  const founded = Group.create(ada, Uint8Array.of(1), ENVIRONMENT);
  const load = (data: Uint8Array) => {
    const info = decodeMessage(data);
    return info instanceof GroupInfo && loadTree(SUITE, info, undefined, ENVIRONMENT);
  };
  return ["group info with its tree", load, [founded.groupInfo()]];
}

/** List them. */
export function groupDecoders(): Decoder[] {
  const structures = [...examples()].map(
    ([name, { decode, data }]): Decoder => [name, decode, [data]],
  );
  return [...structures, group(), shown()];
}
