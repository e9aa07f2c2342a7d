import { expect, test } from "vitest";
import { withoutDetails } from "../../../tools/silent_errors.ts";

test.each([
  ["text", 'throw new Error("too long");', "throw new Error();"],
  [
    "text that is put together",
    'throw new RangeError(a + " of " + b());',
    "throw new RangeError();",
  ],
  ["an error of ours", 'throw new DecodeError("no such form");', "throw new DecodeError();"],
  [
    "the rule that was broken",
    'throw new ValidationError("msg-01", "no such leaf");',
    "throw new ValidationError();",
  ],
  ["one within another", "if (a) throw new TypeError(() => { throw new Error(a); });"],
])(
  "what a thrown error says is left out: %s",
  (_, code, left = "if (a) throw new TypeError();") => {
    expect(withoutDetails(code)).toBe(left);
  },
);

test.each([
  ["what is asked for later", 'const refused = new Refused("unsupported_version"); throw refused;'],
  ["what was refused", 'throw new ExchangeRefused("g_out_of_range");'],
  ["what came beside it", 'throw new StaleEpoch("", { epoch });'],
  ["errors that are not thrown here", 'show(new Error("too long"));'],
  ["what somebody else's class does with it", 'throw new Refused("unsupported_version");'],
  ["text that looks like it", "say('throw new Error(\"x\")');"],
])("all else is left as it is: %s", (_, code) => {
  expect(withoutDetails(code)).toBe(code);
});

test("around them the script stays what it was, whatever letters it has", () => {
  const code = `const ä = "😀"; if (ä) throw new Error("first");
function f() { return "ü"; }
throw new TypeError("second"); // end`;
  expect(withoutDetails(code)).toBe(`const ä = "😀"; if (ä) throw new Error();
function f() { return "ü"; }
throw new TypeError(); // end`);
});
