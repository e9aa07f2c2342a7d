/** Running a file of tests, or a sample of it. */

import "../../../src/crypto/standard_suites.ts";
import { type File, startTests, type Task, type VitestRunner } from "@vitest/runner";

/** What became of a file's tests; a failure is a test's name and what it said. */
export interface Outcome {
  readonly found: number;
  readonly passed: number;
  readonly passed_over: number;
  readonly failures: readonly string[];
}

function testsOf(task: Task): Task[] {
  return task.type === "test" ? [task] : task.tasks.flatMap(testsOf);
}

/** Pass over all but `most` tests of each group; those stand from its first to its last in even steps. */
function sample(task: Task, most: number): void {
  if (task.type === "test") return;
  const tests = task.tasks.filter(({ type }) => type === "test");
  const step = Math.max(1, (tests.length - 1) / Math.max(1, most - 1));
  const chosen = new Set(tests.map((_, at) => Math.round(at * step)));
  for (const [at, test] of tests.entries()) if (!chosen.has(at)) test.mode = "skip";
  for (const inner of task.tasks) sample(inner, most);
}

/** Run the tests of a file, given by where it is served; of each of its groups at most `most`. */
export async function runTests(file: string, most: number | null): Promise<Outcome> {
  let tests: Task[] = [];
  const runner: VitestRunner = {
    config: {
      root: "/",
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: (path) => import(path),
    onBeforeRunFiles(files: File[]) {
      if (most !== null) for (const found of files) sample(found, most);
      tests = files.flatMap(testsOf);
    },
  };
  const files = await startTests([file], runner);
  const broken = files.flatMap(({ result }) => result?.errors ?? []);
  const failures = tests.flatMap(({ name, suite, result }) =>
    (result?.errors ?? []).map(({ message }) => `${suite?.name ?? file} > ${name}: ${message}`),
  );
  return {
    found: tests.length,
    passed: tests.filter(({ result }) => result?.state === "pass").length,
    passed_over: tests.filter(({ mode }) => mode !== "run").length,
    failures: [...broken.map(({ message }) => `${file}: ${message}`), ...failures],
  };
}
