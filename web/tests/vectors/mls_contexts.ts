import type { CipherSuite } from "../../src/crypto/suite.ts";
import { GroupContext } from "../../src/mls/group_context.ts";
import { unhex } from "./mls_cases.ts";

/** What cases with a group say of it. */
export interface GroupItem {
  readonly group_id: string;
}

/** Make the group context of a case. */
export function contextOf(
  suite: CipherSuite,
  item: GroupItem,
  epoch: number,
  treeHash: Uint8Array,
  confirmed: string,
): GroupContext {
  const groupId = unhex(item.group_id);
  return new GroupContext(suite.id, groupId, BigInt(epoch), treeHash, unhex(confirmed));
}
