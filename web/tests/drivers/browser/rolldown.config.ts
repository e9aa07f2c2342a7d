/** Bundles the core's tests for a browser: `rolldown -c` this, with `--dir` for where to. */

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineConfig } from "rolldown";
import { wasm } from "../../../tools/wasm.ts";
import { wordLists } from "../../../tools/word_lists.ts";

const WEB = resolve(import.meta.dirname, "../../..");
const HERE = "tests/drivers/browser";
const FOLDERS = ["tests/vectors", "tests/unit/crypto", "tests/unit/mls"];
/** It counts files, which a browser does not see. */
const LEFT_OUT = "tests/vectors/mls_count.test.ts";

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(WEB, folder)).map((name) => join(folder, name)),
);
const tests = files.filter((file) => file.endsWith(".test.ts") && file !== LEFT_OUT);
const inputs = [...tests, `${HERE}/page.ts`, `${HERE}/worker.ts`];

const node = join(WEB, HERE, "node.ts");
const nodeModules = ["fs", "path", "readline", "util"].map((name) => [`node:${name}`, node]);

export default defineConfig({
  cwd: WEB,
  input: Object.fromEntries(inputs.map((file) => [file.replace(/\.ts$/, ""), file])),
  platform: "browser",
  plugins: [wasm(), wordLists()],
  resolve: {
    alias: { vitest: join(WEB, HERE, "vitest.ts"), ...Object.fromEntries(nodeModules) },
  },
  transform: { inject: { Buffer: [node, "Buffer"], process: [node, "process"] } },
  output: { format: "esm", entryFileNames: "[name].js", chunkFileNames: "shared/[name]-[hash].js" },
});
