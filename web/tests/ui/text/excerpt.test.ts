import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerptAround, inlineExcerpt, plainText } from "../../../src/ui/text/excerpt.ts";

describe("plain text", () => {
  it("is one line without marks", () => {
    expect(
      plainText("> **so** it\n\n- is `said`\n- [here](https://a.example)\n\n```sh\ncode\n```"),
    ).toBe("so it is said here code");
  });

  it("is cut between signs, never within one", () => {
    expect(inlineExcerpt("👍👍👍👍", 2)).toBe("👍👍…");
    expect(inlineExcerpt("ok", 2)).toBe("ok");
  });

  it("of 64,000 bytes is as quickly had as of 4,000", () => {
    expect(inlineExcerpt("a".repeat(64_000), 10)).toBe(`${"a".repeat(10)}…`);
  });
});

describe("an excerpt of what was found", () => {
  const text = `${"before ".repeat(30)}the Quill is here, a second quill there ${"after ".repeat(30)}`;

  it("shows the place, with each match marked as it is written", () => {
    const pieces = excerptAround(text, "quill", 120);
    const matches = pieces.filter(({ isMatch }) => isMatch).map((piece) => piece.text);
    expect(matches).toEqual(["Quill", "quill"]);
    expect(pieces[0]?.text).toBe("… ");
    expect(pieces.at(-1)?.text).toBe("…");
  });

  it("loses and adds nothing, whatever is sought in whatever text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme" }),
        (said, sought) => {
          const shown = excerptAround(said, sought, 1000).map((piece) => piece.text);
          expect(plainText(said)).toContain(shown.join("").replace(/^… /, "").replace(/…$/, ""));
        },
      ),
    );
  });

  it("begins at the beginning if the match is among the marks", () => {
    expect(excerptAround("[here](https://quill.example)", "quill", 50)).toEqual([
      { text: "here", isMatch: false },
    ]);
  });
});
