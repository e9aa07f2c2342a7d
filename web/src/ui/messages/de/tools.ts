import type { Messages } from "../en.ts";

export const tools: Messages["tools"] = {
  panel: "Leute und Raum",
  connection: {
    connecting: "Verbinde",
    "catching-up": "Hole nach, was war",
    online: "Verbunden",
    offline: "Nicht verbunden",
    removed: "Du bist nicht mehr in diesem Raum",
    closed: "Dieser Raum wurde geschlossen",
  },
  empty: {
    title: "Noch ist niemand sonst hier",
    text: "Schick jemandem den Link, und gib den Raumschlüssel auf anderem Weg weiter.",
    copy: "Link kopieren",
  },
};
