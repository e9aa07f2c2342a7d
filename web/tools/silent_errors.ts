import { type Plugin, parseAst } from "vite";
import * as errors from "../src/errors.ts";

const BUILT_IN = ["Error", "RangeError", "TypeError", "SyntaxError"];
const ARGUED = new Set(["ValidationError", "ExchangeRefused"]);

/** Errors whose one argument is nothing but what they say. */
const SAYING = new Set([...BUILT_IN, ...Object.keys(errors).filter((name) => !ARGUED.has(name))]);

/** Errors of which the worker asks nothing but their class: neither the rule that was broken nor how. */
const SAYING_ALL = new Set(["ValidationError"]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Thrown extends Node {
  readonly argument: Node & {
    readonly callee?: Node & { readonly name?: string };
    readonly arguments?: readonly Node[];
  };
}

/** Leaves out of the worker what thrown errors say beside their class: none of it ever leaves the worker. */
export function silentErrors(): Plugin {
  return {
    name: "silent-errors",
    apply: "build",
    renderChunk: (code) => ({ code: withoutDetails(code), map: null }),
  };
}

/** Return a script whose errors are thrown without the details that only who mends it would read. */
export function withoutDetails(code: string): string {
  const thrown = [...nodes(parseAst(code))].filter(isSaying);
  const calls = thrown.map(({ argument }) => argument).sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  let from = 0;
  for (const { callee, start, end } of calls) {
    if (start < from) continue;
    pieces.push(code.slice(from, start), `new ${callee?.name}()`);
    from = end;
  }
  return pieces.join("") + code.slice(from);
}

function isSaying(node: Node): node is Thrown {
  if (node.type !== "ThrowStatement") return false;
  const { type, callee, arguments: said = [] } = (node as Thrown).argument;
  if (type !== "NewExpression" || said.length === 0) return false;
  const name = callee?.name ?? "";
  if (SAYING_ALL.has(name)) return true;
  return said.length === 1 && said[0]?.type !== "SpreadElement" && SAYING.has(name);
}

function* nodes(value: unknown): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if ("type" in value && "start" in value) yield value as Node;
  for (const part of Object.values(value)) yield* nodes(part);
}
