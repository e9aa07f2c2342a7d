import { useEffect } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
import { formatDay, formatTime } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { SenderName } from "../parts/sender_mark.tsx";
import { MessageText } from "../text/message_text.tsx";
import type { RoomModel } from "./room_model.ts";
import { layOut, type Row } from "./rows.ts";

/** What was said, oldest above. */
export function TimelineView({ model }: { model: RoomModel; view: RoomView }) {
  const { items } = model.timeline.value;
  useEffect(() => model.markRead(), [model, items]);
  return (
    <div class="timeline" role="log" aria-label={messages.value.room.timeline}>
      {layOut(items, model.readUpTo.value).map((row) => (
        <RowView key={row.key} row={row} />
      ))}
    </div>
  );
}

function RowView({ row }: { row: Row }) {
  const t = messages.value.room;
  switch (row.kind) {
    case "day":
      return <h2 class="row-day">{formatDay(row.time, Date.now())}</h2>;
    case "unread":
      return <p class="row-unread">{t.unread}</p>;
    case "joined-here":
      return <p class="row-joined">{t.joinedHere}</p>;
    case "notice":
      return <p class="row-notice">{t.notices[row.item.what](row.item.member?.name ?? "")}</p>;
    case "message":
      return (
        <article class="entry">
          {row.startsGroup && <SenderName {...row.item.sender} />}
          <time>{formatTime(row.item.time)}</time>
          {row.item.isDeleted ? <em>{t.deleted}</em> : <MessageText text={row.item.text} />}
        </article>
      );
  }
}
