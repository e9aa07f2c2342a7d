import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { OpenRoom } from "../../client/service.ts";
import { arrivals, keeping, keptRoom, noticeStop, service, takeHandedOver } from "../door.ts";
import { type ErrorText, thrownText } from "../messages/error_text.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";
import { ErrorNotice } from "../parts/notice.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { hasKeyFromAddress, navigate, takeKeyFromAddress } from "../router.ts";
import { Frame } from "./frame.tsx";
import { JoinScreen } from "./join_screen.tsx";
import { Link } from "./link.tsx";

type View = FunctionComponent<{ room: OpenRoom; onGone: () => void }>;

/** Fetch the room's part of the page, so that it is there when a room is opened. */
export function loadRoomView(): Promise<{ RoomView: View }> {
  return import("../room/room_view.tsx");
}

type State =
  | { readonly kind: "opening" }
  | { readonly kind: "stranger" }
  | { readonly kind: "failed"; readonly error: ErrorText }
  | { readonly kind: "open"; readonly room: OpenRoom; readonly View: View };

/** The room at this address: open if it is one of this device's, otherwise the way to join it. */
export function RoomScreen({ code }: { code: string }) {
  const [state, setState] = useState<State>({ kind: "opening" });
  const [attempt, setAttempt] = useState(0);
  const arrival = arrivals.value;

  useEffect(() => {
    let room: OpenRoom | undefined;
    let isGone = false;
    const open = async (): Promise<void> => {
      room = takeHandedOver(code) ?? (await resume(code));
      if (!room) return setState({ kind: "stranger" });
      const { RoomView: View } = await loadRoomView();
      if (isGone) await room.close();
      else setState({ kind: "open", room, View });
    };
    setState({ kind: "opening" });
    open().catch((error) => {
      noticeStop(error);
      setState({ kind: "failed", error: thrownText(error) });
    });
    return () => {
      isGone = true;
      room?.close().catch(noticeStop);
    };
  }, [code, arrival, attempt]);

  const retry = (): void => {
    // A reload mends the most, but a room that is only in memory would be lost with it.
    if (keeping.value === "private") setAttempt(attempt + 1);
    else location.reload();
  };

  if (state.kind === "stranger") return <JoinScreen code={code} />;
  if (state.kind === "open") {
    return (
      <>
        <KeepPrivateRoom />
        <state.View room={state.room} onGone={() => navigate({ kind: "home" }, true)} />
      </>
    );
  }
  return (
    <Frame isNarrow>
      {state.kind === "opening" ? (
        <Waiting>{messages.value.common.opening}</Waiting>
      ) : (
        <div class="plain">
          <ErrorNotice error={state.error} />
          <div class="buttons">
            <Button onClick={retry}>{messages.value.common.retry}</Button>
            <Link to={{ kind: "home" }}>{messages.value.common.home}</Link>
          </div>
        </div>
      )}
    </Frame>
  );
}

async function resume(code: string): Promise<OpenRoom | undefined> {
  const kept = await keptRoom(code);
  if (!kept) return undefined;
  // A link with a key is a new invitation for somebody who was shown out.
  if (kept.isOver && hasKeyFromAddress(code)) return undefined;
  takeKeyFromAddress(code);
  return (await service()).resume(code);
}

/** Has the browser ask before a room that is only in memory is lost. */
function KeepPrivateRoom() {
  const isPrivate = keeping.value === "private";
  useEffect(() => {
    if (!isPrivate) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isPrivate]);
  return null;
}
