// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { timeOf } from "../../../src/ui/how/growth.tsx";
import { howEn } from "../../../src/ui/how/messages/how_en.ts";
import { EXAMPLE, readToy } from "../../../src/ui/how/toy.ts";
import { workedOut } from "../../../src/ui/how/worked_out.ts";

describe("the four numbers", () => {
  it("of the worked example give 6, 16 and 9", () => {
    const { exchange, problems } = readToy(EXAMPLE);
    expect([exchange?.publicA, exchange?.publicB, exchange?.secret]).toEqual([6n, 16n, 9n]);
    expect(problems).toEqual({});
  });

  it.each([
    [{ p: "21" }, { p: "p_not_prime" }],
    [{ p: "3" }, { p: "p_too_small" }],
    [{ p: "" }, { p: "not_a_number" }],
    [{ p: "2.5" }, { p: "not_a_number" }],
    [{ p: "-23" }, { p: "not_a_number" }],
    [{ p: "1000000000039" }, { p: "too_many_digits" }],
    [{ g: "1" }, { g: "g_out_of_range" }],
    [{ g: "22" }, { g: "g_out_of_range" }],
    [{ g: "nine" }, { g: "not_a_number" }],
    [
      { g: "nine", p: "21" },
      { g: "not_a_number", p: "p_not_prime" },
    ],
    [{ a: "0" }, { a: "private_key_out_of_range" }],
    [
      { a: "22", b: "x" },
      { a: "private_key_out_of_range", b: "not_a_number" },
    ],
    [{ b: "11" }, { b: "private_key_gives_itself_away" }],
  ] as const)("%o is refused for %o, and there is no exchange", (typed, problems) => {
    const read = readToy({ ...EXAMPLE, ...typed });
    expect(read.problems).toEqual(problems);
    expect(read.exchange).toBeUndefined();
  });
});

describe("a sum", () => {
  it("is written out while its power is short", () => {
    expect(workedOut("9^4 mod 23")).toBe("9^4 = 6561 = 285 × 23 + 6");
    expect(workedOut("9^40 mod 23")).toBe("9^40 mod 23 = 4");
    expect(workedOut("2^3 mod 23")).toBe("2^3 mod 23 = 8");
    const long = "999999999989^999999999 mod 999999999989";
    expect(workedOut(long)).toBe(`${long} = 0`);
  });
});

describe("the time that trying takes", () => {
  it.each([
    [5, "less than a blink"],
    [32, "about 4 seconds"],
    [64, "about 585 years"],
    [128, "10^22 years: longer than the age of the universe"],
    [2048, "10^600 years: longer than the age of the universe"],
  ] as const)("for %i bits is told so that one can picture it", (bits, words) => {
    expect(timeOf(bits, howEn.listening.growth)).toBe(words);
  });
});
