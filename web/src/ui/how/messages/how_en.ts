import { exchange } from "./en/exchange.ts";
import { frame } from "./en/frame.ts";
import { listening } from "./en/listening.ts";
import { powers } from "./en/powers.ts";

export const howEn = { frame, exchange, listening, powers };

/** What every language has to say here. */
export type HowTexts = typeof howEn;
