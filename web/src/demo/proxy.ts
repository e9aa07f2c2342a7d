/** The page's side of the worker that computes what it shows of how Roomkey works. */

import { Caller, portEndpoint } from "../client/rpc.ts";
import { ServiceError } from "../client/service.ts";
import { trustedScript } from "../trusted_script.ts";
import type { Demo, KeyWalk, LargeExchange, SealedMessage } from "./demo.ts";
import workerUrl from "./demo_worker.ts?worker&url";

/** Start the worker; what it is asked fails with ServiceError once it has ended. */
export function openDemo(): Demo & { close(): void } {
  const worker = new Worker(trustedScript(workerUrl), { type: "module" });
  const caller = new Caller(portEndpoint(worker));
  const failed = () =>
    caller.fail(new ServiceError("worker_failed", "This page has stopped working.", "Reload it."));
  worker.onerror = failed;
  worker.onmessageerror = failed;
  return {
    largeExchange: () => caller.call("largeExchange") as Promise<LargeExchange>,
    keyWalk: (roomKey) => caller.call("keyWalk", [roomKey]) as Promise<KeyWalk>,
    sealMessage: (text) => caller.call("sealMessage", [text]) as Promise<SealedMessage>,
    close: () => worker.terminate(),
  };
}
