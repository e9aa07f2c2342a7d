import { useComputed } from "@preact/signals";
import { messages } from "../messages/messages.ts";
import { senderHue } from "../parts/sender_hues.ts";
import { SenderName } from "../parts/sender_mark.tsx";
import { inlineExcerpt } from "../text/excerpt.ts";
import type { EntryActions } from "./entry_actions.ts";
import type { RoomModel } from "./room_model.ts";

const CHARACTERS = 140;

interface QuoteProps {
  readonly model: RoomModel;
  readonly actions: EntryActions;
  /** The id of the message that is answered. */
  readonly id: string;
  readonly isTabStop: boolean;
}

/** What a message answers, in one line; a click goes there. */
export function Quote({ model, actions, id, isTabStop }: QuoteProps) {
  const t = messages.value.room;
  const original = useComputed(() => model.timeline.value.message(id)).value;
  const text = original?.isDeleted ? t.deleted : inlineExcerpt(original?.text ?? "", CHARACTERS);
  return (
    <button
      type="button"
      class="quote"
      data-hue={original && senderHue(original.sender.pseudonym)}
      tabIndex={isTabStop ? undefined : -1}
      onClick={() => actions.goTo(id)}
    >
      <span class="visually-hidden">{t.entry.answers}</span>
      {original ? (
        <>
          <SenderName {...original.sender} />
          <span class="quote-text" dir="auto">
            {text}
          </span>
        </>
      ) : (
        <span class="quote-text">{t.entry.earlier}</span>
      )}
    </button>
  );
}
