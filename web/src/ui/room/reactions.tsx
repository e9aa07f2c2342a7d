import type { MessageItem, ReactionView } from "../../client/service.ts";
import { formatNumber } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SenderName } from "../parts/sender_mark.tsx";
import type { EntryActions } from "./entry_actions.ts";

interface ReactionsProps {
  readonly item: MessageItem;
  readonly actions: EntryActions;
  readonly isTabStop: boolean;
}

/** The signs under a message; a click adds one's own, or takes it back. */
export function Reactions({ item, actions, isTabStop }: ReactionsProps) {
  const t = messages.value.room.reactions;
  return (
    <ul class="reactions">
      {item.reactions.map((reaction) => {
        const isOwn = reaction.by.some((by) => by.isOwn);
        const names = t.names(namesOf(reaction));
        return (
          <li key={reaction.sign}>
            <button
              type="button"
              class="reaction"
              aria-pressed={isOwn}
              aria-disabled={!actions.canBeAnswered(item) || undefined}
              title={names}
              tabIndex={isTabStop ? undefined : -1}
              onClick={() => actions.toggle(item, reaction.sign)}
            >
              <bdi>{reaction.sign}</bdi>
              <span class="figures">{formatNumber(reaction.by.length)}</span>
              <span class="visually-hidden">{names}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function namesOf(reaction: ReactionView): string[] {
  return reaction.by.map((by) => (by.isOwn ? messages.value.room.you : by.name));
}

/** Everybody who reacted, by sign. */
export function WhoReacted({ item, onClose }: { item: MessageItem; onClose: () => void }) {
  return (
    <Dialog title={messages.value.room.actions.who} onClose={onClose}>
      <ul class="who-reacted">
        {item.reactions.map((reaction) => (
          <li key={reaction.sign}>
            <bdi class="who-reacted-sign">{reaction.sign}</bdi>
            <ul>
              {reaction.by.map((by) => (
                <li key={by.id}>
                  <SenderName {...by} />
                  {by.isOwn && <span class="entry-you"> ({messages.value.room.you})</span>}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
