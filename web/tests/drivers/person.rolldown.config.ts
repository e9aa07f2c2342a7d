/**
 * Bundles `person.ts` for Node: `rolldown -c` this, with `--file` for where to.
 *
 * `FAULTS_MUTANTS` names the mistakes to put into it, with commas between.
 */

import { resolve } from "node:path";
import { defineConfig, type Plugin } from "rolldown";
import { wordLists } from "../../tools/word_lists.ts";
import { mutant } from "./mutants.ts";

/** What stands for Argon2id, which is there for the time that it takes; in Python's driver too. */
const SHA256 = `
  import { sha256 } from "@noble/hashes/sha2.js";
  import { concat } from "./bytes.ts";
  export const argon2id = async (password, salt) => sha256(concat(password, salt));
`;

const unstretched: Plugin = {
  name: "unstretched",
  load: (id) => (id.endsWith("src/crypto/argon2.ts") ? SHA256 : undefined),
};

const mutants = (process.env.FAULTS_MUTANTS ?? "").split(",").filter((name) => name !== "");

export default defineConfig({
  cwd: resolve(import.meta.dirname, "../.."),
  input: "tests/drivers/person.ts",
  platform: "node",
  plugins: [...mutants.map(mutant), wordLists(), unstretched],
  output: { format: "esm", codeSplitting: false },
});
