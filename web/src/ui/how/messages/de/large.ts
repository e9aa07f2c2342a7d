import type { HowTexts } from "../how_en.ts";

export const large: HowTexts["large"] = {
  title: "Dasselbe mit echten Zahlen",
  paragraphs: [
    "Nur die Größe ändert sich. Diese Primzahl hat 2.048 Bit: 617 Stellen. Sie steht in einem öffentlichen Standard, RFC 7919, zusammen mit der Basis 2. Sie ist aus den Ziffern der eulerschen Zahl `e` gemacht, damit niemand in der Wahl eine Schwäche verstecken konnte.",
    "Drück auf den Knopf. Dein Gerät zieht dann zwei geheime Zahlen und geht die sieben Schritte durch.",
  ],
  action: "Austausch mit 2.048 Bit",
  again: "Noch einmal, mit anderen Geheimnissen",
  busy: "Wird gerechnet …",
  result: (digits, seconds) =>
    `Beide sind bei derselben Zahl mit bis zu ${digits} Stellen angekommen. Dein Gerät hat für alles ${seconds} Sekunden gebraucht.`,
  different: "Die beiden Ergebnisse sind verschieden: Dieses Gerät hat sich verrechnet.",
  labels: {
    p: "p, die Primzahl des Standards",
    g: "g, die Basis",
    a: "a, Alices Geheimnis",
    b: "b, Bobs Geheimnis",
    A: "A, was Alice sendet",
    B: "B, was Bob sendet",
    sA: "s, wie Alice es ausrechnet",
    sB: "s, wie Bob es ausrechnet",
  },
};
