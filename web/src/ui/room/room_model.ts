import { type ReadonlySignal, signal } from "@preact/signals";
import type { OpenRoom, RoomView, TimelineItem } from "../../client/service.ts";
import { noticeStop } from "../door.ts";
import { thrownText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { giveHues, takeBackHues } from "../parts/sender_hues.ts";
import { toast } from "../parts/toast.tsx";
import { type Draft, draftOf } from "./draft.ts";
import { Timeline } from "./timeline.ts";

const PAGE = 100;
/** Pages are larger while one message far above is looked for. */
const SEEKING_PAGE = 1000;

/** Where the timeline is asked to go: to a message, or to the newest one. */
export interface Jump {
  readonly id: string | undefined;
}

/** What a room's screen shows and does: the room as it is told, and the timeline as far as it was fetched. */
export class RoomModel {
  readonly #view = signal<RoomView | undefined>(undefined);
  readonly #timeline = signal(Timeline.EMPTY);
  readonly #isLoading = signal(false);
  readonly #hasFailed = signal(false);
  readonly #isSeeking = signal(false);
  readonly #jump = signal<Jump | undefined>(undefined);
  readonly #readUpTo = signal<number | undefined>(undefined);
  readonly #live = new Set<(items: readonly TimelineItem[]) => void>();

  readonly draft: Draft;

  constructor(readonly room: OpenRoom) {
    this.draft = draftOf(room.code);
  }

  /** Undefined until the room has told it for the first time. */
  get view(): ReadonlySignal<RoomView | undefined> {
    return this.#view;
  }

  get timeline(): ReadonlySignal<Timeline> {
    return this.#timeline;
  }

  /** Whether older items are being fetched. */
  get isLoading(): ReadonlySignal<boolean> {
    return this.#isLoading;
  }

  /** Whether the last try to fetch older items failed. */
  get hasFailed(): ReadonlySignal<boolean> {
    return this.#hasFailed;
  }

  /** Whether a message far above is being looked for. */
  get isSeeking(): ReadonlySignal<boolean> {
    return this.#isSeeking;
  }

  get jump(): ReadonlySignal<Jump | undefined> {
    return this.#jump;
  }

  /** The place above which everything was read when the person last looked; the unread divider stands there. */
  get readUpTo(): ReadonlySignal<number | undefined> {
    return this.#readUpTo;
  }

  /** Begin to listen to the room; answers how to stop. */
  start(): () => void {
    const stop = this.room.listen({
      view: (view) => {
        if (this.#view.peek() === undefined && view.unread > 0) {
          this.#readUpTo.value = view.readUpTo;
        }
        giveHues(view.members.map((member) => member.pseudonym));
        this.#view.value = view;
      },
      items: (changed, gone, isLive) => {
        this.#timeline.value = this.#timeline.peek().changed(changed, gone);
        if (isLive) for (const hear of this.#live) hear(changed);
      },
    });
    return () => {
      stop();
      takeBackHues();
    };
  }

  /** Hear of items that have just happened; answers how to stop. */
  onLive(hear: (items: readonly TimelineItem[]) => void): () => void {
    this.#live.add(hear);
    return () => this.#live.delete(hear);
  }

  /** Fetch the page above the oldest item; answers whether there was something to fetch. */
  async loadOlder(limit = PAGE): Promise<boolean> {
    if (this.#isLoading.peek() || this.#timeline.peek().isComplete) return false;
    this.#isLoading.value = true;
    try {
      const page = await this.room.history(limit, this.#timeline.peek().oldest);
      this.#timeline.value = this.#timeline.peek().withOlder(page);
      this.#hasFailed.value = false;
      return true;
    } catch (error) {
      this.#hasFailed.value = true;
      this.complain(error);
      return false;
    } finally {
      this.#isLoading.value = false;
    }
  }

  /** Go to a message, fetching what lies between; says so if it is not to be had. */
  async goTo(id: string): Promise<void> {
    this.#isSeeking.value = true;
    while (this.#timeline.peek().get(id) === undefined) {
      if (!(await this.loadOlder(SEEKING_PAGE))) break;
    }
    this.#isSeeking.value = false;
    if (this.#timeline.peek().get(id) === undefined) toast(messages.value.room.notFound);
    else this.#jump.value = { id };
  }

  goToEnd(): void {
    this.#jump.value = { id: undefined };
  }

  /** Note that everything down to the place `seq` was seen. */
  markRead(seq: number): void {
    const view = this.#view.peek();
    if (view === undefined || seq <= view.readUpTo) return;
    void this.attempt(this.room.markRead(seq));
  }

  /** Let the unread divider stand below the place `readUpTo`, or let it go. */
  divide(readUpTo: number | undefined): void {
    this.#readUpTo.value = readUpTo;
  }

  /** Wait for something the room was asked for; if it fails say why, and answer undefined. */
  async attempt<T>(deed: Promise<T>): Promise<T | undefined> {
    try {
      return await deed;
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  complain(error: unknown): void {
    noticeStop(error);
    const { sentence, nextStep } = thrownText(error);
    toast(`${sentence} ${nextStep}`);
  }
}
