import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Inline, inlineText, parseInline } from "../../src/ui/text/inline.ts";
import { type Block, parseMarkdown } from "../../src/ui/text/markdown.ts";

function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === "code") return `${block.language}${block.text}`;
      if (block.kind === "quote") return textOf(block.children);
      if (block.kind === "list") return block.items.map(inlineText).join("");
      return inlineText(block.children);
    })
    .join("");
}

const letters = (text: string) => text.replace(/[^\p{L}]/gu, "");

function depthOf(nodes: readonly Inline[]): number {
  return Math.max(0, ...nodes.map((node) => ("children" in node ? 1 + depthOf(node.children) : 1)));
}

describe("within a line", () => {
  it("reads bold, italic and code", () => {
    expect(parseInline("a **b** *c* _d_ `e*f*`")).toEqual([
      { kind: "text", text: "a " },
      { kind: "strong", children: [{ kind: "text", text: "b" }] },
      { kind: "text", text: " " },
      { kind: "emphasis", children: [{ kind: "text", text: "c" }] },
      { kind: "text", text: " " },
      { kind: "emphasis", children: [{ kind: "text", text: "d" }] },
      { kind: "text", text: " " },
      { kind: "code", text: "e*f*" },
    ]);
  });

  it.each([
    "2*3*4",
    "snake_case_name",
    "a * b * c",
    "**",
    "*",
    "``",
    "[a](b)",
    "[a]",
    "x](https://a.example",
  ])("leaves %s as it is", (text) => {
    const isPlain = parseInline(text).every((node) => node.kind === "text" || node.kind === "link");
    expect(isPlain).toBe(true);
    expect(inlineText(parseInline(text))).toBe(text);
  });

  it("nests bold in italic, and gives up what is not closed", () => {
    expect(parseInline("*a **b** c* **d")).toEqual([
      {
        kind: "emphasis",
        children: [
          { kind: "text", text: "a " },
          { kind: "strong", children: [{ kind: "text", text: "b" }] },
          { kind: "text", text: " c" },
        ],
      },
      { kind: "text", text: " **d" },
    ]);
  });

  it("takes a sign after a backslash as that sign", () => {
    expect(parseInline("\\*a\\* \\x")).toEqual([{ kind: "text", text: "*a* \\x" }]);
  });

  it("makes no link of one within another, but keeps what it says", () => {
    const [link] = parseInline("[see **https://one.example** now](https://two.example)");
    expect(link).toMatchObject({ kind: "link", url: "https://two.example" });
    expect(inlineText([link as Inline])).toBe("see https://one.example now");
    expect(JSON.stringify(link).match(/"kind":"link"/g)).toHaveLength(1);
  });

  it.each([
    ["https://a.example/b.", "https://a.example/b"],
    ["(https://a.example/b)", "https://a.example/b"],
    ["https://a.example/b_(c)", "https://a.example/b_(c)"],
    ["https://a.example/b_(c)).", "https://a.example/b_(c)"],
    ["_https://a.example/b_", "https://a.example/b"],
  ])("in %s the link ends where the sentence goes on", (text, url) => {
    const links = JSON.stringify(parseInline(text)).match(/"url":"([^"]*)"/);
    expect(links?.[1]).toBe(url);
  });

  it("says where a link goes, whatever its writer calls it", () => {
    expect(parseInline("[https://bank.example](https://evil.example/x)")).toEqual([
      {
        kind: "link",
        url: "https://evil.example/x",
        host: "evil.example",
        children: [{ kind: "text", text: "https://bank.example" }],
      },
    ]);
  });

  it("finds a bare link and leaves the sentence its punctuation", () => {
    const [, link, rest] = parseInline("see (https://a.example/b_(c)?d=1).");
    expect(link).toMatchObject({ kind: "link", url: "https://a.example/b_(c)?d=1" });
    expect(rest).toEqual({ kind: "text", text: ")." });
  });

  it.each([
    "javascript:alert(1)",
    "[a](javascript:alert(1))",
    "https://bank.example@evil.example/",
    "data:text/html,x",
  ])("makes no link of %s", (text) => {
    expect(parseInline(text).some((node) => node.kind === "link")).toBe(false);
  });

  it("shows the punycode of a host that imitates another", () => {
    const [link] = parseInline("https://аpple.example");
    expect(link).toMatchObject({ kind: "link", host: "xn--pple-43d.example" });
  });
});

describe("lines", () => {
  it("reads paragraphs with their line breaks", () => {
    expect(parseMarkdown("a\nb\n\n\nc")).toEqual([
      {
        kind: "paragraph",
        children: [{ kind: "text", text: "a" }, { kind: "break" }, { kind: "text", text: "b" }],
      },
      { kind: "paragraph", children: [{ kind: "text", text: "c" }] },
    ]);
  });

  it("keeps code as it was written", () => {
    expect(parseMarkdown("```py\n  x = **1**\n\n> y\n```\nz")).toEqual([
      { kind: "code", language: "py", text: "  x = **1**\n\n> y" },
      { kind: "paragraph", children: [{ kind: "text", text: "z" }] },
    ]);
  });

  it("reads quotes in quotes, lists with their numbers, and items of several lines", () => {
    expect(parseMarkdown("> a\n> > b\n\n3. x\n   y\n4. z\n- w")).toEqual([
      {
        kind: "quote",
        children: [
          { kind: "paragraph", children: [{ kind: "text", text: "a" }] },
          {
            kind: "quote",
            children: [{ kind: "paragraph", children: [{ kind: "text", text: "b" }] }],
          },
        ],
      },
      {
        kind: "list",
        start: 3,
        items: [
          [{ kind: "text", text: "x" }, { kind: "break" }, { kind: "text", text: "y" }],
          [{ kind: "text", text: "z" }],
        ],
      },
      { kind: "list", start: undefined, items: [[{ kind: "text", text: "w" }]] },
    ]);
  });
});

describe("whatever is written", () => {
  const signs = fc.constantFrom(
    ..."*_`[]()>-\\ \n".split(""),
    ..."**,```,https://a.example,1. ,> ,- ,ab,é,شكرا,👩‍👩‍👧".split(","),
  );
  const message = fc.array(signs, { maxLength: 60 }).map((parts) => parts.join(""));

  it("loses no letter and changes no order", () => {
    fc.assert(
      fc.property(message, (text) => {
        expect(letters(textOf(parseMarkdown(text)))).toBe(letters(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("never nests deeper than a page can show", () => {
    fc.assert(
      fc.property(message, (text) => {
        expect(depthOf(parseInline(text))).toBeLessThanOrEqual(6);
      }),
      { numRuns: 500 },
    );
    expect(parseMarkdown("> ".repeat(20_000))).toHaveLength(1);
  });

  it.each([
    "[",
    "](",
    "*a ",
    "`a``",
    "**a",
    "_",
    "> ",
    "- ",
    "```\n",
    "https://",
    "](https://a",
    "\\",
  ])("reads 64,000 bytes of %j to the end", (part) => {
    const text = part.repeat(Math.floor(64_000 / part.length));
    expect(letters(textOf(parseMarkdown(text)))).toBe(letters(text));
  });
});
