import type { Messages } from "../en.ts";

export const room: Messages["room"] = {};
