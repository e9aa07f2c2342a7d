import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../src");

/** Each room of the house may import those before it, and itself. */
const LAYERS = ["errors", "dh", "crypto", "wire", "mls", "keys", "store", "client", "demo", "ui"];

/** What the page itself takes: contracts, the doors to the workers, and sums without a secret. */
const OPEN_TO_UI = [
  "client/service.ts",
  "client/proxy.ts",
  "demo/demo.ts",
  "demo/proxy.ts",
  "mls/tree_math.ts",
  "wire/room_code.ts",
  "wire/limits.ts",
];

const CRYPTO_LIBRARIES = /^(@noble\/|argon2id)/;
const PURE = ["crypto", "wire", "mls", "keys"];
const INPUT_OUTPUT = /^(socket\.io|preact|@preact)/;

interface Import {
  readonly from: string;
  readonly to: string;
}

const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => name.replaceAll("\\", "/"));

const IMPORTS: readonly Import[] = FILES.flatMap((from) => {
  const source = readFileSync(join(ROOT, from), "utf8");
  const found = source.matchAll(/(?:from|import|import\()\s*"([^"]+)"/g);
  return [...found].map(([, name = ""]) => ({ from, to: target(from, name) }));
});

function target(from: string, name: string): string {
  if (!name.startsWith(".")) return name;
  return relative(ROOT, resolve(ROOT, dirname(from), name)).replaceAll("\\", "/");
}

const layer = (file: string) => LAYERS.indexOf(file.split("/")[0]?.replace(/\.tsx?$/, "") ?? "");
const isOurs = (name: string) => layer(name) >= 0 && !name.startsWith("@");

describe("imports", () => {
  it("are found", () => {
    expect(IMPORTS.length).toBeGreaterThan(300);
    expect(IMPORTS.some(({ to }) => to === "mls/codec.ts")).toBe(true);
  });

  it("go one way: errors, crypto, wire, mls, keys, store, client, demo, ui", () => {
    const wrong = IMPORTS.filter(({ from, to }) => isOurs(to) && layer(from) < layer(to));
    expect(wrong).toEqual([]);
  });

  it("leave the exchange that is shown to the page, which protects nothing with it", () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => to.startsWith("dh/") && !/^(dh|demo|ui)\//.test(from),
    );
    expect(wrong).toEqual([]);
    const beside = IMPORTS.filter(
      ({ from, to }) => from.startsWith("dh/") && !/^(dh\/|errors\.ts)/.test(to),
    );
    expect(beside).toEqual([]);
  });

  it("of cryptographic libraries stand in crypto alone", () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => CRYPTO_LIBRARIES.test(to) && !from.startsWith("crypto/"),
    );
    expect(wrong).toEqual([]);
  });

  it("bring no input or output into the protocol", () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => PURE.includes(from.split("/")[0] ?? "") && INPUT_OUTPUT.test(to),
    );
    expect(wrong).toEqual([]);
  });

  it("of the page reach the client through its contract and its proxy only", () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) =>
        from.startsWith("ui/") && isOurs(to) && !/^(ui|dh)\//.test(to) && !OPEN_TO_UI.includes(to),
    );
    expect(wrong).toEqual([]);
  });
});
