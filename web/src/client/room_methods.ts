/** The methods of an open room by their names, to be called over to wherever the room is. */

import type { OpenRoom, RoomListener } from "./service.ts";

export const ROOM_METHODS = [
  "send",
  "retry",
  "discard",
  "edit",
  "delete",
  "react",
  "unreact",
  "history",
  "search",
  "exportTranscript",
  "markRead",
  "dismissRemark",
  "signalTyping",
  "signalAway",
  "roomKey",
  "giveRoomKey",
  "changeRoomKey",
  "remove",
  "setLocked",
  "setTitle",
  "setRetention",
  "nameHost",
  "closeRoom",
  "wakeUp",
  "leave",
  "close",
] as const satisfies readonly (keyof OpenRoom)[];

type RoomMethod = (typeof ROOM_METHODS)[number];

/** Does what a room's method does, with what that is called with. */
export type CallRoom = (method: RoomMethod, args: readonly unknown[]) => Promise<unknown>;

type Methods = Pick<OpenRoom, RoomMethod>;

/** Make a room of how its methods are called and how it is listened to. */
export function roomOf(
  code: string,
  call: CallRoom,
  listen: (listener: RoomListener) => () => void,
): OpenRoom {
  const methods = ROOM_METHODS.map((name) => {
    return [name, (...args: readonly unknown[]) => call(name, args)] as const;
  });
  // each takes and answers what its namesake does, wherever that is
  return { code, listen, ...(Object.fromEntries(methods) as unknown as Methods) };
}

/** Call a room's method by its name. */
export function callRoom(
  room: OpenRoom,
  method: RoomMethod,
  args: readonly unknown[],
): Promise<unknown> {
  const bound = room[method].bind(room) as (...args: readonly unknown[]) => Promise<unknown>;
  return bound(...args);
}
