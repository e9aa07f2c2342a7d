import { test } from "vitest";
import { fuzz, TIMEOUT_MS } from "./fuzzing.ts";
import { roomDecoders } from "./room_decoders.ts";

test.each(roomDecoders())("%s", { timeout: TIMEOUT_MS }, (...decoder) => fuzz(decoder));
