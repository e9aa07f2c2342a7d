import type { HowTexts } from "../how_en.ts";

export const exchange: HowTexts["exchange"] = {
  title: "Sieben Schritte mit kleinen Zahlen",
  paragraphs: [
    "Gerechnet wird mit Resten. „`mod` 23“ heißt: durch 23 teilen und nur behalten, was übrig bleibt. Eine Uhr macht das mit 12: Fünf Stunden nach 9 zeigt sie 2.",
    "Die kleine Zahl oben zählt die Faktoren: 9^4 ist 9 × 9 × 9 × 9, „9 hoch 4“.",
    "Hier sind die sieben Schritte. Was nur eine Person weiß, ist messingfarben; alles andere darf jeder sehen.",
  ],
  fields: {
    label: "Die Zahlen",
    p: "Primzahl `p`",
    g: "Basis `g`",
    a: "Alices Geheimnis `a`",
    b: "Bobs Geheimnis `b`",
    reset: "Zurück zu 23, 9, 4, 3",
  },
  unusable: "Mit diesen Zahlen geht es noch nicht. Was nicht stimmt, steht bei jeder von ihnen.",
  problems: {
    not_a_number: () => "Gib eine ganze Zahl ein, nur mit Ziffern.",
    too_many_digits: ({ most }) =>
      `Hier höchstens ${most} Ziffern. Zahlen von echter Größe kommen weiter unten.`,
    p_too_small: () => "Zu klein: p muss mindestens 5 sein, sonst gibt es nichts zu wählen.",
    p_too_large: () => "Zu groß für diese Seite.",
    p_not_prime: ({ p, divisor, rest }) =>
      `${p} ist keine Primzahl: ${p} = ${divisor} × ${rest}. Nimm eine Zahl, die nur durch 1 und sich selbst teilbar ist.`,
    g_out_of_range: ({ highest }) =>
      `g muss zwischen 2 und p − 2 liegen, also höchstens ${highest} sein. Die Potenzen von 1 sind alle 1, und die von p − 1 pendeln nur zwischen zwei Zahlen.`,
    private_key_out_of_range: ({ highest }) =>
      `Eine geheime Zahl muss zwischen 1 und p − 2 liegen, also höchstens ${highest} sein.`,
    private_key_gives_itself_away: () =>
      "Mit diesem Geheimnis ginge 1 oder p − 1 über die Leitung. Das erkennt jeder. Wähl ein anderes.",
    public_value_out_of_range: ({ highest }) =>
      `Abgelehnt. Eine öffentliche Zahl muss zwischen 2 und p − 2 liegen, also höchstens ${highest} sein. Wer 0, 1 oder p − 1 schickt, will ein Ergebnis, das sich vorhersehen lässt.`,
    public_value_outside_group: () =>
      "Abgelehnt. Diese Zahl ist keine Potenz von g. Wer sich an die Schritte hält, kann sie nicht geschickt haben.",
  },
  board: {
    label: "Wer was weiß",
    wire: "Auf der offenen Leitung",
    nothing: "noch nichts",
    secret: "geheim",
  },
  controls: {
    play: "Abspielen",
    pause: "Anhalten",
    next: "Nächster Schritt",
    previous: "Schritt zurück",
    all: "Alle zeigen",
    restart: "Von vorn",
  },
  stepOf: (number, all) => `Schritt ${number} von ${all}`,
  steps: [
    (n) =>
      `Beide einigen sich auf eine Primzahl \`p\` = ${n.p} und eine Basis \`g\` = ${n.g}. Das tun sie offen: Eve hört es, und das macht nichts.`,
    (n) =>
      `Alice denkt sich eine geheime Zahl, \`a\` = ${n.a}. Sie sagt sie niemandem, auch Bob nicht.`,
    (n) => `Auch Bob denkt sich eine geheime Zahl, \`b\` = ${n.b}. Auch er sagt sie niemandem.`,
    (n) => `Alice nimmt ${n.g} hoch ihr Geheimnis, behält den Rest und sendet ihn: \`A\` = ${n.A}.`,
    (n) => `Bob macht dasselbe mit seinem Geheimnis und sendet \`B\` = ${n.B}.`,
    (n) => `Alice nimmt Bobs ${n.B} hoch ihr eigenes Geheimnis. Sie bekommt \`s\` = ${n.s}.`,
    (n) => `Bob nimmt Alices ${n.A} hoch seines. Auch er bekommt \`s\` = ${n.s}.`,
  ],
  result: (s) => `Beide haben ${s}, und niemand hat diese Zahl je gesendet.`,
  why: "Warum treffen sie sich? Alice hat (`g`^b)^a gerechnet, Bob (`g`^a)^b. Beides ist `g`, `a` × `b` mal mit sich malgenommen, und auf die Reihenfolge kommt es nicht an.",
};
