import { defineConfig } from "vitest/config";
import { wordLists } from "./tools/word_lists.ts";

export default defineConfig({
  plugins: [wordLists()],
  test: {
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    setupFiles: ["./src/crypto/standard_suites.ts"],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
