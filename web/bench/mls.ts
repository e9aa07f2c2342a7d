/**
 * How long the group protocol takes, by the size of the group, beside ts-mls on the same machine.
 *
 * `join` is an external join from the bytes of a group info on, `process` a member's part of it,
 * `update` a commit with a path, `follow` a member's part of that; messages have 200 bytes.
 */

import { utf8 } from "../src/crypto/bytes.ts";
import { systemRandom } from "../src/crypto/randomness.ts";
import { type CipherSuite, cipherSuite, X25519_SUITE } from "../src/crypto/suite.ts";
import {
  CommitProcessed,
  decodeMessage,
  Environment,
  Group,
  GroupInfo,
  type PendingCommit,
  SigningIdentity,
} from "../src/mls/index.ts";
import { preverifyLeaves } from "../src/mls/preverification.ts";
import { addedGroup } from "./added_group.ts";
import { clocked, median, type Times } from "./clock.ts";
import { grownGroup } from "./grown_group.ts";
import { clockTsMls } from "./ts_mls.ts";

const PSK_ID = utf8("shared");
const PSK = new Uint8Array(32).fill(0x11);

const ROUNDS = 12;
/** How many messages are clocked together: a browser's clock is coarse. */
const BATCH = 10;

/** What a member of these groups needs. */
export const ENVIRONMENT = new Environment(
  () => Math.floor(Date.now() / 1000),
  systemRandom,
  () => PSK,
);

/** How groups came to be: their members joined one by one, as rooms grow, or were added at once. */
const SHAPES = { grown: grownGroup, added: addedGroup } as const;

export type Shape = keyof typeof SHAPES;

export interface BenchRow {
  readonly shape: Shape;
  readonly members: number;
  readonly roomkey: Times;
  /** Not there for suites that ts-mls does not have, and for larger groups than it is asked for. */
  readonly tsMls: Times | undefined;
}

export interface BenchOptions {
  readonly shapes?: readonly Shape[];
  readonly suite?: number;
  readonly sizes?: readonly number[];
  /** The size of the largest group that ts-mls is clocked with. */
  readonly tsMlsUpTo?: number;
  readonly onRow?: (row: BenchRow) => void;
}

/** Process a commit. */
export function follow(group: Group, message: Uint8Array): Group {
  const done = group.process(message);
  if (!(done instanceof CommitProcessed)) throw new Error("not a commit");
  return done.group;
}

/** Join from outside, as the client does. */
async function join(identity: SigningIdentity, data: Uint8Array): Promise<PendingCommit> {
  const info = decodeMessage(data);
  if (!(info instanceof GroupInfo)) throw new Error("not a group info");
  await preverifyLeaves(info);
  return Group.joinExternal(identity, info, ENVIRONMENT, { pskIds: [PSK_ID] });
}

async function clockOurs(suite: CipherSuite, group: Group): Promise<Times> {
  const times = group.members().length <= 100 ? 9 : 5;
  const info = group.groupInfo();
  const newcomer = SigningIdentity.generate(suite, utf8("newcomer"));
  const [joining, joined] = await clocked(times, () => join(newcomer, info));
  const [process, here] = await clocked(times, () => follow(group, joined.message));
  here.encode();
  const [update, renewed] = await clocked(times, () => here.commit([], { public: true }));
  const [following, listener] = await clocked(times, () => follow(joined.group, renewed.message));
  const [encrypting, decrypting]: [number[], number[]] = [[], []];
  const data = new Uint8Array(200);
  for (let round = 0; round < ROUNDS; round++) {
    renewed.group.encode();
    const [encrypted, messages] = await clocked(1, () =>
      Array.from({ length: BATCH }, () => renewed.group.protect(data)),
    );
    encrypting.push(encrypted / BATCH);
    const [decrypted] = await clocked(1, () => {
      for (const message of messages) listener.process(message);
    });
    decrypting.push(decrypted / BATCH);
  }
  const [encrypt, decrypt] = [median(encrypting), median(decrypting)];
  return { join: joining, process, update, follow: following, encrypt, decrypt };
}

/** Clock the operations for groups of each shape and size. */
export async function benchMls(options: BenchOptions = {}): Promise<void> {
  const { shapes = ["grown"], sizes = [2, 10, 100, 500, 1000], tsMlsUpTo = 100 } = options;
  const suite = cipherSuite(options.suite ?? X25519_SUITE);
  // the first uses of all code are slow, and belong to no size
  const warmUp = grownGroup(suite, 4, ENVIRONMENT);
  await clockOurs(suite, warmUp);
  await clockTsMls(suite, warmUp);
  for (const shape of shapes) {
    for (const members of sizes) {
      const group = SHAPES[shape](suite, members, ENVIRONMENT);
      const roomkey = await clockOurs(suite, group);
      const tsMls = members <= tsMlsUpTo ? await clockTsMls(suite, group) : undefined;
      options.onRow?.({ shape, members, roomkey, tsMls });
    }
  }
}
