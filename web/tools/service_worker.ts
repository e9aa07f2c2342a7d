import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const SCRIPT = "sw.js";
const NOT_KEPT: readonly string[] = ["robots.txt"];

/** Tells the service worker which files make up the page, and a version that changes with them. */
export function serviceWorker(): Plugin {
  let publicFolder = "";
  return {
    name: "roomkey-service-worker",
    apply: "build",
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const script = bundle[SCRIPT];
        if (script?.type !== "chunk") return;
        if (script.imports.length > 0) this.error("the service worker must stand alone");
        const files = new Map<string, string | Uint8Array>();
        for (const [name, file] of Object.entries(bundle)) {
          if (name === SCRIPT) continue;
          files.set(
            name === "index.html" ? "/" : `/${name}`,
            file.type === "chunk" ? file.code : file.source,
          );
        }
        for (const name of readdirSync(publicFolder).sort()) {
          if (!NOT_KEPT.includes(name))
            files.set(`/${name}`, readFileSync(join(publicFolder, name)));
        }
        const shell = [...files.keys()].sort();
        const version = createHash("sha256");
        for (const path of shell) version.update(path).update(files.get(path) ?? "");
        script.code = script.code
          .replaceAll("SHELL", JSON.stringify(shell))
          .replaceAll("VERSION", JSON.stringify(version.digest("hex").slice(0, 16)));
      },
    },
  };
}
