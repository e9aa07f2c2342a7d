/** The worker's script: what takes long, and the cryptography that the page itself leaves out. */

import { portEndpoint, serve } from "../client/rpc.ts";
import { largeExchange } from "./large_exchange.ts";

serve(portEndpoint(globalThis as unknown as Worker), {
  largeExchange,
  keyWalk: async ([roomKey]) => (await import("./key_walk.ts")).keyWalk(roomKey as string),
  sealMessage: async ([text]) => (await import("./sealed_message.ts")).sealMessage(text as string),
});
