import type { HowTexts } from "../how_en.ts";

export const listening: HowTexts["listening"] = {
  title: "Was Eve hört, und wie sie es bricht",
  lead: "Eve hat alles mitgeschrieben, was über die Leitung ging. Auch wie gerechnet wird, weiß sie: Das ist öffentlich.",
  table: {
    caption: "Wer am Ende welche Zahl hat",
    number: "Zahl",
    eve: "Eve",
    yes: "ja",
    no: "nein",
    rows: {
      p: "die Primzahl",
      g: "die Basis",
      A: "was Alice gesendet hat",
      B: "was Bob gesendet hat",
      a: "Alices Geheimnis",
      b: "Bobs Geheimnis",
      s: "das gemeinsame Geheimnis",
    },
  },
  task: (g, A, p) =>
    `Ihr fehlt nur eins: die Zahl \`a\`, für die ${g}^a mod ${p} = ${A} ist. Einfach zurückrechnen kann das niemand, soweit man weiß. Aber sie kann probieren.`,
  action: "Alle Zahlen probieren",
  again: "Noch einmal",
  stop: "Anhalten",
  tries: (count) => `${count} probiert`,
  found: (exponent, tries, secret) =>
    `Gefunden: \`a\` = ${exponent}, probiert: ${tries}. Ab hier macht Eve, was Alice macht, und bekommt \`s\` = ${secret}. Dieses Spielzeug ist gebrochen.`,
  sameEffect: (exponent, a) =>
    `Das ist nicht Alices ${a}, wirkt aber genauso: ${exponent} und ${a} führen zur selben Potenz.`,
  tooMany: (order) =>
    `Das wären bis zu ${order} Versuche. Wähl ein kleineres \`p\`, um hier zuzusehen; Eve nähme einen schnelleren Rechner.`,
  marked: { A: "was Alice gesendet hat", B: "was Bob gesendet hat" },
  left: (count) => `… ${count} weitere …`,
  growth: {
    title: "Die Arbeit wächst schneller, als man es sich vorstellen kann",
    lead: "Jede weitere Binärstelle (Bit) von `p` verdoppelt die Versuche, während Alice und Bob nur ein wenig länger rechnen. Angenommen, Eve probiert eine Milliarde Zahlen pro Sekunde:",
    caption: "Versuche und Zeit für jede Größe von p",
    size: "Größe von `p`",
    tries: "Versuche, bis etwa",
    time: "Zeit bei einer Milliarde pro Sekunde",
    bits: (count) => `${count} Bit`,
    times: {
      instant: "kürzer als ein Wimpernschlag",
      seconds: (count) => `etwa ${count} Sekunden`,
      years: (count) => `etwa ${count} Jahre`,
      ages: (power) => `10^${power} Jahre: länger, als es das Universum gibt`,
      universe: "Das Universum ist 14 Milliarden Jahre alt, das sind etwa 10^10 Jahre.",
    },
    honest:
      "Ehrlich gesagt: So ungeschickt ist Eve nicht. Für große Primzahlen gibt es bessere Wege als Probieren; sie heißen Index-Calculus und Zahlkörpersieb. Damit wurde 2019 eine solche Rechnung für eine Primzahl mit 795 Bit zurückgenommen. Darum nimmt man in Wirklichkeit 2.048 Bit und mehr. Mit dem besten öffentlich bekannten Verfahren gilt das als so viel Arbeit wie etwa 2^112 Versuche. Bewiesen hat niemand, dass es keine Abkürzung gibt, und ein großer Quantencomputer hätte eine.",
  },
};
