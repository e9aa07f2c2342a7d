import type { HowTexts } from "../how_en.ts";

export const key: HowTexts["key"] = {
  title: "Was Roomkey daraus macht: zwei Schlüssel, ein Raum",
  paragraphs: [
    "Ein Raum in Roomkey hat zwei Schlüssel. Den einen wählst du: den Raumschlüssel, den du deinen Freunden sagst. Den anderen zieht das Relay, der Server in der Mitte: eine Zahl für diesen Raum, die es nie verlässt. Nur beide zusammen öffnen den Raum.",
    "Das Relay darf aber deinen Raumschlüssel nicht erfahren, und du nicht seine Zahl. Das geht mit der Idee von oben: Wer mit geheimen Zahlen potenziert, darf das in beliebiger Reihenfolge tun und seinen Teil auch wieder herausnehmen.",
    "Probier es mit einem eigenen Raumschlüssel. Alles läuft auf deinem Gerät; auch das Relay wird hier gespielt, mit einer Zahl, die eben dafür gezogen wird.",
  ],
  label: "Ein Raumschlüssel, eigens ausgedacht",
  hint: "Mindestens acht Zeichen. Er bleibt auf dieser Seite und wird mit ihr vergessen.",
  tooShort: "Mindestens acht Zeichen.",
  action: "Durchgehen",
  busy: "Wird gerechnet …",
  done: "Fertig. Es folgen sechs Schritte.",
  sent: "Geht an das Relay",
  returned: "Kommt zurück",
  output: "Kommt auf deinem Gerät heraus",
  root: "Die Wurzel der Schlüssel des Raums",
  steps: {
    blind: {
      title: "Dein Gerät verbirgt den Raumschlüssel",
      text: "Es macht aus dem Raumschlüssel ein Element einer Gruppe, wie oben g eines war, und nimmt es hoch eine zufällige geheime Zahl. An das Relay gehen 32 Bytes, die alles sein könnten.",
    },
    evaluate: {
      title: "Das Relay gibt seinen Schlüssel dazu",
      text: "Es nimmt, was es bekommen hat, hoch seine Zahl für diesen Raum. Was es da potenziert, weiß es nicht.",
    },
    unblind: {
      title: "Dein Gerät nimmt sein Geheimnis wieder heraus",
      text: "Was bleibt, hängt nur noch von zweierlei ab: von deinem Raumschlüssel und von der Zahl des Relays.",
    },
    again: {
      title: "Derselbe Raumschlüssel noch einmal",
      text: "Mit einer anderen zufälligen Zahl geht etwas anderes an das Relay, aber dasselbe kommt heraus. Hieran merkt das Relay nicht, ob zwei Leute dasselbe eingetippt haben.",
    },
    other: {
      title: "Ein Raumschlüssel mit einem falschen Zeichen",
      text: "Heraus kommt etwas völlig anderes. Das Relay sieht auch hier keinen Unterschied. Dass der Schlüssel falsch war, zeigt sich einen Schritt später: Er öffnet nichts.",
    },
    stretch: {
      title: "Mit Absicht langsam gemacht",
      text: (seconds) =>
        `Zuletzt läuft eine Funktion namens Argon2id darüber, mit 64 MiB Speicher; hier hat sie ${seconds} Sekunden gebraucht. Du merkst das einmal. Wer Millionen Schlüssel probiert, merkt es millionenmal.`,
    },
  },
  limits: {
    title: "Wen das abhält und wen nicht",
    paragraphs: [
      "Wer das Relay nicht betreibt, muss es bei jedem Versuch fragen, und es begrenzt, wie oft man fragen darf.",
      "Wer das Relay betreibt, kennt seine Zahl und kann auf eigenen Rechnern raten, so schnell Argon2id es zulässt. Darum sollte ein Raumschlüssel lang sein: Sechs zufällige Wörter halten.",
    ],
  },
};
