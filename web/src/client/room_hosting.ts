/** A host's tools: the room's key, its lock, its title, its hosts, who is in it, and its end. */

import { equal, toHex, utf8 } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { ED25519 } from "../crypto/signature.ts";
import { DecodeError, PolicyViolation } from "../errors.ts";
import { normalizeRoomKey } from "../keys/room_key.ts";
import { deriveSecrets } from "../keys/root.ts";
import {
  MAX_HOSTS,
  MAX_RETENTION_SECONDS,
  MIN_RETENTION_SECONDS,
  REQUEST_ID_BYTES,
} from "../wire/limits.ts";
import { closeTranscript } from "../wire/transcripts.ts";
import { stretch } from "./admission.ts";
import { Change, type Edit, requireHost, type Wish, withTitle } from "./changes.ts";
import { roomPolicyOf } from "./policy.ts";
import { RoomWriting } from "./room_writing.ts";
import { wellFormed } from "./text.ts";

const MAX_TITLE_BYTES = 256;

/**
 * Each of these returns once the room has accepted the change, however long that takes.
 *
 * They throw PolicyViolation unless this member is a host, and NotAMember after removal.
 * Members are named by their pseudonyms, in hexadecimal.
 */
export class RoomHosting extends RoomWriting {
  /**
   * Change the room key, and remove members so that they cannot come back, in one step.
   *
   * Who stays is given the new key by the room. Throws RoomKeyUnacceptable, RelayUnreachable, or
   * RoomKeyNeeded if this member does not know the key before.
   */
  async changeRoomKey(newKey: string, remove: readonly string[] = []): Promise<void> {
    const typed = normalizeRoomKey(newKey);
    this.#requireHost();
    const removed = this.#leaves(remove);
    const newRoot = await this.#stretch(typed);
    await this.#change({ removed, newRoot });
    const state = this.roomState;
    await state.store.transaction(() => state.saveRoomKey(typed, state.secrets.keyId));
  }

  /** Remove somebody, who can come back while the room key stays as it is. */
  async remove(pseudonym: string): Promise<void> {
    this.#requireHost();
    await this.#change({ removed: this.#leaves([pseudonym]) });
  }

  /** Let nobody new come in, or let people in again. */
  async setLocked(locked: boolean): Promise<void> {
    await this.#edit((rules) => rules.with({ locked }));
  }

  /** Give the room a title; throws DecodeError above 256 bytes. */
  async setTitle(title: string): Promise<void> {
    if (utf8(title).length > MAX_TITLE_BYTES) {
      throw new DecodeError(`a title has at most ${MAX_TITLE_BYTES} bytes`);
    }
    await this.#edit(withTitle(this.roomState, wellFormed(title)));
  }

  /** Change how long messages are kept, by the relay and by members; DecodeError if not so. */
  async setRetention(seconds: number): Promise<void> {
    if (!(seconds >= MIN_RETENTION_SECONDS && seconds <= MAX_RETENTION_SECONDS)) {
      throw new DecodeError("retention is from an hour to 90 days");
    }
    await this.#edit((rules) => rules.with({ retention: Math.floor(seconds) }));
  }

  /** Make a member a host too; throws PolicyViolation if there are 32 already. */
  async nameHost(pseudonym: string): Promise<void> {
    const named = this.#leaves([pseudonym]);
    await this.#edit((rules) => {
      const added = named.filter((leaf) => !rules.hasHost(leaf));
      if (rules.hosts.length + added.length > MAX_HOSTS) {
        throw new PolicyViolation(`a room has at most ${MAX_HOSTS} hosts`);
      }
      return rules.with({ hosts: [...rules.hosts, ...added] });
    });
  }

  /** End the room for everybody, and have the relay delete it; throws RelayUnreachable. */
  async closeRoom(): Promise<void> {
    this.#requireHost();
    const state = this.roomState;
    const transport = this.session.online();
    const signed = closeTranscript(state.roomId, state.leafKey);
    const signature = ED25519.sign(state.identity.privateKey, signed);
    const request = systemRandom(REQUEST_ID_BYTES);
    await state.store.transaction(() => state.store.remember(request, "close", signature));
    await transport.request("room.close", { request, room: state.roomId, signature });
    await this.session.endClosed();
  }

  /**
   * Give the new room key after a host changed it and this device was not told.
   *
   * Anybody may. Throws WrongRoomKey if it is another, RoomKeyUnacceptable or RelayUnreachable.
   */
  async giveRoomKey(roomKey: string): Promise<void> {
    const typed = normalizeRoomKey(roomKey);
    this.requireOpen();
    await this.session.keyWait.give(deriveSecrets(await this.#stretch(typed)));
    this.session.wake();
    const state = this.roomState;
    await state.store.transaction(() => state.saveRoomKey(typed, state.secrets.keyId));
  }

  async #edit(edit: Edit): Promise<void> {
    this.#requireHost();
    await this.#change({ edit });
  }

  async #change(wish: Wish): Promise<void> {
    // the room may have ended while its new key was stretched
    this.requireOpen();
    const change = new Change(wish);
    this.session.committer.add(change);
    this.session.wake();
    await change.done.promise;
  }

  async #stretch(roomKey: string): Promise<Uint8Array> {
    // a connection of its own: the room's may be down, or waiting for this very key
    const transport = this.connect();
    try {
      await transport.connect();
      return await stretch(transport, this.roomState.roomId, roomKey);
    } finally {
      await transport.close();
    }
  }

  #requireHost(): void {
    this.requireOpen();
    const group = this.roomState.joined;
    requireHost(group, roomPolicyOf(group));
  }

  #leaves(pseudonyms: readonly string[]): Uint8Array[] {
    const wanted = new Set(pseudonyms);
    const leaves = this.roomState.joined.members().map(([, leaf]) => leaf);
    const found = leaves.filter((leaf) => wanted.has(toHex(leaf.credential.identity)));
    if (found.some((leaf) => equal(leaf.signatureKey, this.roomState.leafKey))) {
      throw new PolicyViolation("who goes leaves");
    }
    return found.map((leaf) => leaf.signatureKey);
  }
}
