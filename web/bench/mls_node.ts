/** Print the bench of the group protocol: `npm run bench -- --suite 0xf00e --shapes added`. */

import { parseArgs } from "node:util";
import { OPERATIONS, type Times } from "./clock.ts";
import { benchMls, type Shape } from "./mls.ts";

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "3" },
    shapes: { type: "string", default: "grown" },
    sizes: { type: "string", default: "2,10,100,500,1000" },
    "ts-mls-up-to": { type: "string", default: "100" },
  },
});

function line(head: string, cells: readonly (string | number)[]): string {
  const shown = cells.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell));
  return head.padEnd(20) + shown.map((cell) => cell.padStart(10)).join("");
}

function timesOf(times: Times): number[] {
  return OPERATIONS.map((operation) => times[operation]);
}

console.log(line("members, ms", OPERATIONS));
await benchMls({
  suite: Number(values.suite),
  shapes: values.shapes.split(",") as Shape[],
  sizes: values.sizes.split(",").map(Number),
  tsMlsUpTo: Number(values["ts-mls-up-to"]),
  onRow({ shape, members, roomkey, tsMls }) {
    console.log(line(`${members} ${shape} roomkey`, timesOf(roomkey)));
    if (tsMls !== undefined) console.log(line(`${members} ${shape} ts-mls`, timesOf(tsMls)));
  },
});
