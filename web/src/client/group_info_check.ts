/** A host looks after what newcomers come in by: the group info that a commit's sender left. */

import { equal } from "../crypto/bytes.ts";
import { CryptoError, DecodeError, RequestError } from "../errors.ts";
import { decodeMessage, type Group, GroupInfo } from "../mls/index.ts";
import { admit, openRoom } from "./admission.ts";
import type { Envelope } from "./inbox.ts";
import { isHost, roomPolicyOf } from "./policy.ts";
import type { RoomState } from "./room_state.ts";
import { monotonic, type Schedule } from "./schedule.ts";
import type { Transport } from "./transport.ts";

/** Looks some seconds after another's commit, once for all that came meanwhile. */
export class GroupInfoCheck {
  readonly #state: RoomState;
  readonly #seconds: number;
  #at = Number.POSITIVE_INFINITY;

  constructor(state: RoomState, schedule: Schedule) {
    this.#state = state;
    this.#seconds = schedule.tidySeconds;
  }

  /** Plan a look after a commit that somebody else made. */
  took(envelope: Envelope): void {
    const group = this.#state.joined;
    if (equal(envelope.leaf, this.#state.leafKey) || this.#state.needsRoomKey) {
      this.#at = Number.POSITIVE_INFINITY;
    } else if (isHost(group, group.ownIndex, roomPolicyOf(group))) {
      this.#at = Math.min(this.#at, monotonic() + this.#seconds);
    }
  }

  /** Return how long there is nothing to look at; infinity until another commit. */
  secondsToWait(): number {
    return Math.max(0, this.#at - monotonic());
  }

  /** Say whether nobody can join by the group info; a commit of one's own mends that. */
  async findsFault(transport: Transport): Promise<boolean> {
    this.#at = Number.POSITIVE_INFINITY;
    const state = this.#state;
    try {
      const opened = await openRoom(transport, state.code);
      const admitted = await admit(transport, opened, state.secrets, state.leafKey);
      // of an epoch that is not known here yet: its commit plans the next look
      return admitted.epoch === state.joined.epoch && !fits(state.joined, admitted.groupInfo);
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }
}

function fits(group: Group, encoded: Uint8Array): boolean {
  try {
    const own = decodeMessage(group.groupInfo());
    const given = decodeMessage(encoded);
    if (!(own instanceof GroupInfo && given instanceof GroupInfo)) return false;
    const signer = group.leaf(given.signer);
    if (signer === undefined) return false;
    given.verifySignature(group.suite, signer.signatureKey);
    const { context, extensions, confirmationTag } = given;
    const same = new GroupInfo(context, extensions, confirmationTag, own.signer, own.signature);
    return equal(same.encode(), own.encode());
  } catch (error) {
    if (error instanceof DecodeError || error instanceof CryptoError) return false;
    throw error;
  }
}
