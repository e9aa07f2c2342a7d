/** A real relay in a process of its own, which a test can kill and start again. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** The Python that has Roomkey installed. */
export const PYTHON =
  process.env.ROOMKEY_PYTHON ?? resolve(import.meta.dirname, "../../.venv/bin/python");

/** A relay on a port that stays the same through restarts. */
export class Relay {
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
  }

  static async start(): Promise<Relay> {
    const folder = await mkdtemp(join(tmpdir(), "roomkey-relay-"));
    const relay = new Relay(await freePort(), folder);
    await relay.start();
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const where = ["--port", String(this.#port), "--data", this.#folder];
    const child = spawn(PYTHON, ["-m", "roomkey.relay", "--host", "127.0.0.1", ...where], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes("listening on ")) return;
    }
    throw new Error("the relay did not start");
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill("SIGTERM");
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
