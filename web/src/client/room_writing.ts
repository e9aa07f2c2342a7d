/** What a member says in a room: messages, and what changes them. */

import { equal, utf8 } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { DecodeError, PolicyViolation } from "../errors.ts";
import type { Stored } from "../store/rows.ts";
import {
  CLOCK_EXTENSION,
  Content,
  type ContentKind,
  type ContentOptions,
  Disposition,
  Expiration,
  MAX_SIGN_BYTES,
  SALT_BYTES,
} from "./content.ts";
import { readFamily, signOf } from "./merging.ts";
import type { SentMessage } from "./outbox.ts";
import { RoomView } from "./room_view.ts";
import { cleanText, wellFormed } from "./text.ts";

const MAX_EXPIRY_SECONDS = 2 ** 32 - 1;

/** What a message may say beside its text. */
export interface SendOptions {
  readonly inReplyTo?: Uint8Array | undefined;
  /** Seconds from when it is first shown to each. */
  readonly expiresAfter?: number | undefined;
}

/**
 * Each of these stores what is said here, and it goes out by itself.
 *
 * They throw StateFull, NotAMember after removal, and DecodeError for an id of nothing that is here.
 */
export class RoomWriting extends RoomView {
  /** Queue a message; throws TooLarge above 64,000 bytes. */
  async send(text: string, options: SendOptions = {}): Promise<SentMessage> {
    const { inReplyTo, expiresAfter } = options;
    const isTime = expiresAfter === undefined || Number.isInteger(expiresAfter);
    if (!isTime || Number(expiresAfter) < 1 || Number(expiresAfter) > MAX_EXPIRY_SECONDS) {
      throw new DecodeError("a message expires after 1 to 4294967295 seconds");
    }
    const expires = expiresAfter === undefined ? undefined : new Expiration(true, expiresAfter);
    return this.#say(text, { inReplyTo, expires });
  }

  /** Queue another text in the place of an own message; throws TooLarge or PolicyViolation. */
  async edit(messageId: Uint8Array, text: string): Promise<SentMessage> {
    await this.#requireOwn(messageId, "message");
    return this.#say(text, { replaces: messageId });
  }

  /** Take an own message back, from all whose client keeps to the protocol. */
  async delete(messageId: Uint8Array): Promise<SentMessage> {
    await this.#requireOwn(messageId, "message");
    return this.#say(undefined, { replaces: messageId });
  }

  /** Put a sign of 1 to 64 bytes under a message; the id is the reaction's. */
  async react(messageId: Uint8Array, sign: string): Promise<SentMessage> {
    const clean = wellFormed(cleanText(sign).trim());
    const length = utf8(clean).length;
    if (length < 1 || length > MAX_SIGN_BYTES) throw new DecodeError("a sign has 1 to 64 bytes");
    await this.#requireHere(messageId, "message");
    return this.#say(clean, { disposition: Disposition.REACTION, inReplyTo: messageId });
  }

  /**
   * Take an own reaction back, and others of the same sign that this member put under the same
   * message; throws PolicyViolation if it is another's.
   */
  async unreact(reactionId: Uint8Array): Promise<void> {
    await this.#requireOwn(reactionId, "reaction");
    const ids = await this.#sameReactions(reactionId);
    for (const id of ids) {
      await this.#say(undefined, { disposition: Disposition.REACTION, replaces: id });
    }
  }

  async #sameReactions(reactionId: Uint8Array): Promise<readonly Uint8Array[]> {
    const { store } = this.roomState;
    const target = store.index.find(reactionId)?.about;
    const changes = target === undefined ? [] : (await readFamily(store, target)).changes;
    const own = changes.filter((change) => change.isOwn && change.kind === "reaction");
    const wanted = own.find((change) => equal(change.messageId, reactionId));
    if (wanted === undefined) return [reactionId];
    const same = own.filter((change) => signOf(change) === signOf(wanted));
    return same.map((change) => change.messageId);
  }

  async #say(text: string | undefined, options: ContentOptions): Promise<SentMessage> {
    this.requireOpen();
    const said = text === undefined ? undefined : wellFormed(text);
    const extensions = [[CLOCK_EXTENSION, Date.now()]] as const;
    const content = new Content(systemRandom(SALT_BYTES), said, { ...options, extensions });
    const sent = await this.session.outbox.add(content);
    this.session.wake();
    return sent;
  }

  async #requireOwn(id: Uint8Array, kind: ContentKind): Promise<void> {
    const isOwn = await this.#requireHere(id, kind);
    if (!isOwn) throw new PolicyViolation("only who wrote it changes it");
  }

  /** Throw DecodeError unless an id names such content; says whether it is one's own. */
  async #requireHere(id: Uint8Array, kind: ContentKind): Promise<boolean> {
    if (this.session.outbox.has(id, kind)) return true;
    const row = await this.#find(id);
    if (row === undefined || row.kind !== kind || row.gone !== "") {
      throw new DecodeError("nothing of this id is here");
    }
    return row.isOwn;
  }

  async #find(id: Uint8Array): Promise<Stored | undefined> {
    const { store } = this.roomState;
    const place = store.index.find(id);
    const [row] = place === undefined ? [] : await store.read([place]);
    return row?.table === "content" ? row : undefined;
  }

  /** Let a message that failed go out once more. */
  async retry(messageId: Uint8Array): Promise<void> {
    await this.session.outbox.retry(messageId);
    this.session.wake();
  }

  /** Drop a message that failed. */
  discard(messageId: Uint8Array): Promise<void> {
    return this.session.outbox.discard(messageId);
  }
}
