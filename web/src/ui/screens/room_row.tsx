import { useState } from "preact/hooks";
import type { StoredRoom } from "../../client/service.ts";
import * as roomCode from "../../wire/room_code.ts";
import { service } from "../door.ts";
import { thrownText } from "../messages/error_text.ts";
import { formatMoment, formatRelative } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { IconButton } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { KeyBlade } from "../parts/key_blade.tsx";
import { toast } from "../parts/toast.tsx";
import { Link } from "./link.tsx";

interface RoomRowProps {
  readonly room: StoredRoom;
  readonly onForgotten: () => void;
}

/** A room of this device: its key, its title, and when it was last open. */
export function RoomRow({ room, onForgotten }: RoomRowProps) {
  const t = messages.value.home.rooms;
  const [isAsking, setAsking] = useState(false);
  const code = roomCode.show(room.code);

  const forget = async (): Promise<void> => {
    setAsking(false);
    try {
      await (await service()).forget(room.code);
      toast(t.forgotten);
    } catch (error) {
      toast(thrownText(error).sentence);
    }
    onForgotten();
  };

  return (
    <li class="room-row">
      <Link to={{ kind: "room", code: room.code }} class="room-row-link">
        <KeyBlade code={room.code} isOver={room.isOver} />
        <span class="room-row-text">
          <bdi class="room-row-title">{room.title || code}</bdi>
          <span class="room-row-below">
            {room.title && <span class="code">{code}</span>}
            <span>
              <bdi>{t.as(room.name)}</bdi>
            </span>
            {room.isOver ? (
              <span>{t.over}</span>
            ) : (
              <time
                dateTime={new Date(room.lastSeen).toISOString()}
                title={formatMoment(room.lastSeen)}
              >
                {formatRelative(room.lastSeen, Date.now())}
              </time>
            )}
          </span>
        </span>
      </Link>
      <IconButton
        icon="close"
        label={t.forgetRoom(room.title || code)}
        onClick={() => setAsking(true)}
      />
      {isAsking && (
        <ConfirmDialog
          title={t.forgetTitle}
          action={t.forget}
          onConfirm={forget}
          onClose={() => setAsking(false)}
        >
          {t.forgetText}
        </ConfirmDialog>
      )}
    </li>
  );
}
