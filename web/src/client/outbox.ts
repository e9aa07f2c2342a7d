/** Sends what waits, in order, each message once however often the connection breaks. */

import { toHex } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { RoomClosed, StaleEpoch, TooLarge } from "../errors.ts";
import { makeArchiveCopy, sealArchive } from "../keys/archive.ts";
import type { Queued } from "../store/rows.ts";
import { REQUEST_ID_BYTES } from "../wire/limits.ts";
import { numberField } from "./admission.ts";
import { Content, type ContentKind, computeMessageId, pad, paddingFor } from "./content.ts";
import { Deferred } from "./deferred.ts";
import { Envelope } from "./inbox.ts";
import { decodeSealedName } from "./policy.ts";
import { SEALED_NAME_EXTENSION } from "./room_policy.ts";
import type { RoomState } from "./room_state.ts";
import { encodeSent } from "./tally.ts";
import type { Transport } from "./transport.ts";

/** Where the relay stored a message: its place, and the relay's clock in milliseconds. */
interface StoredAt {
  readonly seq: number;
  readonly time: number;
}

/** A message that is stored here and will go out by itself. */
export interface SentMessage {
  readonly id: Uint8Array;
  /** Ends when the relay has it; fails with TooLarge or RoomClosed if it never will. */
  readonly stored: Promise<StoredAt>;
}

/** The queue of one room; `changed` is told when something else waits than before. */
export class Outbox {
  readonly #state: RoomState;
  readonly #changed: () => void;
  readonly #waiting = new Map<string, Deferred<StoredAt>>();

  constructor(state: RoomState, changed: () => void) {
    this.#state = state;
    this.#changed = changed;
  }

  /** How many messages wait. */
  get waiting(): number {
    return this.#state.store.countQueued();
  }

  /** Queue content durably; throws TooLarge above 64,000 bytes, or StateFull. */
  async add(content: Content): Promise<SentMessage> {
    const state = this.#state;
    const encoded = content.encode();
    const request = systemRandom(REQUEST_ID_BYTES);
    const messageId = computeMessageId(state.pseudonym, state.roomId, encoded);
    await state.store.transaction(() =>
      state.store.enqueue({ request, messageId, content: encoded, time: Date.now() }),
    );
    const deferred = new Deferred<StoredAt>();
    this.#waiting.set(toHex(request), deferred);
    this.#changed();
    return { id: messageId, stored: deferred.promise };
  }

  /** Say whether content of a kind and an id waits here. */
  has(messageId: Uint8Array, kind: ContentKind): boolean {
    const queued = this.#find(messageId);
    return queued !== undefined && Content.decode(queued.content).kind === kind;
  }

  /** Let a message that failed wait to be sent once more. */
  async retry(messageId: Uint8Array): Promise<void> {
    const queued = this.#find(messageId);
    if (queued?.failure === undefined) return;
    const { store } = this.#state;
    await store.transaction(() => store.changeQueued(queued.request, { failure: undefined }));
    this.#changed();
  }

  /** Drop a message that failed. */
  async discard(messageId: Uint8Array): Promise<void> {
    const queued = this.#find(messageId);
    if (queued?.failure === undefined) return;
    const { store } = this.#state;
    await store.transaction(() => store.dequeue(queued.request));
    this.#changed();
  }

  #find(messageId: Uint8Array): Queued | undefined {
    const id = toHex(messageId);
    return this.#state.store.queued().find((queued) => toHex(queued.messageId) === id);
  }

  /**
   * Send the first message that waits; returns its envelope, or undefined if it was refused.
   *
   * Throws StaleEpoch when the group changed: the caller catches up and tries again.
   */
  async sendFirst(transport: Transport): Promise<Envelope | undefined> {
    const state = this.#state;
    const first = state.store.firstQueued();
    if (first === undefined) return undefined;
    const { request, message, archive } = await this.#sealed(first);
    const { epoch } = state.joined;
    try {
      const answer = await transport.request("room.send", {
        request,
        room: state.roomId,
        epoch: Number(epoch),
        message,
        ...(archive && { archive }),
      });
      const seq = numberField(answer, "seq");
      const time = numberField(answer, "time");
      return new Envelope(seq, time, "message", epoch, state.leafKey, request, message);
    } catch (error) {
      if (error instanceof TooLarge || error instanceof RoomClosed) {
        await this.#refused(first, error);
        return undefined;
      }
      if (error instanceof StaleEpoch) {
        await state.store.transaction(() => state.store.unsealQueued(request));
      }
      throw error;
    }
  }

  /** Tell who waits that the relay has a message. */
  stored(request: Uint8Array, at: StoredAt): void {
    const key = toHex(request);
    this.#waiting.get(key)?.resolve(at);
    this.#waiting.delete(key);
    this.#changed();
  }

  /** Tell all who wait that nothing more is sent. */
  failAll(error: Error): void {
    for (const deferred of this.#waiting.values()) deferred.reject(error);
    this.#waiting.clear();
  }

  async #refused(queued: Queued, error: TooLarge | RoomClosed): Promise<void> {
    const { store } = this.#state;
    const isMessage = Content.decode(queued.content).kind === "message";
    await store.transaction(() => {
      if (isMessage) {
        // sealed anew if it is sent again: others may have been sent after it
        store.unsealQueued(queued.request);
        store.changeQueued(queued.request, { failure: error.code });
      } else {
        store.dequeue(queued.request);
      }
    });
    const key = toHex(queued.request);
    this.#waiting.get(key)?.reject(error);
    this.#waiting.delete(key);
    this.#changed();
  }

  /** Seal a message for this epoch, unless it is: the same bytes go out again. */
  async #sealed(queued: Queued): Promise<Queued & { readonly message: Uint8Array }> {
    const state = this.#state;
    const group = state.joined;
    const { request, content } = queued;
    if (queued.epoch === group.epoch && queued.message !== undefined) {
      return { ...queued, message: queued.message };
    }
    const message = await state.sealed((group) =>
      group.protect(content, {
        authenticatedData: encodeSent(state.sent),
        padding: paddingFor(content.length),
      }),
    );
    const archive = this.#archive(content);
    const sealing = { epoch: group.epoch, message, archive };
    await state.store.transaction(() => {
      state.saveMessages();
      state.store.changeQueued(request, sealing);
      state.store.remember(request, "message", message);
    });
    return { ...queued, ...sealing };
  }

  #archive(content: Uint8Array): Uint8Array | undefined {
    const state = this.#state;
    const group = state.joined;
    const leaf = group.leaf(group.ownIndex);
    if (!state.rules?.isShared || leaf === undefined || this.#isFleeting(content)) return undefined;
    const name = leaf.extension(SEALED_NAME_EXTENSION) ?? new Uint8Array();
    const { keyId, sealed } = decodeSealedName(name);
    const copy = makeArchiveCopy(
      state.identity.privateKey,
      state.roomId,
      group.epoch,
      state.pseudonym,
      keyId,
      sealed,
      pad(content),
    );
    return sealArchive(state.historySecret(group), state.roomId, group.epoch, copy);
  }

  /** Say whether content expires, or changes what expires: who was not there does not read it. */
  #isFleeting(encoded: Uint8Array): boolean {
    const { store } = this.#state;
    const content = Content.decode(encoded);
    if (content.expires !== undefined) return true;
    const place = content.target && store.index.find(content.target);
    const expiries = store.expiries();
    return [content.target, place?.about].some((id) => id !== undefined && expiries.has(toHex(id)));
  }
}
