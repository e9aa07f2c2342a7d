import { useEffect, useState } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
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
export function Connection({ view }: { view: RoomView }) {
  const { state, retryAt } = view.connection;
  return (
    <p class="connection" data-state={state}>
      <span role="status">{connectionText(view)}</span>{" "}
      {state === "offline" && retryAt !== undefined && <NextTry at={retryAt} />}
    </p>
  );
}

const SECOND = 1000;

function NextTry({ at }: { at: number }) {
  const t = messages.value.tools.connection;
  const [left, setLeft] = useState(() => secondsTo(at));
  useEffect(() => {
    setLeft(secondsTo(at));
    const timer = setInterval(() => setLeft(secondsTo(at)), SECOND);
    return () => clearInterval(timer);
  }, [at]);
  return <span class="figures">{left > 0 ? t.nextTry(left) : t.trying}</span>;
}

function secondsTo(time: number): number {
  return Math.ceil((time - Date.now()) / SECOND);
}
