import type { HowTexts } from "../how_en.ts";

export const powers: HowTexts["powers"] = {
  title: "Die Neun kommt nicht überall hin",
  lead: (g, p) =>
    `Nimm immer wieder mal ${g}, behalte jedes Mal den Rest bei ${p} und zieh einen Strich von jeder Zahl zur nächsten.`,
  dial: (g, p, order) =>
    `Die Potenzen von ${g} modulo ${p} besuchen ${order} Zahlen, dann geht es von vorn los.`,
  under: (g, order, all) => `${g} erreicht ${order} von ${all} Zahlen`,
  tooLarge: "Gezeichnet werden Primzahlen bis 61. Wähl ein kleineres p, um es zu sehen.",
  notPrimitive: (g, root, order, all) => [
    `${g} ist nach ${order} Schritten wieder bei 1 und lässt die anderen Zahlen aus. ${root} besucht alle ${all}, bevor es zurück ist: Das nennt man eine Primitivwurzel. ${g} ist keine.`,
    `Was ändert das? Das Geheimnis kann nur eine von ${order} Zahlen sein, nicht eine von ${all}. Eve muss also weniger probieren. Alices \`a\` und \`a\` + ${order} bewirken genau dasselbe.`,
  ],
  square: (g, root) =>
    `Der Grund: ${g} = ${root} × ${root}. Potenzen einer Quadratzahl sind Quadratzahlen, und das ist hier nur die Hälfte der Zahlen.`,
  primitive: (g, all) => [
    `${g} besucht alle ${all} Zahlen, bevor es wieder bei 1 ist. So eine Basis nennt man Primitivwurzel.`,
  ],
  choice:
    "Ein Fehler ist das nicht. In Wirklichkeit wählt man oft mit Absicht eine Basis, die die Hälfte der Zahlen auslässt. Bei einer Primitivwurzel verrät `A` nämlich allen, ob `a` gerade oder ungerade ist; bei den Quadratzahlen allein bleibt das verborgen. Wichtig ist, dass der Kreis riesig bleibt und seine Länge eine Primzahl ist oder einen riesigen Primfaktor hat: Dann lässt er sich nicht in kleine Kreise zerlegen.",
  remarks: {
    title: "Zu diesen Zahlen",
    items: {
      toy: "Das ist ein Spielzeug: Ein Rechner bricht es im Nu.",
      short: "Unter 2.048 Bit: zu kurz, um sich darauf zu verlassen.",
      primitive: "Die Basis ist eine Primitivwurzel.",
      not_primitive: "Die Basis ist keine Primitivwurzel.",
      order_unknown: "Wie viele Zahlen die Basis erreicht, ist nicht bekannt.",
      order_composite:
        "(p − 1) / 2 ist keine Primzahl. Es gibt kleine Kreise, in die man andere beim Schummeln führen kann: Jede öffentliche Zahl muss geprüft werden.",
      safe_prime:
        "Auch (p − 1) / 2 ist eine Primzahl. Außer 1 und p − 1 führt keine Zahl in einen kleinen Kreis.",
    },
  },
  check: {
    title: "Und wenn jemand schummelt?",
    lead: "Nicht jede Zahl darf man von der Leitung nehmen. Schummle selbst: Schick Alice eine öffentliche Zahl deiner Wahl.",
    label: "Öffentliche Zahl an Alice",
    action: "Senden",
    fine: (value, exponent) =>
      exponent
        ? `Angenommen. ${value} ist eine Potenz der Basis: Jemand kann das Geheimnis ${exponent} gewählt haben.`
        : `Angenommen. ${value} ist eine Potenz der Basis.`,
    try: "Probier 1, 5 und 22 mit den ersten Zahlen.",
  },
};
