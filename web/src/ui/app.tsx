import { useEffect } from "preact/hooks";
import { hasStopped } from "./door.ts";
import { messages } from "./messages/messages.ts";
import { missingNeeds } from "./needs.ts";
import { isUpdateReady, startUpdate } from "./offline.ts";
import { Announcer } from "./parts/announcer.tsx";
import { Toasts, toast } from "./parts/toast.tsx";
import { route } from "./router.ts";
import { HomeScreen } from "./screens/home_screen.tsx";
import { StoppedScreen, UnknownScreen, UnsupportedScreen } from "./screens/plain_screens.tsx";
import { RoomScreen } from "./screens/room_screen.tsx";

const missing = missingNeeds();

export function App() {
  const isReady = isUpdateReady.value;
  useEffect(() => {
    const t = messages.value.common.update;
    if (isReady) toast(t.ready, { label: t.reload, run: startUpdate });
  }, [isReady]);
  return (
    <>
      <Screen />
      <Announcer />
      <Toasts />
    </>
  );
}

function Screen() {
  const at = route.value;
  if (missing.length > 0) return <UnsupportedScreen missing={missing} />;
  if (hasStopped.value) return <StoppedScreen />;
  if (at.kind === "room") return <RoomScreen key={at.code} code={at.code} />;
  return at.kind === "home" ? <HomeScreen /> : <UnknownScreen />;
}
