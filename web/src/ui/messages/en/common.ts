export const common = {
  roomkey: "Roomkey",
  home: "Home",
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Copying was refused. Select the text and copy it by hand.",
  show: "Show",
  hide: "Hide",
  retry: "Try again",
  reload: "Reload",
  partFailed:
    "This part of the page did not load. Check the connection and open it again; if that does not help, reload the page.",
  settings: {
    open: "Language and theme",
    themes: { system: "As the device", light: "Light", dark: "Dark" },
  },
  updateReady: "A new version is ready.",
  unknownPage: {
    title: "There is nothing here",
    text: "This address leads to no page and no room.",
    action: "Go to the home page",
  },
  opening: "Opening the room",
  unsupported: {
    title: "Roomkey cannot run here",
    insecure:
      "This page came over an unencrypted connection (http). Browsers then switch off what Roomkey encrypts with.",
    insecureHelp: "Open it over https, or on the machine itself as http://localhost.",
    insecureAction: "Open over https",
    insecureOperator: "If you run this server: put it behind a reverse proxy with a certificate.",
    missing: "This browser lacks something that Roomkey needs:",
    missingHelp:
      "Update the browser, or use another one. If a setting such as a lockdown mode turned it off, allow it for this site.",
    parts: {
      wasm: "WebAssembly, to stretch the room key",
      crypto: "WebCrypto, for randomness and storage keys",
      worker: "Web workers, to compute without stalling the page",
    },
  },
  stopped: {
    title: "Roomkey stopped unexpectedly",
    text: "The part that encrypts and decrypts has ended. What was sent is with the server, and what waited is kept on this device, unless you chose to leave nothing on it.",
    help: "Reload the page to go on. If it happens again, close other tabs of this site, or restart the browser.",
  },
};
