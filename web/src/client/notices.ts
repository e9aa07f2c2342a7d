/** What happens in a room beside what is said, at its place in the timeline. */

import { equal } from "../crypto/bytes.ts";
import type { StoredNotice } from "../store/rows.ts";
import { fromHex } from "./hex.ts";
import type { Member } from "./members.ts";
import type { RoomPolicy } from "./room_policy.ts";
import type { NoticeWord } from "./service.ts";

/** One notice, before it has its place. */
export interface Notice {
  readonly what: NoticeWord;
  readonly member?: Member | undefined;
  /** An error's code. */
  readonly reason?: string;
}

/** Give notices their place in the log. */
export function placed(
  notices: readonly Notice[],
  place: { readonly seq: number; readonly time: number },
): StoredNotice[] {
  return notices.map(({ what, member, reason }, count) => ({
    table: "notice",
    seq: place.seq,
    count,
    time: place.time,
    what,
    pseudonym: member && fromHex(member.pseudonym),
    name: member?.name,
    reason,
  }));
}

/** Say what a change of the rules comes to, for people. */
export function ruleNotices(before: RoomPolicy, after: RoomPolicy): Notice[] {
  const notices: Notice[] = [];
  const isRekeyed = before.keyId !== after.keyId;
  if (isRekeyed) notices.push({ what: "key-changed" });
  if (before.locked !== after.locked) notices.push({ what: after.locked ? "locked" : "unlocked" });
  const isRetitled = !isRekeyed && !equal(before.sealedTitle, after.sealedTitle);
  const hasNewHost = after.hosts.some((host) => !before.hasHost(host));
  if (isRetitled || hasNewHost || before.retention !== after.retention) {
    notices.push({ what: "rules-changed" });
  }
  return notices;
}
