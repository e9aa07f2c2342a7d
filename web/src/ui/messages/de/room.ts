import type { Messages } from "../en.ts";

export const room: Messages["room"] = {
  linkTo: (says, host) => `${says}, Link zu ${host}`,
  label: (title) => `Raum ${title}`,
  opening: "Der Raum wird geöffnet",
  timeline: "Nachrichten",
  unread: "Neue Nachrichten",
  joinedHere: "Hier bist du dazugekommen. Was darüber steht, wurde vorher gesagt.",
  deleted: "Nachricht gelöscht",
  notices: {
    created: (name) => `${name} hat diesen Raum gemacht`,
    joined: (name) => `${name} ist dazugekommen`,
    left: (name) => `${name} ist gegangen`,
    removed: (name) => `${name} wurde entfernt`,
    "key-changed": () => "Der Raumschlüssel wurde geändert",
    locked: () => "Der Raum wurde abgeschlossen: niemand Neues kann herein",
    unlocked: () => "Der Raum wurde wieder geöffnet",
    "rules-changed": () => "Die Einstellungen des Raums wurden geändert",
    unreadable: () => "Hier steht eine Nachricht, die nicht gelesen werden kann",
  },
  composer: {
    label: "Nachricht schreiben",
    send: "Senden",
  },
};
