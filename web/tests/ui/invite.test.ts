// @vitest-environment happy-dom
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  codeInPath,
  inviteLink,
  keyInFragment,
  readInvite,
  roomPath,
} from "../../src/ui/invite.ts";

const CODE = "7GQ2M0XK4T";

describe("an invite link", () => {
  it("without the room key holds the code alone", () => {
    expect(inviteLink(CODE)).toBe(`${location.origin}/r/7GQ2M-0XK4T`);
  });

  it("with the room key keeps it behind the #, which is never sent", () => {
    const url = new URL(inviteLink(CODE, "two words"));
    expect(url.pathname).toBe("/r/7GQ2M-0XK4T");
    expect(url.search).toBe("");
    expect(url.hash).toBe("#two%20words");
  });

  it("gives back any code and any room key", () => {
    const codes = fc.string({
      unit: fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
      minLength: 10,
      maxLength: 10,
    });
    const roomKeys = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(codes, roomKeys, (code, roomKey) => {
        expect(readInvite(inviteLink(code, roomKey))).toEqual({ code, roomKey });
        expect(readInvite(inviteLink(code))).toEqual({ code });
        expect(codeInPath(roomPath(code))).toBe(code);
      }),
    );
  });
});

describe("what is pasted into the code field", () => {
  it.each(["7gq2m-oxk4t", " 7GQ2M 0XK4T ", "7GQ2M0XK4T"])("%j is read as a code", (text) => {
    expect(readInvite(text)).toEqual({ code: CODE });
  });

  it.each([
    `${location.origin}/r/7GQ2M-0XK4T#a%20key`,
    `Come in: ${location.origin}/r/7GQ2M-0XK4T#a%20key`,
    `${location.host}/r/7GQ2M-0XK4T#a%20key`,
    "/r/7GQ2M-0XK4T#a%20key",
  ])("%j is read as a link", (text) => {
    expect(readInvite(text)).toEqual({ code: CODE, roomKey: "a key" });
  });

  it("a link to another server is told apart", () => {
    expect(readInvite("https://elsewhere.example/r/7GQ2M-0XK4T")).toEqual({
      code: CODE,
      elsewhere: "elsewhere.example",
    });
  });

  it.each(["", "hello", "7GQ2M-0XK4", "https://", "http://[/r/7GQ2M-0XK4T", "https://a.example/"])(
    "%j is no invitation",
    (text) => {
      expect(readInvite(text)).toBeUndefined();
    },
  );

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        readInvite(text);
        readInvite(`https://x/r/${text}#${text}`);
        codeInPath(`/r/${text}`);
        keyInFragment(`#${text}`);
      }),
      { numRuns: 30 },
    );
  });
});
