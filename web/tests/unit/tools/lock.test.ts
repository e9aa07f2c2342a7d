import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

const FILE = resolve(import.meta.dirname, "../../../package-lock.json");
const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(FILE, "utf8"),
);
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

test("every package that npm installs is held to a hash of its content", () => {
  expect(packages.length).toBeGreaterThan(0);
  const unheld = packages.filter(([, { integrity }]) => !/^sha512-.{86}==$/.test(integrity ?? ""));
  expect(unheld).toEqual([]);
});

test("the lock says what to install, and never from which host", () => {
  const placed = packages.filter(([, { resolved, link }]) => resolved !== undefined || link);
  expect(placed).toEqual([]);
});
