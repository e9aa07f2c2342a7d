import type { HowTexts } from "../how_en.ts";

export const frame: HowTexts["frame"] = {
  title: "Wie das geht",
  lead: "Zwei Menschen können sich auf ein Geheimnis einigen, während alle zuhören. Das klingt unmöglich. Es braucht aber nur Malnehmen, und hier kannst du dabei zusehen, es verändern und es brechen.",
  offline:
    "Alles auf dieser Seite wird auf deinem Gerät berechnet. Nichts, was du hier eintippst, wird gesendet.",
  contents: "Auf dieser Seite",
  back: "Zur Startseite",
  people: { a: "Alice", b: "Bob" },
  idea: {
    title: "Ein Geheimnis vor aller Ohren",
    paragraphs: [
      "Alice und Bob wollen sich geheim schreiben. Dafür brauchen sie einen Schlüssel: eine Zahl, die beide kennen und sonst niemand.",
      "Sie sind aber weit voneinander entfernt. Alles, was sie senden, geht über eine Leitung, und Eve hört alles mit. Sendet Alice den Schlüssel, hat Eve ihn auch.",
      "Denk an Farbe. Beide beginnen mit demselben Gelb, das alle sehen dürfen. Alice mischt eine eigene Farbe hinein, Bob eine von seinen. Dann tauschen sie die Mischungen. Jetzt gibt jeder noch einmal die eigene Farbe dazu, und beide haben denselben Ton: Gelb, ihre und seine.",
      "Eve hat das Gelb und beide Mischungen gesehen. Um auf den letzten Ton zu kommen, müsste sie eine Mischung wieder trennen. Mischen ist leicht, Trennen ist schwer.",
      "Mit Zahlen geht das auch. Man braucht nur eine Rechnung, die in einer Richtung leicht ist und sich schwer zurücknehmen lässt. Whitfield Diffie und Martin Hellman haben sie 1976 veröffentlicht.",
    ],
    picture:
      "Gelb und Alices Farbe gehen zu Bob, Gelb und Bobs Farbe gehen zu Alice; am Ende haben beide denselben Ton.",
    open: "für alle sichtbar",
    own: "eigene Farbe",
    mixture: "Mischung",
    both: "derselbe Ton",
  },
};
