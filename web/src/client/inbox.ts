/** Puts envelopes in the order of the log: what comes next, and whether something is missing. */

import { RelayFault } from "../errors.ts";
import { KEY_BYTES, MAX_TIME, REQUEST_ID_BYTES } from "../wire/limits.ts";
import type { Fields } from "./transport.ts";
import { isUint } from "./uint.ts";

type EnvelopeKind = "commit" | "message" | "leave" | "close";

const KINDS: ReadonlySet<unknown> = new Set<EnvelopeKind>(["commit", "message", "leave", "close"]);

const MAX_AHEAD = 1024;

/** One record of a room's log; `time` is the relay's clock, milliseconds since 1970. */
export class Envelope {
  constructor(
    readonly seq: number,
    readonly time: number,
    readonly kind: EnvelopeKind,
    readonly epoch: bigint,
    readonly leaf: Uint8Array,
    readonly request: Uint8Array,
    readonly body: Uint8Array,
    readonly history?: Uint8Array,
    readonly root?: Uint8Array,
  ) {}

  /** Read what the relay sent; throws RelayFault if it is no envelope. */
  static read(fields: unknown): Envelope {
    if (typeof fields !== "object" || fields === null) throw new RelayFault("not an envelope");
    const { seq, time, kind, epoch, leaf, request, body, history, root } = fields as Fields;
    if (
      !(isUint(seq) && isUint(time, MAX_TIME) && isUint(epoch) && isKind(kind)) ||
      !(isBytes(leaf, KEY_BYTES) && isBytes(request, REQUEST_ID_BYTES) && isBytes(body)) ||
      !(history === undefined || isBytes(history)) ||
      !(root === undefined || isBytes(root))
    ) {
      throw new RelayFault("an envelope has a field of another form");
    }
    return new Envelope(seq, time, kind, BigInt(epoch), leaf, request, body, history, root);
  }
}

function isBytes(value: unknown, length?: number): value is Uint8Array {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

function isKind(value: unknown): value is EnvelopeKind {
  return KINDS.has(value);
}

/** Envelopes that were pushed, and the cursor: the place of the last one that was taken. */
export class Inbox {
  #cursor: number;
  #head: number;
  #waiting = new Map<number, Envelope>();

  constructor(cursor: number) {
    this.#cursor = cursor;
    this.#head = cursor;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get head(): number {
    return this.#head;
  }

  /** Keep an envelope that arrived, unless it was taken before. */
  push(envelope: Envelope): void {
    this.reach(envelope.seq);
    // a push is a hint: what lies far ahead is pulled, so that this stays small
    const isNear = this.#cursor < envelope.seq && envelope.seq <= this.#cursor + MAX_AHEAD;
    if (isNear && !this.#waiting.has(envelope.seq)) this.#waiting.set(envelope.seq, envelope);
  }

  /** Learn that the log goes on at least to `head`. */
  reach(head: number): void {
    this.#head = Math.max(this.#head, head);
  }

  /** Get the envelope after the cursor, if it is here. */
  next(): Envelope | undefined {
    return this.#waiting.get(this.#cursor + 1);
  }

  /** Move the cursor over an envelope. */
  take(envelope: Envelope): void {
    this.move(envelope.seq);
  }

  /** Set the cursor, and forget what lies before it. */
  move(cursor: number): void {
    this.#cursor = cursor;
    this.#head = Math.max(this.#head, cursor);
    for (const seq of this.#waiting.keys()) if (seq <= cursor) this.#waiting.delete(seq);
  }

  /** Drop what was pushed, and what was said of the log's end: a connection starts. */
  forget(): void {
    this.#waiting.clear();
    this.#head = this.#cursor;
  }

  /** Whether something is missing that only a pull brings. */
  get hasGap(): boolean {
    return this.#cursor < this.#head && this.next() === undefined;
  }
}
