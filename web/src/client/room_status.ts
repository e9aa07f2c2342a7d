/** Everything about a room but its timeline, as the page shows it. */

import type { Room } from "./room.ts";
import type { ConnectionWord, MemberView, RoomView, Trouble } from "./service.ts";
import { skeleton } from "./text.ts";

/** What of a room's view does not lie in the room itself. */
interface RoomStatus {
  readonly unread: number;
  readonly trouble: Trouble | undefined;
  readonly isAway: boolean;
}

/** Show a room as it is now. */
export function viewOf(room: Room, status: RoomStatus): RoomView {
  const code = room.safetyCode();
  const { retryAt } = room;
  return {
    code: room.storedCode,
    title: room.title,
    ownName: room.name,
    isHost: room.isHost,
    connection: {
      state: connectionOf(room),
      waiting: room.waiting,
      ...(retryAt !== undefined && { retryAt }),
    },
    isFollowing: false,
    members: membersOf(room, status.isAway),
    history: room.historyMode,
    retention: room.retention,
    size: room.isHybrid ? "hybrid" : "large",
    maxMembers: room.maxMembers,
    isLocked: room.isLocked,
    keyId: room.keyId,
    needsRoomKey: room.needsRoomKey,
    ...(code && {
      safetyCode: {
        wordPlaces: code.wordPlaces,
        digits: code.digits.join(" "),
        epoch: String(code.epoch),
      },
    }),
    readUpTo: room.readUpTo,
    unread: status.unread,
    ...(status.trouble && { trouble: status.trouble }),
    remarks: room.remarks,
  };
}

function connectionOf(room: Room): ConnectionWord {
  if (room.state === "removed" && room.wasClosed) return "closed";
  return room.isCatchingUp ? "catching-up" : room.state;
}

function membersOf(room: Room, isAway: boolean): MemberView[] {
  const members = room.members();
  const presence = room.presence();
  const own = room.state === "online" ? (isAway ? "away" : "here") : "unknown";
  const namesByLook = new Map<string, Set<string>>();
  for (const { name } of members) {
    const names = namesByLook.get(skeleton(name)) ?? new Set();
    namesByLook.set(skeleton(name), names.add(name));
  }
  return members.map(({ pseudonym, name, isSelf, isHost }) => {
    const heard = presence.get(pseudonym);
    return {
      pseudonym,
      name,
      isSelf,
      isHost,
      presence: isSelf ? own : (heard?.presence ?? "unknown"),
      isTyping: heard?.isTyping ?? false,
      looksLikeAnother: (namesByLook.get(skeleton(name))?.size ?? 0) > 1,
    };
  });
}
