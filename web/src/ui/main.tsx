import "./styles/index.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { startOffline } from "./offline.ts";
import { startRouting } from "./router.ts";
import { loadRoomView } from "./screens/room_screen.tsx";
import { startSettings } from "./settings.ts";

startRouting();
await startSettings();

const place = document.getElementById("app");
if (place) render(<App />, place);

// After the first paint, so that nothing of this delays it.
requestAnimationFrame(() =>
  setTimeout(() => {
    if (import.meta.env.PROD) void startOffline();
    void loadRoomView();
  }),
);
