import type { FakeRoom } from "./fake_room.ts";
import { textAt } from "./fake_texts.ts";
import { messageItem } from "./fake_timeline.ts";

const PAUSE_MS = 9000;
const TYPING_MS = 2500;

/** People who type and then say something, one after the other, as long as somebody listens. */
export class FakeConversation {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(private readonly room: FakeRoom) {}

  begin(): void {
    this.#timer ??= setTimeout(() => this.#type(), PAUSE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #type(): void {
    const speaker = this.#speaker();
    if (speaker) this.#setTyping(speaker.pseudonym, true);
    this.#timer = setTimeout(() => this.#say(), TYPING_MS);
  }

  #say(): void {
    const speaker = this.#speaker();
    if (speaker) {
      const seq = this.room.nextSeq();
      this.#setTyping(speaker.pseudonym, false);
      const sender = { pseudonym: speaker.pseudonym, name: speaker.name };
      const text = textAt(this.#turn * 5);
      this.room.put(messageItem({ id: `message${seq}`, seq, time: Date.now(), sender, text }));
      this.room.show({ unread: this.room.view.unread + 1 });
    }
    this.#turn += 1;
    this.#timer = setTimeout(() => this.#type(), PAUSE_MS);
  }

  #speaker() {
    const others = this.room.view.members.filter((member) => !member.isSelf);
    return others[this.#turn % others.length];
  }

  #setTyping(pseudonym: string, isTyping: boolean): void {
    const members = this.room.view.members.map((member) =>
      member.pseudonym === pseudonym ? { ...member, isTyping, presence: "here" as const } : member,
    );
    this.room.show({ members });
  }
}
