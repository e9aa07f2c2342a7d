import * as cborg from "cborg";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BUCKETS,
  CLOCK_EXTENSION,
  Content,
  type ContentOptions,
  computeMessageId,
  Disposition,
  Expiration,
  MAX_TEXT_BYTES,
  pad,
  paddingFor,
  unpad,
} from "../../../src/client/content.ts";
import { equal, toHex } from "../../../src/crypto/bytes.ts";
import { DecodeError, TooLarge } from "../../../src/errors.ts";

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const ids = fc.option(bytes(32), { nil: undefined });
const texts = fc.string({ unit: "grapheme", maxLength: 200 });
const contents = fc
  .record({
    salt: bytes(16),
    text: texts,
    replaces: ids,
    inReplyTo: ids,
    topic: bytes(0, 64),
    language: fc.stringMatching(/^[abc-]{0,35}$/),
    extensions: fc.dictionary(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(), { maxKeys: 5 }),
  })
  .map(({ salt, text, extensions, ...rest }) => {
    return new Content(salt, text, { ...rest, extensions: Object.entries(extensions) });
  });

test("what is written is read", () => {
  fc.assert(
    fc.property(contents, (content) => {
      const encoded = content.encode();
      const again = Content.decode(encoded);
      expect(again.encode()).toEqual(encoded);
      expect(again.text).toBe(content.text);
      expect(new Map(again.extensions)).toEqual(new Map(content.extensions));
    }),
  );
});

test("any bytes are read as they would be written, or malformed", () => {
  fc.assert(
    fc.property(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, at, change) => {
      const encoded = content.encode();
      const place = at % encoded.length;
      encoded[place] = (encoded[place] ?? 0) ^ change;
      try {
        expect(Content.decode(encoded).encode()).toEqual(encoded);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
});

test("any CBOR is read or malformed", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        Content.decode(cborg.encode(value));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
});

test.each([
  ["nothing", ""],
  ["an endless array", "9fff"],
  ["an array longer than memory", `9b${"ff".repeat(8)}`],
  ["arrays in arrays", "81".repeat(3000)],
  ["shared values", "d81c".repeat(50)],
  ["a reference to itself", `d82550${"00".repeat(16)}`],
  ["too much", "00".repeat(65537)],
])("%s is malformed", (_name, hex) => {
  expect(() => Content.decode(Buffer.from(hex, "hex"))).toThrow(DecodeError);
});

test("a known message has known bytes", () => {
  const salt = Uint8Array.from({ length: 16 }, (_, at) => at);
  const content = new Content(salt, "Hi", { extensions: [[CLOCK_EXTENSION, 1]] });
  expect(toHex(content.encode())).toBe(
    "8750000102030405060708090a0b0c0d0e0ff640f6f6a16d726f6f6d6b65792e636c6f636b01" +
      "850160017819746578742f6d61726b646f776e3b76617269616e743d47464d424869",
  );
  const [zeros, ones, twos] = [0, 1, 2].map((byte) => new Uint8Array(16).fill(byte));
  if (zeros === undefined || ones === undefined || twos === undefined) throw new Error();
  const id = computeMessageId(zeros, ones, content.encode());
  expect([id[0], id.length]).toEqual([1, 32]);
  expect(equal(id, computeMessageId(zeros, twos, content.encode()))).toBe(false);
});

test("names of extensions stand in the order of their encodings' length, then bytes", () => {
  const extensions: [number | string, number][] = [
    ["bb", 1],
    [1000, 2],
    ["a", 3],
    [-1, 4],
    [7, 5],
  ];
  const content = new Content(new Uint8Array(16), "x", { extensions });
  const names = Content.decode(content.encode()).extensions.map(([name]) => name);
  expect(names).toEqual([7, -1, "a", 1000, "bb"]);
});

test("a text begins with whatever its writer put there, a byte order mark too", () => {
  const content = new Content(new Uint8Array(16), "\ufeffmarked", {
    extensions: [["\ufeffname", "\ufeffvalue"]],
  });
  const again = Content.decode(content.encode());
  expect(again.text).toBe("\ufeffmarked");
  expect(again.extensions).toEqual([["\ufeffname", "\ufeffvalue"]]);
});

test("an expiry is read as written", () => {
  const content = new Content(new Uint8Array(16), "x", { expires: new Expiration(true, 60) });
  expect(Content.decode(content.encode()).expires).toEqual(new Expiration(true, 60));
});

test("kinds are told apart, and there are no others", () => {
  const [salt, other] = [new Uint8Array(16), new Uint8Array(32)];
  const reaction = { disposition: Disposition.REACTION };
  const kind = (text: string | undefined, options: ContentOptions) =>
    Content.decode(new Content(salt, text, options).encode()).kind;
  expect(kind("said", {})).toBe("message");
  expect(kind("said", { inReplyTo: other, expires: new Expiration(false, 1) })).toBe("message");
  expect(kind("new", { replaces: other, inReplyTo: other })).toBe("edit");
  expect(kind(undefined, { replaces: other })).toBe("deletion");
  expect(kind("+", { ...reaction, inReplyTo: other })).toBe("reaction");
  expect(kind(undefined, { ...reaction, replaces: other })).toBe("retraction");
  const others: [string | undefined, ContentOptions][] = [
    [undefined, {}],
    [undefined, { inReplyTo: other }],
    [undefined, { inReplyTo: other, replaces: other }],
    ["new", { replaces: other, expires: new Expiration(true, 1) }],
    ["said", { expires: new Expiration(true, 0) }],
    ["+", reaction],
    ["", { ...reaction, inReplyTo: other }],
    ["+".repeat(65), { ...reaction, inReplyTo: other }],
    ["+", { ...reaction, replaces: other, inReplyTo: other }],
    [undefined, { ...reaction, replaces: other, inReplyTo: other }],
    ["said", { disposition: 3 }],
  ];
  for (const [text, options] of others) expect(() => kind(text, options)).toThrow(DecodeError);
});

test("a text above 64,000 bytes is refused", () => {
  expect(new Content(new Uint8Array(16), "x".repeat(MAX_TEXT_BYTES)).encode()).toBeDefined();
  const long = new Content(new Uint8Array(16), "é".repeat(MAX_TEXT_BYTES));
  expect(() => long.encode()).toThrow(TooLarge);
});

test("padding comes off again, and only as it was put on", () => {
  fc.assert(
    fc.property(bytes(0, 1200), (data) => {
      const padded = pad(data);
      expect(unpad(padded)).toEqual(data);
      expect(BUCKETS).toContain(padded.length - 4);
      expect(() => unpad(Uint8Array.of(...padded, 0))).toThrow(DecodeError);
      const changed = padded.slice();
      changed[padded.length - 1] = 1;
      if (data.length < padded.length - 4) expect(() => unpad(changed)).toThrow(DecodeError);
    }),
  );
});

test("padding reaches the next bucket", () => {
  expect([0, 256, 257, 65536].map(paddingFor)).toEqual([256, 0, 767, 0]);
  expect(() => paddingFor(65537)).toThrow(TooLarge);
});
