import { describe, expect, it } from "vitest";
import { fromHex } from "../../../src/client/hex.ts";
import { toHex, utf8 } from "../../../src/crypto/bytes.ts";
import { keyWalk } from "../../../src/demo/key_walk.ts";
import { largeExchange } from "../../../src/demo/large_exchange.ts";
import { sealMessage } from "../../../src/demo/sealed_message.ts";
import { RoomKeyUnacceptable } from "../../../src/errors.ts";
import { decodeMessage, PrivateMessage } from "../../../src/mls/index.ts";

describe("an exchange of real size", () => {
  it("leads both to one number, from secrets that are drawn each time", () => {
    const one = largeExchange();
    expect(one.p).toHaveLength(617);
    expect(one.secretOfA).toBe(one.secretOfB);
    expect(largeExchange().a).not.toBe(one.a);
  });
});

describe("the way of a room key", () => {
  it("leads to one output, whatever hides it, and to another for another room key", async () => {
    const { first, again, other, root } = await keyWalk("  a room key of mine ");
    expect(again.output).toBe(first.output);
    expect(again.blinded).not.toBe(first.blinded);
    expect(again.evaluated).not.toBe(first.evaluated);
    expect(other.output).not.toBe(first.output);
    expect([first.blinded, first.evaluated, root].map((hex) => hex.length)).toEqual([64, 64, 64]);
  });

  it("is not begun with what can be no room key", async () => {
    await expect(keyWalk("short")).rejects.toThrow(RoomKeyUnacceptable);
  });

  it("compares with another room key, however the first one ends", async () => {
    const { first, other } = await keyWalk("max max x");
    expect(other.output).not.toBe(first.output);
  });
});

describe("a message as the relay gets it", () => {
  const text = "See you at four";

  it("is shown in parts that are all of it, and a message that MLS reads", () => {
    const { parts, sentBytes } = sealMessage(text);
    const bytes = fromHex(parts.map(([, hex]) => hex).join(""));
    expect(bytes).toHaveLength(sentBytes);
    expect(decodeMessage(bytes ?? new Uint8Array())).toBeInstanceOf(PrivateMessage);
    expect(parts.map(([part]) => part)).toContain("ciphertext");
  });

  it("holds nothing of the text, and is as long as any other of its size", () => {
    const sealed = sealMessage(text);
    expect(sealed.parts.map(([, hex]) => hex).join("")).not.toContain(toHex(utf8(text)));
    expect(sealed.textBytes).toBe(15);
    expect(sealed.paddedBytes).toBe(256);
    expect(sealMessage("").sentBytes).toBe(sealed.sentBytes);
    expect(sealMessage("x".repeat(500)).paddedBytes).toBe(1024);
  });
});
