/** The codes an answer may carry, and the error each one becomes on the client. */

import {
  ConnectionFull,
  DirectoryFull,
  EpochConflict,
  HandleTaken,
  InboxFull,
  MalformedRequest,
  NotAdmitted,
  RateLimited,
  RelayFault,
  RequestError,
  RoomClosed,
  RoomFull,
  RoomLocked,
  StaleEpoch,
  StorageFull,
  TooLarge,
  TooManyConnections,
  TooManyRooms,
  UnknownEvent,
  UnknownHandle,
  UnsupportedVersion,
  WrongRoomKey,
} from "../errors.ts";

// each by its name: what a whole module is asked for by name cannot be left out of the page
const REQUEST_ERRORS: readonly (typeof RequestError)[] = [
  RequestError,
  MalformedRequest,
  UnknownEvent,
  UnsupportedVersion,
  WrongRoomKey,
  NotAdmitted,
  EpochConflict,
  StaleEpoch,
  TooLarge,
  RateLimited,
  RoomFull,
  RoomLocked,
  TooManyRooms,
  TooManyConnections,
  ConnectionFull,
  RoomClosed,
  StorageFull,
  HandleTaken,
  UnknownHandle,
  DirectoryFull,
  InboxFull,
  RelayFault,
];

export const ERRORS_BY_CODE: ReadonlyMap<string, typeof RequestError> = new Map(
  REQUEST_ERRORS.map((cls) => [cls.code, cls]),
);

/**
 * Turn a relay's refusal into the error to throw, with what came beside the code.
 *
 * A code this version does not know becomes a RelayFault that names it.
 */
export function errorFor(answer: Readonly<Record<string, unknown>>): RequestError {
  const code = String(answer.code);
  const known = ERRORS_BY_CODE.get(code);
  if (known === undefined) return new RelayFault(`unknown code '${code.slice(0, 40)}'`, answer);
  return new known("", answer);
}
