import { useEffect, useRef } from "preact/hooks";
import { hasStopped } from "./door.ts";
import { messages } from "./messages/messages.ts";
import type { Need } from "./needs.ts";
import { isUpdateReady, startUpdate } from "./offline.ts";
import { onDemand } from "./parts/on_demand.tsx";
import { toast } from "./parts/toast.tsx";
import { Voices } from "./parts/voices.tsx";
import { route } from "./router.ts";
import { HomeScreen } from "./screens/home_screen.tsx";
import { StoppedScreen, UnknownScreen, UnsupportedScreen } from "./screens/plain_screens.tsx";
import { RoomScreen } from "./screens/room_screen.tsx";

const HowScreen = onDemand(async () => (await import("./how/how_screen.tsx")).openHowScreen());

interface AppProps {
  /** What this browser lacks; with any of it the page only says so. */
  readonly missing: readonly Need[];
}

export function App({ missing }: AppProps) {
  const isReady = isUpdateReady.value;
  useEffect(() => {
    const t = messages.value.common;
    if (isReady) toast(t.updateReady, { label: t.reload, run: startUpdate });
  }, [isReady]);
  return (
    <>
      <Screen missing={missing} />
      <Voices />
    </>
  );
}

function Screen({ missing }: AppProps) {
  const at = route.value;
  const isFirst = useRef(true);
  // A new screen begins at its beginning, for the keyboard and for screen readers too.
  useEffect(() => {
    if (!isFirst.current && document.activeElement === document.body) {
      document.getElementById("content")?.focus();
    }
    isFirst.current = false;
  }, [at]);
  if (missing.length > 0) return <UnsupportedScreen missing={missing} />;
  if (hasStopped.value) return <StoppedScreen />;
  if (at.kind === "room") return <RoomScreen key={at.code} code={at.code} />;
  if (at.kind === "how-it-works") return <HowScreen />;
  return at.kind === "home" ? <HomeScreen /> : <UnknownScreen />;
}
