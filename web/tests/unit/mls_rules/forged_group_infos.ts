/** Group infos, signed after they were edited. */

import {
  decodeMessage,
  Extension,
  encodeMessage,
  Group,
  type GroupContext,
  GroupInfo,
} from "../../../src/mls/index.ts";
import { environment, newIdentity, PSK_ID } from "./rooms.ts";

interface GroupInfoParts {
  readonly context: GroupContext;
  readonly extensions: readonly Extension[];
  readonly confirmationTag: Uint8Array;
  readonly signer: number;
}

/** Give a group info that differs in these parts, without a signature. */
export function edited(info: GroupInfo, parts: Partial<GroupInfoParts>): GroupInfo {
  const { context, extensions, confirmationTag, signer }: GroupInfoParts = { ...info, ...parts };
  return new GroupInfo(context, extensions, confirmationTag, signer);
}

/** A member's group info, to be edited. */
export function decodedGroupInfo(group: Group): GroupInfo {
  const info = decodeMessage(group.groupInfo());
  if (!(info instanceof GroupInfo)) throw new Error("not a group info");
  return info;
}

/** Sign an edited group info as that member. */
export function signedGroupInfo(group: Group, info: GroupInfo): Uint8Array {
  const { suite, signingKey } = group.unsafeState;
  return encodeMessage(info.sign(suite, signingKey));
}

/** Replace or take out an extension of a group info. */
export function withExtension(info: GroupInfo, type: number, data?: Uint8Array): GroupInfo {
  const kept = info.extensions.filter((extension) => extension.type !== type);
  const added = data === undefined ? [] : [new Extension(type, data)];
  return edited(info, { extensions: [...kept, ...added] });
}

/** Try to join from outside by a group info. */
export function join(groupInfo: Uint8Array, identity = newIdentity("outsider")): void {
  Group.joinExternal(identity, groupInfo, environment(), { pskIds: [PSK_ID] });
}
