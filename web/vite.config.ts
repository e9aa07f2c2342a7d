import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";
import { codedErrors } from "./tools/coded_errors.ts";
import { serviceWorker } from "./tools/service_worker.ts";
import { silentErrors } from "./tools/silent_errors.ts";
import { terse } from "./tools/terse.ts";
import { wasm } from "./tools/wasm.ts";
import { wordLists } from "./tools/word_lists.ts";

const outDir = process.env.ROOMKEY_WEB_OUT ?? "../src/roomkey/relay/web";

/** Holds the first paint until the script has run, which is at once: no empty page, no wrong theme. */
const firstPaint: Plugin = {
  name: "roomkey-first-paint",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

export default defineConfig({
  plugins: [
    preact({ prefreshEnabled: false, devToolsEnabled: false }),
    firstPaint,
    wordLists(),
    terse(),
    serviceWorker(),
  ],
  worker: {
    format: "es",
    plugins: () => [wordLists(), wasm(), codedErrors(), silentErrors(), terse()],
    rollupOptions: { output: { comments: false } },
  },
  build: {
    target: "es2022",
    outDir,
    emptyOutDir: true,
    assetsDir: "assets",
    // Nothing is inlined: the page's policy allows no data: addresses.
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { page: "index.html", sw: "src/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
        // Many small files compress worse than few: what is shared lies together.
        codeSplitting: {
          groups: [
            {
              name: "shared",
              test: /src\/(?!ui\/(room|styles|text)\/)|preact/,
              minShareCount: 2,
              priority: 1,
            },
            // All of a room but what is fetched when somebody opens it.
            { name: "room", test: /src\/ui\/(text|room\/(?!tools))/ },
          ],
        },
      },
    },
  },
});
