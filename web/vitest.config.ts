import { defineConfig } from "vitest/config";
import { wasm } from "./tools/wasm.ts";
import { wordLists } from "./tools/word_lists.ts";

export default defineConfig({
  plugins: [wasm(), wordLists()],
  test: {
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    setupFiles: ["./src/crypto/standard_suites.ts", "./tests/web_socket.ts", "./tests/patience.ts"],
    testTimeout: 60_000,
    slowTestThreshold: 20_000,
    hookTimeout: 120_000,
    server: { deps: { inline: ["argon2id"] } },
    maxWorkers: 2,
    coverage: {
      include: ["src/**"],
      // what a browser starts with, which tests/browser drives, and declarations
      exclude: ["src/ui/main.tsx", "src/sw.ts", "src/**/*.d.ts"],
      reporter: [["text", { skipFull: true }]],
      reportsDirectory: "../.cache/coverage/web",
      reportOnFailure: true,
    },
  },
});
