import { common } from "./en/common.ts";
import { errors } from "./en/errors.ts";
import { home } from "./en/home.ts";
import { join } from "./en/join.ts";
import { room } from "./en/room.ts";
import { tools } from "./en/tools.ts";

export const en = { common, home, join, room, tools, errors };

/** What every language has to say. */
export type Messages = typeof en;
