/** The worker that runs test files and members of groups, asked by its page. */

import { talk } from "./node.ts";
import { runTests } from "./run_tests.ts";

interface Question {
  readonly number: number;
  readonly do: "test" | "member";
  readonly file: string;
  readonly most: number | null;
  readonly line: string;
}

let hasMembers = false;

async function answer(question: Question): Promise<unknown> {
  if (question.do === "test") return runTests(question.file, question.most);
  // it reads its questions to the end, and there is none
  if (!hasMembers) void import("../mls_member.ts");
  hasMembers = true;
  return JSON.parse(await talk(question.line));
}

globalThis.onmessage = async ({ data }: MessageEvent<Question>) => {
  const { number } = data;
  try {
    postMessage({ number, value: await answer(data) });
  } catch (error) {
    postMessage({ number, error: String(error) });
  }
};
