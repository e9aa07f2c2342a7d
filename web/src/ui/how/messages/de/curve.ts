import type { HowTexts } from "../how_en.ts";

export const curve: HowTexts["curve"] = {
  title: "Dieselbe Idee auf einer Kurve",
  paragraphs: [
    "Zahlen mit 617 Stellen sind lang. Es gibt einen kürzeren Weg zum selben Ziel: Punkte statt Potenzen.",
    "Die Punkte unten sind alle Zahlenpaare, für die y^2 = x^3 + 2x + 3 gilt, wenn man nur Reste bei 97 behält. Es gibt eine Regel, nach der man zwei dieser Punkte addiert; heraus kommt wieder einer von ihnen. Den Anfangspunkt G ein paarmal zu sich selbst zu addieren ist leicht. Dem Ergebnis anzusehen, wie oft, ist schwer.",
    "Also wählen Alice und Bob, jeder für sich, wie oft, und alles andere geht wie vorher. Die Linie folgt Alice von G an, eine Addition nach der anderen: Sie springt umher wie zufällig.",
  ],
  a: "Alices Geheimnis: wie oft",
  b: "Bobs Geheimnis: wie oft",
  outOfRange: (most) => `Gib eine ganze Zahl von 1 bis ${most} ein.`,
  nowhere: "der Punkt ohne Koordinaten, die Null dieser Addition",
  picture: "Die Punkte der Kurve und der Weg von G zu Alices Punkt A.",
  base: (point) => `Beide beginnen beim selben Punkt, G = ${point}. Alle dürfen ihn kennen.`,
  sendsA: (count, point) => `Alice addiert G ${count}-mal und sendet A = ${point}.`,
  sendsB: (count, point) => `Bob addiert G ${count}-mal und sendet B = ${point}.`,
  secretA: (from, count, point) => `Alice addiert Bobs Punkt ${from} ${count}-mal: s = ${point}.`,
  secretB: (from, count, point) =>
    `Bob addiert Alices Punkt ${from} ${count}-mal: s = ${point}, derselbe.`,
  after: [
    "Auf einer Kurve mit genug Punkten ist kein Weg bekannt, der viel besser ist als Probieren. Darum reichen viel kürzere Zahlen: 256 Bit gelten hier als so schwer wie etwa 3.000 Bit oben. Ein großer Quantencomputer würde beides brechen.",
    "Die Kurve, die der größte Teil des Internets dafür nimmt, heißt X25519. Auch Roomkey nimmt sie, und für das, was jetzt kommt, eine Verwandte von ihr, ristretto255.",
  ],
};
