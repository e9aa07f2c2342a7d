import type { HowTexts } from "../how_en.ts";

export const tree: HowTexts["tree"] = {
  title: "Viele Leute, ein Schlüssel: der Baum der Gruppe",
  paragraphs: [
    "Bisher waren es zwei. In einem Raum sind es viele, und Leute kommen und gehen. Wer kommt, soll nicht öffnen können, was vorher mit Schlüsseln versiegelt wurde, die er nie hatte; und wer geht, soll nicht weiterlesen können.",
    "Roomkey nimmt dafür einen Standard, MLS (RFC 9420). Er setzt die Mitglieder unten an einen Baum. Jeder Knoten hat einen Schlüssel, den genau die unter ihm kennen. Den Schlüssel ganz oben kennen alle: Mit dem, was aus ihm folgt, werden die Nachrichten versiegelt.",
    "Lass Leute kommen und gehen und sieh zu, welche Schlüssel neu gemacht werden.",
  ],
  join: "Jemand kommt dazu",
  remove: (name) => `${name} entfernen`,
  picture: (names) => `Ein Baum aus Schlüsseln. Unten: ${names}. Ganz oben der Schlüssel aller.`,
  top: "Schlüssel aller",
  start: (count) =>
    `${count} Mitglieder. Jeder Knoten mit Leuten auf beiden Seiten hat einen Schlüssel.`,
  joined: (who, count, epoch) =>
    `${who} kam dazu und hat ${count} Schlüssel neu gemacht: den eigenen und die darüber. Änderung Nummer ${epoch}.`,
  removed: (who, by, count, epoch) =>
    `${who} wurde entfernt. Alle Schlüssel, die ${who} kannte, fallen weg, und ${by} hat ${count} neu gemacht, die ${who} nie bekommt. Änderung Nummer ${epoch}.`,
  after: [
    "Nur der leuchtende Weg muss neu gemacht werden. Bei acht Leuten sind das vier Schlüssel, bei tausend sind es elf. Darum ein Baum und nicht ein Schlüssel für jedes Paar.",
    "Jeder neue Schlüssel geht an die unter ihm so ähnlich wie bei Alice und Bob: versiegelt für einen öffentlichen Wert, sodass das Relay, das ihn überbringt, ihn nicht öffnen kann. In Räumen für bis zu 100 Leute kommt ein zweites Verfahren dazu, von dem nicht bekannt ist, dass Quantencomputer es brechen.",
    "Diese Zeichnung nimmt für die Plätze im Baum Roomkeys eigenen Code; die Schlüssel selbst sind weggelassen. Ist ein Raum so eingestellt, dass Neue Früheres lesen dürfen, bleiben die älteren Schlüssel für sie aufbewahrt, versiegelt mit dem Raumschlüssel.",
  ],
};
