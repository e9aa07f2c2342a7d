/** Print the bench of the group protocol: `npm run bench`, with `--suite 0xf00e --sizes 2,100`. */

import { parseArgs } from "node:util";
import { OPERATIONS, type Times } from "./clock.ts";
import { benchMls } from "./mls.ts";

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "3" },
    sizes: { type: "string", default: "2,10,100,500,1000" },
    "ts-mls-up-to": { type: "string", default: "100" },
  },
});

function line(head: string, cells: readonly (string | number)[]): string {
  const shown = cells.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell));
  return head.padEnd(18) + shown.map((cell) => cell.padStart(10)).join("");
}

function timesOf(times: Times): number[] {
  return OPERATIONS.map((operation) => times[operation]);
}

console.log(line("members, ms", OPERATIONS));
await benchMls({
  suite: Number(values.suite),
  sizes: values.sizes.split(",").map(Number),
  tsMlsUpTo: Number(values["ts-mls-up-to"]),
  onRow({ members, roomkey, tsMls }) {
    console.log(line(`${members} roomkey`, timesOf(roomkey)));
    if (tsMls !== undefined) console.log(line(`${members} ts-mls`, timesOf(tsMls)));
  },
});
