// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Rules = { createScriptURL: (url: string) => string };

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

async function under(trustedTypes: unknown): Promise<(url: string) => string> {
  vi.stubGlobal("trustedTypes", trustedTypes);
  return (await import("../../src/trusted_script.ts")).trustedScript;
}

it("under Trusted Types only scripts of the page's own origin may be started", async () => {
  const names: string[] = [];
  const trustedScript = await under({
    createPolicy: (name: string, rules: Rules) => {
      names.push(name);
      return rules;
    },
  });
  expect(names).toEqual(["roomkey"]);
  const own = new URL("/assets/worker.js", location.href).href;
  expect(trustedScript(own)).toBe(own);
  expect(trustedScript("/assets/worker.js")).toBe("/assets/worker.js");
  for (const foreign of [
    "https://elsewhere.example/w.js",
    "data:text/javascript,0",
    "//e.example/w.js",
  ])
    expect(() => trustedScript(foreign)).toThrow(TypeError);
});

it("a browser without Trusted Types gets the address as it is", async () => {
  const trustedScript = await under(undefined);
  expect(trustedScript("/assets/worker.js")).toBe("/assets/worker.js");
});
