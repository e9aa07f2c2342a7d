import type { RoomView } from "../../client/service.ts";
import { formatDay, formatMoment, formatTime } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { TimelineEdge } from "./edge.tsx";
import { Entry } from "./entry.tsx";
import type { EntryActions } from "./entry_actions.ts";
import { noticeText } from "./notice_text.ts";
import type { RoomModel } from "./room_model.ts";
import type { Row } from "./rows.ts";

/** The row above all others tells why nothing stands above it. */
export const EDGE = { kind: "edge", key: "edge" } as const;

export type ShownRow = Row | typeof EDGE;

interface RowViewProps {
  readonly model: RoomModel;
  readonly view: RoomView;
  readonly actions: EntryActions;
  readonly row: ShownRow;
  readonly isCurrent: boolean;
  readonly isFlashing: boolean;
}

export function RowView({ model, view, actions, row, isCurrent, isFlashing }: RowViewProps) {
  const t = messages.value.room;
  switch (row.kind) {
    case "edge":
      return <TimelineEdge model={model} view={view} />;
    case "day":
      return (
        <h2 class="row-day">
          <span>{formatDay(row.time, Date.now())}</span>
        </h2>
      );
    case "unread":
      return (
        <h2 class="row-unread">
          <span>{t.unread}</span>
        </h2>
      );
    case "joined-here":
      return (
        <p class="row-joined">
          <span>{t.joinedHere}</span>
        </p>
      );
    case "notice":
      return (
        <article class="row-notice" data-what={row.item.what} tabIndex={isCurrent ? 0 : -1}>
          <p>{noticeText(row.item)}</p>
          <time
            class="figures"
            dateTime={new Date(row.item.time).toISOString()}
            title={formatMoment(row.item.time)}
          >
            {formatTime(row.item.time)}
          </time>
        </article>
      );
    case "message":
      return (
        <Entry
          model={model}
          actions={actions}
          item={row.item}
          startsGroup={row.startsGroup}
          isLastOwn={row.item === model.timeline.value.lastOwn}
          isCurrent={isCurrent}
          isFlashing={isFlashing}
        />
      );
  }
}

const LINE_PX = 25;
const LINE_CHARACTERS = 64;
const guessed = new WeakMap<object, number>();

/** How high a row may be, in pixels, before it was shown. */
export function guessHeight(row: ShownRow): number {
  switch (row.kind) {
    case "edge":
      return 64;
    case "message":
      return (guessed.get(row.item) ?? guessEntry(row.item)) + (row.startsGroup ? 40 : 6);
    default:
      return 48;
  }
}

function guessEntry(item: Extract<Row, { kind: "message" }>["item"]): number {
  const lines = item.text.split("\n", 30);
  const count = lines.reduce((sum, line) => sum + 1 + line.length / LINE_CHARACTERS, 0);
  const height =
    Math.trunc(Math.min(count, 30)) * LINE_PX +
    (item.reactions.length > 0 ? 34 : 0) +
    (item.inReplyTo === undefined ? 0 : 28);
  guessed.set(item, height);
  return height;
}
