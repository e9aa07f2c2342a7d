import { useEffect, useState } from "preact/hooks";
import type { StoredRoom } from "../../client/service.ts";
import { doorFault, keeping, noticeStop, service } from "../door.ts";
import { thrownText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { ownName } from "../own_name.ts";
import { ErrorNotice } from "../parts/notice.tsx";
import { DeviceSection } from "./device_section.tsx";
import { Frame } from "./frame.tsx";
import { JoinByCode } from "./join_by_code.tsx";
import { Link } from "./link.tsx";
import { NewRoomForm } from "./new_room_form.tsx";

/** Create a room, join one, or go back into one of this device. */
export function HomeScreen() {
  const t = messages.value;
  const [rooms, setRooms] = useState<readonly StoredRoom[]>([]);
  const wanted = keeping.value;

  const readRooms = async (): Promise<void> => {
    try {
      const found = await (await service()).rooms();
      if (keeping.value !== wanted) return;
      const newestFirst = [...found].sort((a, b) => b.lastSeen - a.lastSeen);
      setRooms(newestFirst);
      ownName.value ||= newestFirst[0]?.name ?? "";
    } catch (error) {
      noticeStop(error);
    }
  };
  useEffect(() => {
    document.title = t.common.roomkey;
  }, [t]);
  useEffect(() => {
    setRooms([]);
    void readRooms();
  }, [wanted]);

  return (
    <Frame>
      <div class="home-lead">
        <h1 class="visually-hidden">{t.common.roomkey}</h1>
        <p>
          {t.home.lead}{" "}
          <Link to={{ kind: "how-it-works" }} class="home-how">
            {t.home.howItWorks}
          </Link>
        </p>
        {rooms.length > 0 && (
          <a class="home-to-rooms small" href="#device">
            {t.home.toRooms} <span class="figures">({rooms.length})</span>
          </a>
        )}
      </div>
      {doorFault.value !== undefined && <ErrorNotice error={thrownText(doorFault.value)} />}
      <div class="home">
        <NewRoomForm />
        <div class="home-side">
          <JoinByCode />
          <DeviceSection rooms={rooms} onChange={readRooms} />
        </div>
      </div>
    </Frame>
  );
}
