/** What a room shows of itself: its name, its rules, who is in it, how it stands with its relay. */

import { toHex } from "../crypto/bytes.ts";
import { NotAMember } from "../errors.ts";
import { type SafetyCode, safetyCode } from "../keys/safety_code.ts";
import * as roomCode from "../wire/room_code.ts";
import { shownTitle } from "./changes.ts";
import type { ConnectionState } from "./connection.ts";
import type { Event } from "./events.ts";
import { type Member, membersOf } from "./members.ts";
import type { History } from "./room_policy.ts";
import { HYBRID_SUITE, type RoomState } from "./room_state.ts";
import { Session, type SessionOptions } from "./session.ts";
import { cleanName } from "./text.ts";
import type { Transport } from "./transport.ts";

/** The part of a room that only reads what is here already. */
export class RoomView {
  protected readonly roomState: RoomState;
  protected readonly connect: () => Transport;
  protected readonly session: Session;
  protected isOpen = true;

  constructor(
    state: RoomState,
    connect: () => Transport,
    tell: (event: Event) => void,
    options: SessionOptions,
  ) {
    this.roomState = state;
    this.connect = connect;
    this.session = new Session(state, connect, tell, options);
  }

  /** The room code as people see it. */
  get code(): string {
    return roomCode.show(this.roomState.code);
  }

  /** The room code as it is stored and written in addresses: ten symbols. */
  get storedCode(): string {
    return this.roomState.code;
  }

  /** The own display name in this room. */
  get name(): string {
    return cleanName(this.roomState.name);
  }

  /** The own pseudonym. */
  get pseudonym(): string {
    return toHex(this.roomState.pseudonym);
  }

  /** The room's title; empty if it has none. */
  get title(): string {
    const { rules, ring, roomId } = this.roomState;
    return rules === undefined ? "" : shownTitle(ring, roomId, rules);
  }

  /** Whether the room's history is "shared" with those who join later, or "strict". */
  get historyMode(): History {
    return this.roomState.rules?.history ?? "strict";
  }

  /** How long messages are kept, in seconds. */
  get retention(): number {
    return this.roomState.rules?.retention ?? 0;
  }

  /** How many members the room may have. */
  get maxMembers(): number {
    return this.roomState.rules?.maxMembers ?? 0;
  }

  /** Whether the room's keys are made against quantum computers too. */
  get isHybrid(): boolean {
    return this.roomState.identity.suite.id === HYBRID_SUITE;
  }

  /** Whether nobody new comes in. */
  get isLocked(): boolean {
    return this.roomState.rules?.locked ?? false;
  }

  /** Whether this member is a host. */
  get isHost(): boolean {
    return this.members().some((member) => member.isSelf && member.isHost);
  }

  /** How often the room key was changed. */
  get keyId(): number {
    return this.roomState.rules?.keyId ?? 0;
  }

  /** Whether the room key was changed, and `giveRoomKey` has to be called. */
  get needsRoomKey(): boolean {
    return this.roomState.needsRoomKey || this.session.keyWait.isOn;
  }

  /** The room key as people type it; undefined if it was never typed here. */
  get roomKey(): string | undefined {
    return this.needsRoomKey ? undefined : this.roomState.roomKey;
  }

  /** Whether a host closed the room for everybody. */
  get wasClosed(): boolean {
    return this.roomState.wasClosed;
  }

  /** How the room stands with its relay. */
  get state(): ConnectionState {
    return this.session.connection.state;
  }

  /** When the next try to connect begins, milliseconds since 1970. */
  get retryAt(): number | undefined {
    return this.session.retryAt;
  }

  /** Whether the connection is there, and what was missed is being read. */
  get isCatchingUp(): boolean {
    return this.session.isCatchingUp;
  }

  /** How many messages wait to be sent. */
  get waiting(): number {
    return this.session.outbox.waiting;
  }

  /** List who is in the room; those who have said that they leave are not. */
  members(): Member[] {
    const { group, policy, store } = this.roomState;
    if (group === undefined) return [];
    const leaving = store.statements();
    return membersOf(group, policy).filter(({ index }) => {
      const leaf = group.leaf(index);
      return leaf !== undefined && !leaving.has(toHex(leaf.signatureKey));
    });
  }

  /** Return what all members see alike, if nobody is between them; undefined outside of the room. */
  safetyCode(): (SafetyCode & { readonly epoch: bigint }) | undefined {
    const { group } = this.roomState;
    if (group === undefined) return undefined;
    return { ...safetyCode(group.epochAuthenticator), epoch: group.epoch };
  }

  protected requireOpen(): void {
    if (this.state === "removed" || !this.isOpen) throw new NotAMember();
  }
}
