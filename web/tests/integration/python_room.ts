/** A person who uses the Python client, in a process of its own. */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { PYTHON, type Relay } from "../relay.ts";

const DRIVER = resolve(import.meta.dirname, "../drivers/python_room.py");

type Answer = Readonly<Record<string, unknown>>;

/** What the Python client shows of its room. */
export interface Look {
  readonly state: string;
  readonly members: readonly string[];
  readonly hosts: readonly string[];
  readonly code: string;
  readonly title: string;
  readonly retention: number;
  readonly locked: boolean;
  readonly key_id: number;
  readonly needs_room_key: boolean;
  readonly presence: Readonly<Record<string, string>>;
  readonly typing: readonly string[];
  readonly troubles: readonly string[];
}

export class PythonRoom {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(relay: Relay) {
    this.#process = spawn(PYTHON, [DRIVER, relay.url], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: this.#process.stdout });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Have the driver do something; one thing at a time. */
  ask(command: string, fields: Answer = {}): Promise<Answer> {
    const asked = this.#last.then(async () => {
      this.#process.stdin.write(`${JSON.stringify({ command, ...fields })}\n`);
      const { value } = await this.#lines.next();
      const answer = JSON.parse(value) as Answer;
      if (answer.error !== undefined) throw new Error(String(answer.error));
      return answer;
    });
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async create(roomKey: string, name: string, options: Answer = {}): Promise<string> {
    return String((await this.ask("create", { room_key: roomKey, name, ...options })).code);
  }

  async join(code: string, roomKey: string, name: string): Promise<void> {
    await this.ask("join", { code, room_key: roomKey, name });
  }

  async send(text: string): Promise<string> {
    return String((await this.ask("send", { text })).id);
  }

  /** Wait for a message with this text. */
  text(text: string): Promise<Answer> {
    return this.ask("text", { text });
  }

  async history(): Promise<readonly string[]> {
    return (await this.ask("history")).texts as readonly string[];
  }

  /** Change a message, or react to it; answers the id of what says so. */
  async change(what: string, message: string, options: Answer = {}): Promise<string> {
    return String((await this.ask("change", { what, message, ...options })).id);
  }

  async look(): Promise<Look> {
    return (await this.ask("look")) as unknown as Look;
  }

  /** Look until something is so. */
  async until(isSo: (look: Look) => boolean): Promise<Look> {
    for (;;) {
      const look = await this.look();
      if (isSo(look)) return look;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async do(what: string, options: Answer = {}): Promise<void> {
    await this.ask("do", { what, ...options });
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    await ended;
  }
}
