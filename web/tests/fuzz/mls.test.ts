import { test } from "vitest";
import { fuzz, TIMEOUT_MS } from "./fuzzing.ts";
import { groupDecoders } from "./group_decoders.ts";

test.each(groupDecoders())("%s", { timeout: TIMEOUT_MS }, (...decoder) => fuzz(decoder));
