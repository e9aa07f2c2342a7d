import { useState } from "preact/hooks";
import type { StoredRoom } from "../../client/service.ts";
import { keeping, service } from "../door.ts";
import { thrownText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { forgetShell } from "../offline.ts";
import { ownName } from "../own_name.ts";
import { Button } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { toast } from "../parts/toast.tsx";
import { forgetSettings } from "../settings.ts";
import { KeepingSwitch } from "./keeping_switch.tsx";
import { RoomRow } from "./room_row.tsx";

interface DeviceSectionProps {
  readonly rooms: readonly StoredRoom[];
  readonly onChange: () => void;
}

/** What this device keeps: its rooms, whether it keeps any, and how to be rid of all of it. */
export function DeviceSection({ rooms, onChange }: DeviceSectionProps) {
  const t = messages.value.home;
  const [isAsking, setAsking] = useState(false);

  const forgetEverything = async (): Promise<void> => {
    setAsking(false);
    try {
      await (await service()).forgetEverything();
      forgetSettings();
      await forgetShell();
      ownName.value = "";
      toast(t.forgetAll.done);
    } catch (error) {
      toast(thrownText(error).sentence);
    }
    onChange();
  };

  return (
    <section id="device" aria-labelledby="device-title">
      <h2 id="device-title">{t.rooms.title}</h2>
      {rooms.length === 0 ? (
        <p class="soft">{keeping.value === "private" ? t.privacy.on : t.rooms.none}</p>
      ) : (
        <ul class="room-rows">
          {rooms.map((room) => (
            <RoomRow key={room.code} room={room} onForgotten={onChange} />
          ))}
        </ul>
      )}
      <KeepingSwitch />
      {keeping.value === "device" && (
        <div class="device-end">
          <Button kind="quiet" icon="trash" onClick={() => setAsking(true)}>
            {t.forgetAll.action}
          </Button>
        </div>
      )}
      {isAsking && (
        <ConfirmDialog
          title={t.forgetAll.title}
          action={t.forgetAll.action}
          onConfirm={forgetEverything}
          onClose={() => setAsking(false)}
        >
          {t.forgetAll.text}
        </ConfirmDialog>
      )}
    </section>
  );
}
