/** As much of Node as the tests of the core and their members ask for, in a browser's worker. */

import { toHex } from "../../../src/crypto/bytes.ts";

/** Bytes from hexadecimal, and back. */
export const Buffer = {
  from(data: Iterable<number> | string): Uint8Array {
    const bytes =
      typeof data === "string"
        ? Uint8Array.from(data.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
        : Uint8Array.from(data);
    return Object.assign(bytes, {
      equals: (other: Uint8Array) => toHex(bytes) === toHex(other),
      toString: () => toHex(bytes),
    });
  },
};

const vectors = new URLSearchParams(location.search).get("vectors");

export const process = {
  env: vectors === null ? {} : { ROOMKEY_VECTORS: vectors },
  stdin: undefined,
  stdout: { write: (line: string) => answered(line) },
};

/** Fetch a file of the repository; waits, as Node does. */
export function readFileSync(file: string | URL): string {
  const request = new XMLHttpRequest();
  request.open("GET", String(file), false);
  request.send();
  if (request.status !== 200) throw new Error(`${file} is not there`);
  return request.responseText;
}

export function join(...parts: readonly string[]): string {
  return parts.join("/");
}

export function inspect(thing: unknown): string {
  return String(thing);
}

const input = new TransformStream<string, string>();
const writer = input.writable.getWriter();
let answered: (line: string) => void = () => undefined;

/** Hand a line to whoever reads the standard input; gives the line that is written then. */
export function talk(line: string): Promise<string> {
  return new Promise((resolve) => {
    answered = resolve;
    void writer.write(line);
  });
}

/** Give the lines of `talk`. */
export function createInterface(): ReadableStream<string> {
  return input.readable;
}
