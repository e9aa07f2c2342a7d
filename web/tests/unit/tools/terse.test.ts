import { build } from "rolldown";
import { expect, test } from "vitest";
import { terse } from "../../../tools/terse.ts";

async function built(source: string): Promise<string> {
  const { output } = await build({
    input: "script",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "source",
        resolveId: (id) => id,
        load: () => ({ code: source, moduleType: "js" }),
      },
      terse(),
    ],
  });
  return output[0].code;
}

const SCRIPT = `
  /** Counts. */
  class Counter {
    #count = 0n;
    next() {
      // one more
      this.#count += 1n;
      return this.#count;
    }
  }
  const counter = new Counter();
  export const counted = [counter.next(), counter.next()];
  export const text = "a // b /* c */ \\u2028 ä";
`;

test("a shortened script does what it did, without its comments", async () => {
  const code = await built(SCRIPT);
  expect(code.length).toBeLessThan(SCRIPT.length);
  expect(code).not.toContain("one more");
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  expect(module.counted).toEqual([1n, 2n]);
  expect(module.text).toBe("a // b /* c */ \u2028 ä");
});

test("the same script is shortened to the same bytes", async () => {
  expect(await built(SCRIPT)).toBe(await built(SCRIPT));
});
