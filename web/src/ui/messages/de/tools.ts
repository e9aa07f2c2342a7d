import type { Messages } from "../en.ts";

export const tools: Messages["tools"] = {
  panel: "Leute und Raum",
};
