import { useEffect, useState } from "preact/hooks";
import type { Strength } from "../client/service.ts";
import { service } from "./door.ts";

const PAUSE_MS = 150;

/** How hard a typed room key is to guess; undefined while it is not known or the key cannot be used. */
export function useStrength(roomKey: string): Strength | undefined {
  const [strength, setStrength] = useState<Strength>();
  useEffect(() => {
    let isCurrent = true;
    const estimate = async (): Promise<void> => {
      const found = roomKey
        ? await service()
            .then((door) => door.strength(roomKey))
            .catch(() => undefined)
        : undefined;
      if (isCurrent) setStrength(found);
    };
    const timer = setTimeout(estimate, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [roomKey]);
  return strength;
}
