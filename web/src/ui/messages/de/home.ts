import type { Messages } from "../en.ts";

export const home: Messages["home"] = {
  lead: "Alle mit demselben Raumschlüssel lesen dieselben Nachrichten. Der Server dazwischen sieht nur Verschlüsseltes.",
  howItWorks: "Wie das geht",
  toRooms: "Räume auf diesem Gerät",
  create: {
    title: "Neuer Raum",
    action: "Raum anlegen",
    busy: "Der Raum wird angelegt",
  },
  name: {
    label: "Dein Name",
    hint: "Die Leute im Raum sehen ihn, der Server nicht.",
    missing: "Sag, wie die anderen dich nennen sollen.",
  },
  key: {
    label: "Raumschlüssel",
    hint: "Auf diesem Gerät gemacht, nie an den Server gesendet. Alle im Raum brauchen ihn.",
    typedHint: "Wird nie an den Server gesendet. Alle im Raum brauchen ihn.",
    regenerate: "Erneuern",
    regenerated: "Ein neuer Raumschlüssel ist gemacht.",
    making: "Ein Raumschlüssel wird gemacht",
    missing: "Gib einen Raumschlüssel ein oder lass einen machen.",
    tooShort: "Mindestens acht Zeichen.",
    strength: "Stärke",
    strengths: [
      "Sofort zu erraten",
      "Schwach: Wer den Server betreibt, errät ihn in Stunden oder Tagen",
      "Mittel: hält gegen andere, nicht gegen einen entschlossenen Betreiber des Servers",
      "Gut: kostet den Betreiber des Servers viel Zeit und Geld",
      "Durch Raten nicht zu erreichen",
    ],
  },
  choices: {
    open: "Titel, Verlauf, Größe",
    title: "Titel",
    titleHint: "Wenn du magst. Verschlüsselt wie eine Nachricht.",
    history: "Wer später dazukommt",
    histories: { shared: "liest, was vorher war", strict: "liest ab dann mit" },
    historyHints: {
      shared:
        "So weit zurück, wie Nachrichten aufbewahrt werden. Ein Raumschlüssel, der später bekannt wird, öffnet sie auch.",
      strict:
        "Frühere Nachrichten bleiben zu, auch für einen Raumschlüssel, der später bekannt wird.",
    },
    retention: "Nachrichten bleiben",
    retentionHint: "Danach löscht sie der Server.",
    size: "Platz für",
    sizes: { hybrid: "bis zu 100 Leute", large: "bis zu 1.000 Leute" },
    sizeHints: {
      hybrid:
        "Mit Post-Quanten-Verfahren: Was heute aufgezeichnet wird, bleibt auch Quantencomputern später verschlossen.",
      large:
        "Ohne Post-Quanten-Verfahren: Was heute aufgezeichnet wird, könnte ein Quantencomputer eines Tages öffnen.",
    },
  },
  join: {
    title: "Einem Raum beitreten",
    code: "Raumcode oder Einladungslink",
    placeholder: "7GQ2M-0XK4T",
    action: "Beitreten",
    malformed: "Ein Raumcode hat zehn Buchstaben und Ziffern, wie 7GQ2M-0XK4T.",
    elsewhere: (host) => `Dieser Link führt zu einem anderen Server, ${host}. Öffne ihn dort.`,
  },
  rooms: {
    title: "Auf diesem Gerät",
    none: "Noch keine Räume.",
    as: (name) => `als ${name}`,
    over: "vorbei",
    forget: "Vergessen",
    forgetRoom: (room) => `${room} vergessen`,
    forgetTitle: "Diesen Raum vergessen?",
    forgetText:
      "Seine Schlüssel und Nachrichten werden von diesem Gerät gelöscht. Für die anderen bleibst du Mitglied; um den Raum auch zu verlassen, öffne ihn und wähle „Verlassen“.",
    forgotten: "Der Raum ist auf diesem Gerät vergessen.",
  },
  privacy: {
    label: "Nichts auf diesem Gerät hinterlassen",
    hint: "Räume, Schlüssel und Nachrichten bleiben im Arbeitsspeicher und sind weg, sobald die Seite geschlossen oder neu geladen wird.",
    on: "Auf diesem Gerät wird nichts aufbewahrt.",
  },
  forgetAll: {
    action: "Alles vergessen",
    title: "Alles auf diesem Gerät vergessen?",
    text: "Alle Räume, Schlüssel, Nachrichten und Einstellungen von Roomkey werden aus diesem Browser gelöscht. Was andere in den Räumen haben, bleibt bei ihnen. Um wieder in einen Raum zu kommen, brauchst du seinen Code und seinen Raumschlüssel.",
    done: "Alles ist vergessen.",
  },
};
