import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import simd from "argon2id/dist/simd.wasm";
import fc from "fast-check";
import { minify } from "terser";
import { expect, test } from "vitest";
import { bytesModule } from "../../../tools/wasm.ts";

async function run(code: string): Promise<Uint8Array> {
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return module.default;
}

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

test("an imported WebAssembly file is its bytes", () => {
  const file = createRequire(import.meta.url).resolve("argon2id/dist/simd.wasm");
  expect(simd).toEqual(new Uint8Array(readFileSync(file)));
});

test("a module of bytes gives the bytes it was written from", async () => {
  const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(anyBytes, async (bytes) => {
      expect(await run(bytesModule(bytes))).toEqual(new Uint8Array(bytes));
    }),
    { examples: [[EVERY_BYTE]] },
  );
});

test("every byte outlives the shortening of scripts", async () => {
  const { code } = await minify(bytesModule(EVERY_BYTE), { module: true });
  expect(await run(code ?? "")).toEqual(new Uint8Array(EVERY_BYTE));
});
