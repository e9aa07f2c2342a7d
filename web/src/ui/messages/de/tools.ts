import type { Messages } from "../en.ts";
import { pluralIn } from "../format.ts";

const plural = pluralIn("de");

const waiting = (count: number): string =>
  plural(count, {
    one: "# Nachricht wartet und wird gesendet",
    other: "# Nachrichten warten und werden gesendet",
  });

export const tools: Messages["tools"] = {
  panel: "Leute und Raum",
  busy: "Einen Moment",
  busyOffline: "Nicht verbunden. Es geschieht, sobald der Raum wieder verbunden ist.",
  head: {
    home: "Alle Räume",
    code: "Raumcode",
    locked: "Abgeschlossen",
    menu: "Menü des Raums",
    people: (count) => plural(count, { one: "# Person", other: "# Leute" }),
    search: "In diesem Raum suchen",
  },
  connection: {
    connecting: "Verbinde",
    "catching-up": "Hole nach, was war",
    online: "Verbunden",
    following: "Verbunden über einen anderen Tab",
    offline: "Nicht verbunden",
    removed: "Nicht mehr Mitglied",
    closed: "Geschlossen",
    waits: (state, count) => `${state}: ${waiting(count)}.`,
    sending: (count) =>
      plural(count, { one: "# Nachricht wird gesendet", other: "# Nachrichten werden gesendet" }),
    nextTry: (seconds) => `Nächster Versuch in ${seconds} s.`,
    tryNow: "Jetzt versuchen",
    trying: "Neuer Versuch läuft.",
  },
  banner: {
    read: "Das habe ich gelesen",
    newKey: {
      title: "Der Raumschlüssel wurde geändert",
      text: "Dieses Gerät hat den neuen nicht bekommen. Frag jemanden im Raum danach. Ohne ihn fällt dieses Gerät aus dem Raum, sobald jemand beitritt.",
      label: "Neuer Raumschlüssel",
      action: "Neuen Schlüssel nehmen",
      done: "Der neue Raumschlüssel passt.",
      wrong:
        "Das ist nicht der neue Raumschlüssel. Vergleiche ihn mit dem, der ihn dir gesagt hat.",
    },
    removed: {
      title: "Du bist nicht mehr in diesem Raum",
      text: "Es kann nichts mehr gesendet oder empfangen werden. Was du vorher gelesen hast, bleibt auf diesem Gerät, bis du den Raum vergisst oder ihm wieder beitrittst.",
      action: "Wieder beitreten",
    },
    closed: {
      title: "Dieser Raum wurde geschlossen",
      text: "Er ist für alle vorbei, und der Server hat gelöscht, was er hatte. Was du vorher gelesen hast, bleibt auf diesem Gerät, bis du den Raum vergisst.",
    },
  },
  people: {
    title: "Leute",
    count: (count, most) => `${count} von ${most}`,
    find: "Jemanden suchen",
    none: "So heißt hier niemand.",
    all: (count) => `Alle ${count} zeigen`,
    you: "du",
    host: "leitet den Raum",
    here: "da",
    away: "weg",
    unknown: "noch nicht gesehen",
    lookAlike: "verwechselbarer Name",
    lookAlikeHint:
      "Mit anderen Buchstaben geschrieben als ein Name, dem er gleicht. Frag nach, wer das ist.",
    actions: (name) => `Aktionen für ${name}`,
    nameHost: "Leitung geben",
    remove: "Entfernen",
  },
  room: {
    title: "Raum",
    kept: (span) => `Nachrichten bleiben ${span}.`,
    histories: {
      shared: "Wer später dazukommt, liest, was vorher war.",
      strict: "Wer später dazukommt, liest ab dann mit.",
    },
    sizes: {
      hybrid: "Schlüsselaustausch mit Post-Quanten-Verfahren.",
      large: "Für viele Leute; ohne Post-Quanten-Verfahren.",
    },
  },
  device: {
    title: "Auf diesem Gerät",
    notifications: "Mitteilungen",
    notificationsHint: "Nur dass es etwas Neues gibt: nicht was, von wem oder wo.",
    notificationsRefused:
      "Der Browser verweigert Mitteilungen dieser Seite. Erlaube sie in seinen Einstellungen für diese Website.",
    notificationsMissing: "Dieser Browser kennt keine Mitteilungen.",
    signals: "Zeigen, wenn ich da bin und schreibe",
    signalsHint:
      "Aus: Davon wird nichts gesendet, in keinem Raum. Du siehst es weiter bei anderen.",
    sound: "Ton",
    soundHint: "Ein leises Ticken, wenn jemand schreibt.",
  },
  host: {
    title: "Leitung",
    lock: "Abgeschlossen",
    lockHint: "Niemand Neues kommt herein.",
    rules: "Einstellungen des Raums",
    changeKey: "Raumschlüssel ändern",
    close: "Raum schließen",
  },
  invite: {
    title: "Einladen",
    carry: "Der Link",
    without: "ohne Schlüssel",
    with: "mit Schlüssel",
    link: "Einladungslink",
    secretLink: "Einladungslink mit dem Raumschlüssel",
    copyLink: "Link kopieren",
    share: "Teilen",
    withoutHint:
      "Kann überallhin geschickt werden. Wer ihn öffnet, braucht noch den Raumschlüssel.",
    withHint:
      "Ein Geheimnis: Wer ihn sieht, kann herein und mitlesen. Zeig ihn persönlich oder schick ihn auf einem Weg, dem du vertraust.",
    qr: "QR-Code des Einladungslinks",
    secretQr: "QR-Code des Einladungslinks mit dem Raumschlüssel",
    code: "Raumcode",
    key: "Raumschlüssel",
    keyHint: "Sag ihn auf anderem Weg als dem des Links: am Telefon oder persönlich.",
    copyKey: "Schlüssel kopieren",
    showKey: "Raumschlüssel zeigen",
    hideKey: "Raumschlüssel verbergen",
    keyUnknown:
      "Dieses Gerät hat den Raumschlüssel nicht. Bitte jemanden im Raum, der ihn hat, um die Einladung.",
    locked: "Der Raum ist abgeschlossen: Niemand Neues kommt herein, bis die Leitung ihn öffnet.",
  },
  empty: {
    title: "Noch ist niemand sonst hier",
    text: "Schick den Link, und sag den Raumschlüssel auf anderem Weg. Wer hereinkommt, erscheint hier. Schreiben kannst du schon: Es wartet im Raum.",
    textStrict:
      "Schick den Link, und sag den Raumschlüssel auf anderem Weg. Wer hereinkommt, erscheint hier.",
  },
  safety: {
    title: "Sicherheitscode",
    words: "Wörter",
    digits: "Ziffern",
    compare:
      "Vergleiche ihn mit den anderen im selben Moment, am Telefon oder nebeneinander: die Wörter oder die Ziffern, was leichter fällt.",
    same: "Ist er gleich, seid ihr in einem Raum mit denselben Leuten, und niemand sitzt dazwischen.",
    different:
      "Ist er verschieden, warte ein paar Sekunden und vergleiche noch einmal. Bleibt er verschieden, schreib hier nichts Geheimes und legt auf anderem Weg einen neuen Raum an.",
    changes: "Er ändert sich, wenn jemand kommt oder geht, und ab und zu von selbst.",
    none: "Solange dieser Raum nicht verbunden ist, gibt es keinen Sicherheitscode.",
  },
  export: {
    title: "Gespräch speichern",
    text: "Die Datei enthält, was dieses Gerät hat, mit Namen und Zeiten. Sie ist nicht verschlüsselt: Wer sie bekommt, kann sie lesen.",
    format: "Als",
    formats: { text: "Text", json: "JSON" },
    formatHints: {
      text: "Zum Lesen und Drucken.",
      json: "Für Programme: jede Nachricht mit Zeit, Absender und Reaktionen.",
    },
    action: "Datei speichern",
  },
  rules: {
    title: "Einstellungen des Raums",
    name: "Titel",
    nameHint: "Alle im Raum sehen ihn, der Server nicht.",
    retention: "Nachrichten bleiben",
    retentionHint: "Eine kürzere Zeit löscht ältere Nachrichten, hier und bei allen.",
    action: "Speichern",
    done: "Alle haben die neuen Einstellungen.",
  },
  changeKey: {
    title: "Raumschlüssel ändern",
    text: "Wer im Raum ist, bleibt und liest weiter. Wer von jetzt an beitritt, braucht den neuen Schlüssel; der alte öffnet den Raum nicht mehr.",
    label: "Neuer Raumschlüssel",
    action: "Schlüssel ändern",
    doneTitle: "Der Raumschlüssel ist geändert",
    tell: "Sag den neuen Schlüssel nur persönlich oder auf einem Weg, dem du vertraust.",
    finish: "Fertig",
  },
  remove: {
    title: (name) => `${name} entfernen?`,
    text: "Was von da an geschrieben wird, ist dort nicht mehr zu lesen. Was schon gelesen wurde, bleibt gelesen.",
    how: "Den Raumschlüssel",
    withKey: "auch ändern",
    withoutKey: "behalten",
    withKeyHint:
      "Der alte Schlüssel öffnet den Raum dann nicht mehr: Erst das hält jemanden draußen.",
    withoutKeyHint:
      "Wer entfernt wird, kennt den Raumschlüssel weiter und kann damit zurückkommen.",
    action: "Entfernen",
    actionWithKey: "Entfernen und Schlüssel ändern",
    doneTitle: (name) => `${name} ist entfernt`,
    done: (name) => `${name} wurde entfernt.`,
  },
  nameHost: {
    title: (name) => `${name} die Leitung geben?`,
    text: "Wer leitet, kann Leute entfernen, auch dich, den Schlüssel und die Einstellungen ändern, den Raum abschließen und schließen. Das lässt sich nicht zurücknehmen.",
    action: "Leitung geben",
    done: (name) => `${name} leitet jetzt mit.`,
  },
  close: {
    title: "Den Raum für alle schließen?",
    text: "Niemand kann mehr schreiben, und der Server löscht alle Nachrichten. Alle behalten, was ihr Gerät schon hat. Das lässt sich nicht rückgängig machen.",
    label: "Raumcode",
    hint: (code) => `Gib zur Bestätigung ${code} ein.`,
    wrong: "Das ist nicht der Code dieses Raums.",
    action: "Raum schließen",
  },
  leave: {
    title: "Diesen Raum verlassen?",
    text: "Du gibst deinen Platz auf, und Schlüssel und Nachrichten werden von diesem Gerät gelöscht. Um zurückzukommen, brauchst du den Code und den Raumschlüssel.",
    onlyHost:
      "Nur du leitest den Raum. Ohne Leitung kann niemand Leute entfernen, den Schlüssel ändern oder den Raum schließen: Gib die Leitung vorher weiter.",
    action: "Verlassen",
    done: "Du hast den Raum verlassen.",
  },
  forget: {
    action: "Auf diesem Gerät vergessen",
    text: "Seine Nachrichten werden von diesem Gerät gelöscht. Alle anderen behalten, was sie haben.",
    textInside:
      "Seine Schlüssel und Nachrichten werden von diesem Gerät gelöscht. Für die anderen bleibst du Mitglied; um auch deinen Platz aufzugeben, verlass ihn stattdessen.",
  },
};
