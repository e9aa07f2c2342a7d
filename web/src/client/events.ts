/** What a room tells whoever listens to it. */

import type { StoredNotice } from "../store/rows.ts";
import type { ConnectionState } from "./connection.ts";
import type { Member } from "./members.ts";

/** A message came to its place in the room. */
interface MessageReceived {
  readonly kind: "message received";
  readonly id: Uint8Array;
  readonly seq: number;
  /** Whether it was said before this member came, or while it was away. */
  readonly isHistory: boolean;
}

/** A message was edited or deleted, or a sign was put under it or taken back. */
interface MessageChanged {
  readonly kind: "message changed";
  readonly id: Uint8Array;
}

/** Messages or notices are in the transcript no more: they have expired. */
export interface RowsGone {
  readonly kind: "rows gone";
  readonly messages: readonly Uint8Array[];
  readonly notices: readonly StoredNotice[];
}

/** What waits to be sent is another than before. */
interface OutboxChanged {
  readonly kind: "outbox changed";
}

/** Something happened that has its place in the timeline. */
export interface Noticed {
  readonly kind: "noticed";
  readonly notice: StoredNotice;
}

/** Somebody came into the room. */
interface MemberJoined {
  readonly kind: "member joined";
  readonly member: Member;
}

/** Somebody left, or was removed by a host. */
interface MemberLeft {
  readonly kind: "member left";
  readonly member: Member;
  readonly wasRemoved: boolean;
}

/** A host changed the room key; it is needed to join from now on. */
interface RoomKeyChanged {
  readonly kind: "room key changed";
  readonly keyId: number;
}

/** A host changed the room's title, retention, lock, hosts or room key. */
interface RulesChanged {
  readonly kind: "rules changed";
  readonly revision: number;
}

/** The connection's state, and how many messages wait to be sent. */
interface ConnectionChanged {
  readonly kind: "connection changed";
  readonly state: ConnectionState;
  readonly waiting: number;
}

/** A message that cannot be shown; `reason` is an error's code. */
interface MessageUnreadable {
  readonly kind: "message unreadable";
  readonly seq: number;
  readonly time: number;
  readonly sender: Member | undefined;
  readonly reason: string;
}

/** Before the message at `seq` its sender sent others, which the relay left out. */
interface MessagesMissing {
  readonly kind: "messages missing";
  readonly seq: number;
  readonly time: number;
  readonly sender: Member | undefined;
}

/** The group changed, and its safety code with it. */
interface SafetyCodeChanged {
  readonly kind: "safety code changed";
  readonly epoch: bigint;
}

/** Who is here, away or typing has changed. */
interface PresenceChanged {
  readonly kind: "presence changed";
}

/** Something is wrong with the room that its people should know; `code` is an error's. */
interface RoomTrouble {
  readonly kind: "room trouble";
  readonly code: string;
  readonly sentence: string;
  readonly nextStep: string;
}

export type Event =
  | MessageReceived
  | MessageChanged
  | RowsGone
  | OutboxChanged
  | Noticed
  | MemberJoined
  | MemberLeft
  | RoomKeyChanged
  | RulesChanged
  | ConnectionChanged
  | MessageUnreadable
  | MessagesMissing
  | SafetyCodeChanged
  | PresenceChanged
  | RoomTrouble;

/** Say in an event what an error says. */
export function troubleOf(error: {
  readonly code: string;
  readonly sentence: string;
  readonly nextStep: string;
}): RoomTrouble {
  const { code, sentence, nextStep } = error;
  return { kind: "room trouble", code, sentence, nextStep };
}
