import { exchange } from "./de/exchange.ts";
import { frame } from "./de/frame.ts";
import { listening } from "./de/listening.ts";
import { powers } from "./de/powers.ts";
import type { HowTexts } from "./how_en.ts";

export const howDe: HowTexts = { frame, exchange, listening, powers };
