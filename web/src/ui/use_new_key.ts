import { useEffect, useState } from "preact/hooks";
import { noticeStop, service } from "./door.ts";

const MIN_KEY_CHARACTERS = 8;

export interface NewKey {
  readonly roomKey: string;
  readonly isUsable: boolean;
  readonly set: (roomKey: string) => void;
  readonly make: () => Promise<void>;
}

/** A room key that a room is to have: made on this device at first. */
export function useNewKey(): NewKey {
  const [roomKey, set] = useState("");
  const generate = async (use: (made: string) => void): Promise<void> => {
    try {
      use(await (await service()).generateRoomKey());
    } catch (error) {
      noticeStop(error);
    }
  };
  // What was typed meanwhile stays.
  useEffect(() => void generate((made) => set((typed) => typed || made)), []);
  const isUsable = roomKey.trim().length >= MIN_KEY_CHARACTERS;
  return { roomKey, isUsable, set, make: () => generate(set) };
}
