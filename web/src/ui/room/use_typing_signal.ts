import { useEffect, useState } from "preact/hooks";
import type { OpenRoom } from "../../client/service.ts";

/** Others are told once in this time that somebody is typing. */
const AGAIN_MS = 3000;
/** Who has not touched a key for this long has stopped. */
const IDLE_MS = 5000;

export interface TypingSignal {
  /** Something was typed; `isText` if there is text now. */
  readonly touch: (isText: boolean) => void;
  readonly stop: () => void;
}

/** Tells the others that one is typing, seldom enough, and that one has stopped. */
export function useTypingSignal(room: OpenRoom): TypingSignal {
  const [typing] = useState(() => typingSignal(room));
  useEffect(() => typing.stop, [typing]);
  return typing;
}

function typingSignal(room: OpenRoom): TypingSignal {
  let told = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  // a signal that is lost is no loss
  const tell = (isTyping: boolean) => void room.signalTyping(isTyping).catch(() => undefined);
  const stop = (): void => {
    clearTimeout(idle);
    if (told > 0) tell(false);
    told = 0;
  };
  const touch = (isText: boolean): void => {
    if (!isText) {
      stop();
      return;
    }
    const now = performance.now();
    if (told === 0 || now - told >= AGAIN_MS) {
      tell(true);
      told = now;
    }
    clearTimeout(idle);
    idle = setTimeout(stop, IDLE_MS);
  };
  return { touch, stop };
}
