import { useEffect, useState } from "preact/hooks";
import { formatRemaining } from "../messages/format.ts";
import { messages } from "../messages/messages.ts";
import { Icon } from "../parts/icon.tsx";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long a message is still to be seen, in its largest unit; it counts down by itself. */
export function ExpiryMark({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, at - now);
  useEffect(() => {
    const step = left < 2 * MINUTE ? SECOND : MINUTE / 2;
    const timer = setTimeout(() => setNow(Date.now()), step);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <span class="figures">
      <Icon name="timer" size={14} />
      {messages.value.room.entry.expires(formatRemaining(left / SECOND))}
    </span>
  );
}
