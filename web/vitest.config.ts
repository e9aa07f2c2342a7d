import { defineConfig } from "vitest/config";
import { wordLists } from "./tools/word_lists.ts";

export default defineConfig({
  plugins: [wordLists()],
  test: {
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    setupFiles: ["./src/crypto/standard_suites.ts", "./tests/web_socket.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
