import { useState } from "preact/hooks";
import type { MessageItem } from "../../client/service.ts";
import { codeText } from "../messages/error_text.ts";
import { formatMoment, formatTime } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { senderHue } from "../parts/sender_hues.ts";
import { SenderName } from "../parts/sender_mark.tsx";
import { IsTabStop, MessageText } from "../text/message_text.tsx";
import type { EntryActions } from "./entry_actions.ts";
import { ExpiryMark } from "./expiry_mark.tsx";
import { Quote } from "./quote.tsx";
import { Reactions } from "./reactions.tsx";
import type { RoomModel } from "./room_model.ts";

/** Texts longer than this are folded. */
const LONG_CHARACTERS = 2400;
const LONG_LINES = 30;

interface EntryProps {
  readonly model: RoomModel;
  readonly actions: EntryActions;
  readonly item: MessageItem;
  /** Whether the sender's name and the time stand above it. */
  readonly startsGroup: boolean;
  /** Whether it always shows how it stands: it is one's last. */
  readonly isLastOwn: boolean;
  /** Whether it is the entry that Tab comes to. */
  readonly isCurrent: boolean;
  readonly isFlashing: boolean;
}

/** A message in the ledger: who, when, what, and how it stands with it. */
export function Entry({ model, actions, item, ...row }: EntryProps) {
  const { startsGroup, isLastOwn, isCurrent, isFlashing } = row;
  const t = messages.value.room;
  const id = `entry-${item.id}`;
  const [isNear, setNear] = useState(false);
  return (
    <IsTabStop.Provider value={isCurrent}>
      <article
        class="entry"
        data-hue={senderHue(item.sender.pseudonym)}
        data-head={startsGroup || undefined}
        data-own={item.isOwn || undefined}
        data-history={item.isHistory || undefined}
        data-state={item.state}
        data-flash={isFlashing || undefined}
        tabIndex={isCurrent ? 0 : -1}
        onPointerEnter={() => setNear(true)}
        aria-labelledby={`${id}-who ${id}-time ${id}-text ${id}-state`}
      >
        <header class={startsGroup ? "entry-head" : "visually-hidden"} id={`${id}-who`}>
          <SenderName {...item.sender} />
          {item.isOwn && <span class="entry-you"> ({t.you})</span>}
        </header>
        <span
          class="entry-when"
          data-shown={startsGroup || isLastOwn || item.state === "waiting" || undefined}
        >
          <time
            id={`${id}-time`}
            class="figures"
            dateTime={new Date(item.time).toISOString()}
            title={formatMoment(item.time)}
          >
            {formatTime(item.time)}
          </time>
          {item.isOwn && item.state !== "failed" && (
            <Icon name={item.state === "sent" ? "check" : "clock"} size={14} />
          )}
        </span>
        <div class="entry-body" id={`${id}-text`}>
          {item.inReplyTo !== undefined && !item.isDeleted && (
            <Quote model={model} actions={actions} id={item.inReplyTo} isTabStop={isCurrent} />
          )}
          {item.isDeleted ? <p class="entry-deleted">{t.deleted}</p> : <Body text={item.text} />}
        </div>
        <State id={`${id}-state`} item={item} actions={actions} isTabStop={isCurrent} />
        {item.reactions.length > 0 && (
          <Reactions item={item} actions={actions} isTabStop={isCurrent} />
        )}
        <Tools
          item={item}
          actions={actions}
          isTabStop={isCurrent}
          isComplete={isNear || isCurrent}
        />
      </article>
    </IsTabStop.Provider>
  );
}

/** The text; a very long one is folded until it is asked for. */
function Body({ text }: { text: string }) {
  const t = messages.value.room.entry;
  const [isOpen, setOpen] = useState(false);
  const isLong = text.length > LONG_CHARACTERS || text.split("\n", LONG_LINES).length >= LONG_LINES;
  if (!isLong) return <MessageText text={text} />;
  return (
    <>
      <div class="entry-long" data-folded={!isOpen || undefined}>
        <MessageText text={text} />
      </div>
      <Button kind="quiet" onClick={() => setOpen(!isOpen)}>
        {isOpen ? t.showLess : t.showAll}
      </Button>
    </>
  );
}

interface EntryPartProps {
  readonly item: MessageItem;
  readonly actions: EntryActions;
  readonly isTabStop: boolean;
}

/** How it stands with a message, in words; what is as it should be takes no more than a sign. */
function State({ id, item, actions, isTabStop }: EntryPartProps & { readonly id: string }) {
  const t = messages.value.room.entry;
  if (item.state === "failed") {
    const { sentence, nextStep } = codeText(item.failure ?? "error");
    return (
      <div class="entry-failed">
        <p id={id}>
          <Icon name="warning" size={16} />
          <span>
            {t.failed} {sentence} {nextStep}
          </span>
        </p>
        <div class="buttons">
          <Button icon="renew" isTabStop={isTabStop} onClick={() => actions.retry(item)}>
            {t.retry}
          </Button>
          <Button kind="quiet" isTabStop={isTabStop} onClick={() => actions.discard(item)}>
            {t.discard}
          </Button>
        </div>
      </div>
    );
  }
  if (item.isDeleted) return <p id={id} hidden />;
  return (
    <p class="entry-state" id={id}>
      {item.isHistory && <span class="visually-hidden">{t.before}</span>}
      {item.isEdited && <span>{t.edited}</span>}
      {item.expiresAt !== undefined && <ExpiryMark at={item.expiresAt} />}
      {item.senderClockDiffers && (
        <span>
          <Icon name="clock" size={14} />
          {t.clock}
        </span>
      )}
      {item.isOwn && (
        <span class="visually-hidden">{item.state === "sent" ? t.sent : t.waiting}</span>
      )}
    </p>
  );
}

/** What is done most often, once the pointer or the focus comes; the way to all of it is always there. */
function Tools({ item, actions, isTabStop, isComplete }: EntryPartProps & { isComplete: boolean }) {
  const t = messages.value.room.actions;
  if (actions.itemsFor({ kind: "menu", item, opener: document.body }).length === 0) return null;
  const open = (kind: "menu" | "picker") => (event: MouseEvent) => {
    actions.open(kind, item, event.currentTarget as HTMLElement);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div class="entry-tools" role="group" aria-label={t.label(item.sender.name)}>
      {isComplete && actions.canBeAnswered(item) && (
        <>
          <IconButton icon="smile" label={t.react} isTabStop={isTabStop} onClick={open("picker")} />
          <IconButton
            icon="reply"
            label={t.reply}
            isTabStop={isTabStop}
            onClick={() => actions.reply(item)}
          />
        </>
      )}
      <IconButton icon="more" label={t.more} isTabStop={isTabStop} onClick={open("menu")} />
    </div>
  );
}
