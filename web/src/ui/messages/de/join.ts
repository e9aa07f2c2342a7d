import type { Messages } from "../en.ts";

export const join: Messages["join"] = {
  title: "Dem Raum beitreten",
  code: "Raumcode",
  keyHint: "Frag, wer dich eingeladen hat. Er wird nie an den Server gesendet.",
  keyFromLink:
    "Der Raumschlüssel kam mit dem Link. Wer diesen Link hat, kann mitlesen: Behandle ihn wie ein Geheimnis.",
  action: "Beitreten",
  again: (seconds) => `Noch einmal in ${seconds} s`,
  other: "Einem anderen Raum beitreten",
  steps: {
    connecting: "Mit dem Server verbinden",
    asking: "Den Schlüssel des Servers einmischen",
    stretching: "Den Raumschlüssel strecken",
    checking: "Den Raumschlüssel prüfen",
    entering: "Den Raum betreten",
  },
  stretchingNote: "Das dauert mit Absicht eine Sekunde: So wird Erraten langsam.",
  progress: "Beitritt",
};
