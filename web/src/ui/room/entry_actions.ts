import { type ReadonlySignal, signal } from "@preact/signals";
import type { MessageItem } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { copyText } from "../parts/copy_button.tsx";
import type { MenuItem } from "../parts/menu.tsx";
import { isOver } from "./is_over.ts";
import type { RoomModel } from "./room_model.ts";
import { canBeEdited } from "./timeline.ts";

/** What is open over the timeline, and the element it belongs to. */
export interface Opened {
  readonly kind: "menu" | "picker" | "deletion" | "who";
  readonly item: MessageItem;
  readonly opener: HTMLElement;
}

/** What a person can do with a message. */
export class EntryActions {
  readonly #model: RoomModel;
  readonly #opened = signal<Opened | undefined>(undefined);

  constructor(model: RoomModel) {
    this.#model = model;
  }

  get opened(): ReadonlySignal<Opened | undefined> {
    return this.#opened;
  }

  open(kind: Opened["kind"], item: MessageItem, opener: HTMLElement): void {
    this.#opened.value = { kind, item, opener };
  }

  /** Close what is open, if it is of this kind: something else may have come in its place. */
  close(kind: Opened["kind"]): void {
    if (this.#opened.peek()?.kind === kind) this.#opened.value = undefined;
  }

  reply(item: MessageItem): void {
    this.#model.draft.reply(item);
  }

  edit(item: MessageItem): void {
    this.#model.draft.edit(item);
  }

  goTo(id: string): void {
    void this.#model.goTo(id);
  }

  retry(item: MessageItem): void {
    void this.#model.attempt(this.#model.room.retry(item.id));
  }

  discard(item: MessageItem): void {
    void this.#model.attempt(this.#model.room.discard(item.id));
  }

  delete(item: MessageItem): void {
    void this.#model.attempt(this.#model.room.delete(item.id));
  }

  /** React with a sign, or take an own reaction with it back. */
  toggle(item: MessageItem, sign: string): void {
    if (!this.canBeAnswered(item)) return;
    const reaction = item.reactions.find((other) => other.sign === sign);
    const own = reaction?.by.find((by) => by.isOwn);
    const { room } = this.#model;
    void this.#model.attempt(own ? room.unreact(own.id) : room.react(item.id, sign));
  }

  /** Whether a message is there for others to refer to, in a room that goes on. */
  canBeAnswered(item: MessageItem): boolean {
    return item.seq !== undefined && !item.isDeleted && !this.#isOver();
  }

  #isOver(): boolean {
    const view = this.#model.view.peek();
    return view !== undefined && isOver(view);
  }

  /** What can be done with a message now, most wanted first. */
  itemsFor({ item, opener }: Opened): MenuItem[] {
    const t = messages.value.room.actions;
    const items: MenuItem[] = [];
    if (item.state === "failed" && !this.#isOver()) {
      items.push({ label: t.retry, icon: "renew", onSelect: () => this.retry(item) });
    }
    if (this.canBeAnswered(item)) {
      items.push({ label: t.reply, icon: "reply", onSelect: () => this.reply(item) });
      const react = () => this.open("picker", item, opener);
      items.push({ label: t.react, icon: "smile", onSelect: react });
    }
    if (!item.isDeleted) {
      items.push({ label: t.copy, icon: "copy", onSelect: () => void copyText(item.text) });
    }
    if (item.reactions.length > 0) {
      const show = () => this.open("who", item, opener);
      items.push({ label: t.who, icon: "people", onSelect: show });
    }
    if (canBeEdited(item) && !this.#isOver()) {
      items.push({ label: t.edit, icon: "pencil", onSelect: () => this.edit(item) });
      const ask = () => this.open("deletion", item, opener);
      const alarm = { kind: "alarm", startsGroup: true } as const;
      items.push({ label: t.delete, icon: "trash", ...alarm, onSelect: ask });
    }
    if (item.seq === undefined) {
      const alarm = { kind: "alarm", startsGroup: true } as const;
      const discard = () => this.discard(item);
      items.push({ label: t.discard, icon: "trash", ...alarm, onSelect: discard });
    }
    return items;
  }
}
