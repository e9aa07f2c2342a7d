import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { MessageItem } from "../../client/service.ts";

/** What a message may have in its body, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 64_000;

type Target =
  | { readonly kind: "new" }
  | { readonly kind: "reply"; readonly to: MessageItem }
  | { readonly kind: "edit"; readonly item: MessageItem };

const NEW: Target = { kind: "new" };

/** What is being written in a room; it lives in memory only, longer than the room's screen. */
export class Draft {
  readonly text = signal("");
  /** How long what is sent will last, in seconds; undefined if it stays. */
  readonly expiresAfter = signal<number | undefined>(undefined);
  readonly #target = signal<Target>(NEW);
  /** What was being written before an edit began. */
  #kept: { readonly text: string; readonly target: Target } | undefined;
  /** Counts the wishes to write, so that the composer takes the focus. */
  readonly #calls = signal(0);

  get target(): ReadonlySignal<Target> {
    return this.#target;
  }

  get calls(): ReadonlySignal<number> {
    return this.#calls;
  }

  /** Bring the person to where they write. */
  call(): void {
    this.#calls.value += 1;
  }

  reply(to: MessageItem): void {
    batch(() => {
      this.#cancelEdit();
      this.#target.value = { kind: "reply", to };
      this.call();
    });
  }

  edit(item: MessageItem): void {
    batch(() => {
      this.#cancelEdit();
      this.#kept = { text: this.text.peek(), target: this.#target.peek() };
      this.#target.value = { kind: "edit", item };
      this.text.value = item.text;
      this.call();
    });
  }

  /** Neither answer nor edit; what was being written before an edit is back. */
  cancel(): void {
    if (this.#target.peek().kind === "reply") this.#target.value = NEW;
    else this.#cancelEdit();
  }

  /** What was written is on its way. */
  finish(): void {
    batch(() => {
      if (this.#target.peek().kind === "edit") this.#cancelEdit();
      else {
        this.text.value = "";
        this.#target.value = NEW;
      }
    });
  }

  #cancelEdit(): void {
    const kept = this.#kept;
    if (this.#target.peek().kind !== "edit" || kept === undefined) return;
    this.#kept = undefined;
    batch(() => {
      this.text.value = kept.text;
      this.#target.value = kept.target;
    });
  }
}

const drafts = new Map<string, Draft>();

/** The draft of a room, by the room's code. */
export function draftOf(code: string): Draft {
  const draft = drafts.get(code) ?? new Draft();
  drafts.set(code, draft);
  return draft;
}

export function dropDraft(code: string): void {
  drafts.delete(code);
}

/** How many bytes of UTF-8 a text takes. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
