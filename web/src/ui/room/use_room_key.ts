import { useEffect, useState } from "preact/hooks";
import type { RoomModel } from "./room_model.ts";

/** The room key as this device has it: undefined until that is known, `null` if it has none. */
export function useRoomKey(model: RoomModel, keyId: number): string | null | undefined {
  const [roomKey, setRoomKey] = useState<string | null>();
  useEffect(() => {
    let isGone = false;
    void model.attempt(model.room.roomKey()).then((found) => {
      if (!isGone) setRoomKey(found ?? null);
    });
    return () => {
      isGone = true;
    };
  }, [model, keyId]);
  return roomKey;
}
