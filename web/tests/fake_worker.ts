/** A worker whose script runs in this thread, on a global scope that it takes for its own. */
import { vi } from "vitest";

const scope = globalThis as unknown as { onmessage?: (event: MessageEvent) => void };

/** The page's side of its worker; what goes over is cloned, or transferred, as between threads. */
export class FakeWorker {
  static last: FakeWorker | undefined;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: (() => void) | undefined;
  onmessageerror: (() => void) | undefined;
  isTerminated = false;
  readonly #ports: readonly [MessagePort, MessagePort];

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#ports = [port1, port2];
    port1.onmessage = (event) => this.onmessage?.(event);
    port2.onmessage = (event) => scope.onmessage?.(event);
    vi.stubGlobal("postMessage", port2.postMessage.bind(port2));
    FakeWorker.last = this;
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.#ports[0].postMessage(message, transfer);
  }

  terminate(): void {
    this.isTerminated = true;
    for (const port of this.#ports) port.close();
  }
}
