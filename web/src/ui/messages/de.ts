import { common } from "./de/common.ts";
import { errors } from "./de/errors.ts";
import { home } from "./de/home.ts";
import { join } from "./de/join.ts";
import { room } from "./de/room.ts";
import { tools } from "./de/tools.ts";
import type { Messages } from "./en.ts";

export const de: Messages = { common, home, join, room, tools, errors };
