import type { Messages } from "../en.ts";

export const room: Messages["room"] = {
  linkTo: (says, host) => `${says}, Link zu ${host}`,
  label: (title) => `Raum ${title}`,
  opening: "Der Raum wird geöffnet",
};
