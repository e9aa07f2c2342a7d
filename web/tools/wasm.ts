import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const LATIN_1 = "latin1";

/** Answer imports of WebAssembly files with their bytes, as declared in src/virtual.d.ts. */
export function wasm(): Plugin {
  return {
    name: "wasm",
    enforce: "pre",
    load: {
      filter: { id: /\.wasm$/ },
      handler: (id) => ({ code: bytesModule(readFileSync(id)), moduleType: "js" }),
    },
  };
}

/** Write a module of bytes with a character for each: gzip finds in it what Base64 would hide. */
export function bytesModule(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString(LATIN_1));
  return `export default /* @__PURE__ */ Uint8Array.from(${text}, (one) => one.charCodeAt(0));`;
}
