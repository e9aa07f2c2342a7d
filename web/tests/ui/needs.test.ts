import { describe, expect, it } from "vitest";
import { missingNeeds } from "../../src/ui/needs.ts";

const whole = {
  isSecureContext: true,
  WebAssembly: {},
  crypto: { subtle: {} },
  Worker: class {},
};

function missing(changes: object): string[] {
  return missingNeeds({ ...whole, ...changes } as unknown as typeof globalThis);
}

describe("where Roomkey cannot run", () => {
  it("nothing is missing in a browser that has all of it", () => {
    expect(missing({})).toEqual([]);
  });

  it("an unencrypted connection is named as the one cause", () => {
    expect(missing({ isSecureContext: false, crypto: {} })).toEqual(["secure"]);
  });

  it("each thing that is missing is named", () => {
    const { WebAssembly: _wasm, Worker: _worker, ...rest } = whole;
    const bare = { ...rest, crypto: {} };
    expect(missingNeeds(bare as unknown as typeof globalThis)).toEqual([
      "wasm",
      "crypto",
      "worker",
    ]);
  });
});
