import type { Plugin } from "vite";

const LIBRARY = /\/hash-wasm\/dist\/index\.esm\.js$/;
const BASE64 = /"(AGFzb[\w+/]+=*)"/g;

/** Write WebAssembly that a library holds as Base64 byte by byte: that is a quarter less when packed. */
export function packedWasm(): Plugin {
  return {
    name: "packed-wasm",
    apply: "build",
    transform: {
      filter: { id: LIBRARY },
      handler: (code) =>
        code.replace(
          BASE64,
          (_, data: string) => `/* @__PURE__ */ btoa(${JSON.stringify(atob(data))})`,
        ),
    },
  };
}
