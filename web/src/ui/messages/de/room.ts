import type { Messages } from "../en.ts";
import { pluralIn } from "../format.ts";

const plural = pluralIn("de");
const names = new Intl.ListFormat("de", { type: "conjunction" });

export const room: Messages["room"] = {
  linkTo: (says, host) => `${says}, Link zu ${host}`,
  label: (title) => `Raum ${title}`,
  opening: "Der Raum wird geöffnet",
  timeline: "Nachrichten",
  somebody: "Jemand",
  you: "du",
  unread: "Neue Nachrichten",
  joinedHere: "Hier bist du dazugekommen. Was darüber steht, wurde vorher gesagt.",
  deleted: "Nachricht gelöscht",
  said: (name, text) => `${name}: ${text}`,
  saidMuch: (count) => plural(count, { one: "# neuer Eintrag", other: "# neue Einträge" }),
  typing: (who) =>
    who.length > 3
      ? "Mehrere Leute schreiben"
      : `${names.format(who)} ${who.length === 1 ? "schreibt" : "schreiben"}`,
  notification: { title: "Roomkey", text: "Es gibt eine neue Nachricht." },
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
    missing: (name) => `Hier fehlen Nachrichten von ${name}`,
  },
  edge: {
    loading: "Ältere Nachrichten werden geladen",
    failed: "Ältere Nachrichten konnten nicht geladen werden.",
    retry: "Noch einmal versuchen",
    older: "Ältere Nachrichten laden",
    created: "Hier fängt der Raum an.",
    strict:
      "Hier bist du dazugekommen. Was vorher gesagt wurde, zeigt dieser Raum denen nicht, die später kommen.",
    retention: (span) => `Hier ist nichts Älteres: Dieser Raum behält Nachrichten für ${span}.`,
  },
  newest: {
    label: "Zur neuesten Nachricht",
    count: (count) => plural(count, { one: "# neue Nachricht", other: "# neue Nachrichten" }),
  },
  seeking: "Die Nachricht wird gesucht",
  notFound: "Diese Nachricht gibt es hier nicht mehr.",
  entry: {
    edited: "bearbeitet",
    waiting: "wartet auf das Senden",
    sent: "gesendet",
    failed: "Nicht gesendet.",
    retry: "Noch einmal senden",
    discard: "Verwerfen",
    expires: (span) => `verschwindet in ${span}`,
    clock: "die Uhr des Absenders nennt eine andere Zeit",
    before: "gesagt, bevor du dazukamst",
    showAll: "Alles zeigen",
    showLess: "Weniger zeigen",
    answers: "Zur beantworteten Nachricht:",
    earlier: "Eine frühere Nachricht",
  },
  actions: {
    label: (name) => `Aktionen für die Nachricht von ${name}`,
    more: "Mehr",
    react: "Reagieren",
    reply: "Antworten",
    copy: "Text kopieren",
    edit: "Bearbeiten",
    delete: "Löschen",
    who: "Wer hat reagiert?",
    retry: "Noch einmal senden",
    discard: "Verwerfen",
  },
  deletion: {
    title: "Diese Nachricht löschen?",
    text: "Sie verschwindet bei allen. Vielleicht hat sie schon jemand gelesen oder kopiert.",
    action: "Nachricht löschen",
  },
  reactions: {
    names: (who) => names.format(who),
    add: "Reaktion hinzufügen",
    other: "Ein anderes Emoji",
    use: "Reagieren",
    notOne: "Bitte genau ein Emoji.",
  },
  composer: {
    label: "Nachricht schreiben",
    send: "Senden",
    save: "Speichern",
    hint: "Enter sendet, Umschalt und Enter beginnt eine neue Zeile",
    replyTo: (name) => `Antwort an ${name}`,
    stopReply: "Doch nicht antworten",
    editing: "Du bearbeitest deine Nachricht",
    stopEdit: "Nicht mehr bearbeiten",
    more: "Optionen für Nachrichten",
    enterSends: "Enter sendet",
    enterBreaks: "Enter beginnt eine neue Zeile",
    expiry: {
      off: "Nachrichten behalten",
      after: (span) => `Verschwinden nach: ${span}`,
      on: (span) => `Verschwindet nach: ${span}`,
      stop: "Nachrichten wieder behalten",
    },
    left: (count) => plural(count, { one: "Noch # Byte frei", other: "Noch # Byte frei" }),
    over: (count) =>
      plural(count, {
        one: "# Byte zu lang. Kürze den Text oder sende ihn in Teilen.",
        other: "# Byte zu lang. Kürze den Text oder sende ihn in Teilen.",
      }),
  },
  search: {
    title: "In diesem Raum suchen",
    label: "Gesuchte Wörter",
    hint: "Durchsucht wird nur, was dieses Gerät hat. Nichts wird gesendet.",
    none: (wanted) => `Nichts gefunden zu „${wanted}“.`,
    found: (count) =>
      plural(count, { one: "# Nachricht gefunden", other: "# Nachrichten gefunden" }),
    many: (count) => `Die neuesten ${count} gefundenen Nachrichten`,
    searching: "Suche läuft",
  },
};
