import type { Messages } from "../en.ts";

export const common: Messages["common"] = {
  roomkey: "Roomkey",
  home: "Startseite",
  close: "Schließen",
  cancel: "Abbrechen",
  copy: "Kopieren",
  copied: "Kopiert",
  copyFailed: "Das Kopieren wurde verweigert. Markiere den Text und kopiere ihn von Hand.",
  show: "Zeigen",
  hide: "Verbergen",
  retry: "Noch einmal versuchen",
  reload: "Neu laden",
  partFailed:
    "Dieser Teil der Seite ließ sich nicht laden. Prüfe die Verbindung und öffne ihn noch einmal; hilft das nicht, lade die Seite neu.",
  settings: {
    open: "Sprache und Farben",
    themes: { system: "Wie das Gerät", light: "Hell", dark: "Dunkel" },
  },
  updateReady: "Eine neue Version ist bereit.",
  unknownPage: {
    title: "Hier ist nichts",
    text: "Diese Adresse führt zu keiner Seite und in keinen Raum.",
    action: "Zur Startseite",
  },
  opening: "Der Raum wird geöffnet",
  unsupported: {
    title: "Roomkey läuft hier nicht",
    insecure:
      "Diese Seite kam über eine unverschlüsselte Verbindung (http). Browser schalten dann ab, womit Roomkey verschlüsselt.",
    insecureHelp: "Öffne sie über https oder, auf dem Rechner selbst, unter http://localhost.",
    insecureAction: "Über https öffnen",
    insecureOperator:
      "Wenn du diesen Server betreibst: Stell ihn hinter einen Reverse-Proxy mit Zertifikat.",
    missing: "Diesem Browser fehlt etwas, das Roomkey braucht:",
    missingHelp:
      "Aktualisiere den Browser oder nimm einen anderen. Falls eine Einstellung wie der Blockierungsmodus es abgeschaltet hat, erlaube es für diese Seite.",
    parts: {
      wasm: "WebAssembly, um den Raumschlüssel zu strecken",
      crypto: "WebCrypto, für Zufall und Speicherschlüssel",
      worker: "Web Worker, um zu rechnen, ohne die Seite aufzuhalten",
    },
  },
  stopped: {
    title: "Roomkey ist unerwartet stehen geblieben",
    text: "Der Teil, der ver- und entschlüsselt, hat aufgehört. Was gesendet war, liegt auf dem Server; was noch wartete, liegt auf diesem Gerät, außer du wolltest nichts darauf hinterlassen.",
    help: "Lade die Seite neu, um weiterzumachen. Passiert es wieder, schließe andere Tabs dieser Seite oder starte den Browser neu.",
  },
};
