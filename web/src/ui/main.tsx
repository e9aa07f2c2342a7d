import "./styles/index.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { noticeStop, openWith } from "./door.ts";
import { makeService } from "./make_service.ts";
import { missingNeeds } from "./needs.ts";
import { startOffline } from "./offline.ts";
import { startRouting } from "./router.ts";
import { loadRoomView } from "./screens/room_screen.tsx";
import { startSettings } from "./settings.ts";

startRouting();
addEventListener("unhandledrejection", (event) => noticeStop(event.reason));
openWith(makeService);
await startSettings();

const place = document.getElementById("app");
if (place) render(<App missing={missingNeeds()} />, place);

// After the first paint, so that nothing of this delays it.
requestAnimationFrame(() =>
  setTimeout(() => {
    if (import.meta.env.PROD) void startOffline();
    void loadRoomView();
  }),
);
