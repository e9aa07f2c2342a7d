import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { wordLists } from "./tools/word_lists.ts";

export default defineConfig({
  plugins: [preact(), wordLists()],
  worker: { format: "es", plugins: () => [wordLists()] },
  build: { target: "es2022" },
});
