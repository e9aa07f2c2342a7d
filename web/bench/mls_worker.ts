/** The bench of the group protocol in a browser's worker: it is sent options and sends rows. */

import { type BenchOptions, benchMls } from "./mls.ts";

globalThis.onmessage = async ({ data }: MessageEvent<BenchOptions>) => {
  await benchMls({ ...data, onRow: (row) => postMessage(row) });
  postMessage("done");
};
