import type { HowTexts } from "../how_en.ts";

export const envelope: HowTexts["envelope"] = {
  title: "Was das Relay von einer Nachricht sieht",
  paragraphs: [
    "Schreib eine Nachricht. Dein Gerät macht dafür einen eigenen kleinen Raum, mit demselben Code wie die echten Räume, und versiegelt sie. Darunter steht jedes Byte, das an das Relay ginge. Gesendet wird nichts.",
  ],
  label: "Eine Nachricht",
  example: "Bis um vier",
  action: "Versiegeln",
  busy: "Wird versiegelt …",
  sizes: (text, content, padded, sent) =>
    `Dein Text hat ${text} Bytes. Mit Datum und einer Zufallszahl sind es ${content}; aufgefüllt wird auf ${padded}, damit die Länge wenig verrät, und versiegelt gehen ${sent} Bytes hinaus.`,
  bytes: (count) => (count === "1" ? "1 Byte" : `${count} Bytes`),
  parts: {
    version: "Um welches Protokoll es geht",
    room: "Für welchen Raum sie ist",
    epoch: "Mit welchem Satz Schlüssel sie versiegelt ist, ab 0 gezählt",
    kind: "Dass es eine Nachricht ist",
    added: "Wie viele Nachrichten der Absender davor gesendet hat: noch keine",
    sender: "Wer sie geschrieben hat, versiegelt",
    ciphertext: "Text, Datum und Unterschrift, versiegelt",
  },
  knows: {
    title: "Was das Relay trotzdem weiß",
    items: [
      "um welchen Raum es geht und wann dort etwas geschrieben wurde",
      "von welchem Platz im Raum es kam, aber nicht, wie das Mitglied heißt",
      "wie lang es ungefähr ist: bis 256, 1.024, 4.096 … Bytes",
      "von welcher Internetadresse du kamst",
    ],
    never:
      "Es hat weder den Text noch die Namen, noch einen Schlüssel, der sie öffnen würde. Eins bleibt Vertrauenssache: dass es dir diese Seite so schickt, wie sie sein soll. Der Befehl „roomkey verify“ prüft das von außen.",
  },
};
