import { useEffect, useState } from "preact/hooks";
import type { OpenRoom, RoomView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";

/** How the room stands with its server, in words. */
export function connectionText({ connection, isFollowing }: RoomView): string {
  const t = messages.value.tools.connection;
  const { state, waiting } = connection;
  if (state === "removed" || state === "closed") return t[state];
  if (state === "online") {
    if (waiting > 0) return t.sending(waiting);
    return isFollowing ? t.following : t.online;
  }
  return waiting > 0 ? t.waits(t[state], waiting) : t[state];
}

/** The state is said when it changes; the seconds to the next try are only seen. */
export function Connection({ room, view }: { room: OpenRoom; view: RoomView }) {
  const { state, retryAt } = view.connection;
  return (
    <p class="connection" data-state={state}>
      <span role="status">{connectionText(view)}</span>{" "}
      {state === "offline" && retryAt !== undefined && <NextTry room={room} at={retryAt} />}
    </p>
  );
}

const SECOND = 1000;

function NextTry({ room, at }: { room: OpenRoom; at: number }) {
  const t = messages.value.tools.connection;
  const [left, setLeft] = useState(() => secondsTo(at));
  useEffect(() => {
    setLeft(secondsTo(at));
    const timer = setInterval(() => setLeft(secondsTo(at)), SECOND);
    return () => clearInterval(timer);
  }, [at]);
  if (left <= 0) return <span>{t.trying}</span>;
  return (
    <>
      <span class="figures">{t.nextTry(left)}</span>{" "}
      <button type="button" class="connection-try" onClick={() => void room.wakeUp()}>
        {t.tryNow}
      </button>
    </>
  );
}

function secondsTo(time: number): number {
  return Math.ceil((time - Date.now()) / SECOND);
}
