import { curve } from "./en/curve.ts";
import { envelope } from "./en/envelope.ts";
import { exchange } from "./en/exchange.ts";
import { frame } from "./en/frame.ts";
import { key } from "./en/key.ts";
import { large } from "./en/large.ts";
import { listening } from "./en/listening.ts";
import { powers } from "./en/powers.ts";
import { tree } from "./en/tree.ts";

export const howEn = { frame, exchange, listening, powers, large, curve, key, tree, envelope };

/** What every language has to say here. */
export type HowTexts = typeof howEn;
