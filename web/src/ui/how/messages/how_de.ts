import { curve } from "./de/curve.ts";
import { envelope } from "./de/envelope.ts";
import { exchange } from "./de/exchange.ts";
import { frame } from "./de/frame.ts";
import { key } from "./de/key.ts";
import { large } from "./de/large.ts";
import { listening } from "./de/listening.ts";
import { powers } from "./de/powers.ts";
import { tree } from "./de/tree.ts";
import type { HowTexts } from "./how_en.ts";

export const howDe: HowTexts = {
  frame,
  exchange,
  listening,
  powers,
  large,
  curve,
  key,
  tree,
  envelope,
};
