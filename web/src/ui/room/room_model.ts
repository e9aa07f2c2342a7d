import { type ReadonlySignal, signal } from "@preact/signals";
import type { OpenRoom, RoomView, TimelineItem } from "../../client/service.ts";
import { noticeStop } from "../door.ts";
import { thrownText } from "../messages/error_text.ts";
import { toast } from "../parts/toast.tsx";
import { Timeline } from "./timeline.ts";

const PAGE = 100;

/** What a room's screen shows and does: the room as it is told, and the timeline as far as it was fetched. */
export class RoomModel {
  readonly #view = signal<RoomView | undefined>(undefined);
  readonly #timeline = signal(Timeline.EMPTY);
  readonly #isLoading = signal(false);
  readonly #readUpTo = signal<number | undefined>(undefined);
  readonly #live = new Set<(items: readonly TimelineItem[]) => void>();

  constructor(readonly room: OpenRoom) {}

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

  /** The place above which everything was read when the person last looked; the unread divider stands there. */
  get readUpTo(): ReadonlySignal<number | undefined> {
    return this.#readUpTo;
  }

  /** Begin to listen to the room; answers how to stop. */
  start(): () => void {
    return this.room.listen({
      view: (view) => {
        if (this.#view.peek() === undefined && view.unread > 0) {
          this.#readUpTo.value = view.readUpTo;
        }
        this.#view.value = view;
      },
      items: (changed, gone, isLive) => {
        this.#timeline.value = this.#timeline.peek().changed(changed, gone);
        if (isLive) for (const hear of this.#live) hear(changed);
      },
    });
  }

  /** Hear of items that have just happened; answers how to stop. */
  onLive(hear: (items: readonly TimelineItem[]) => void): () => void {
    this.#live.add(hear);
    return () => this.#live.delete(hear);
  }

  /** Fetch the page above the oldest item; answers whether there was something to fetch. */
  async loadOlder(): Promise<boolean> {
    if (this.#isLoading.peek() || this.#timeline.peek().isComplete) return false;
    this.#isLoading.value = true;
    try {
      const page = await this.room.history(PAGE, this.#timeline.peek().oldest);
      this.#timeline.value = this.#timeline.peek().withOlder(page);
      return true;
    } catch (error) {
      this.complain(error);
      return false;
    } finally {
      this.#isLoading.value = false;
    }
  }

  /** Note that everything down to the newest item was seen. */
  markRead(): void {
    const newest = this.#timeline.peek().newest;
    const view = this.#view.peek();
    if (newest === undefined || view === undefined || newest <= view.readUpTo) return;
    void this.attempt(this.room.markRead(newest));
  }

  /** Let the unread divider stand above what comes from now on, or let it go. */
  divide(isDivided: boolean): void {
    this.#readUpTo.value = isDivided ? this.#timeline.peek().newest : undefined;
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
