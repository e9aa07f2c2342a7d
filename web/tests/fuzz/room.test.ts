import { test } from "vitest";
import { fuzz } from "./fuzzing.ts";
import { roomDecoders } from "./room_decoders.ts";

test.each(roomDecoders())("%s", { timeout: 300_000 }, (...decoder) => fuzz(decoder));
