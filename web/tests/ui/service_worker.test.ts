import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ORIGIN = "https://rooms.example";
const folder = mkdtempSync(join(tmpdir(), "roomkey-page-"));

interface FetchAsked {
  readonly request: { method: string; mode: string; url: string };
  answered?: Promise<unknown>;
}

interface KeepAsked {
  readonly url: string;
  readonly options: { readonly cache: RequestCache };
}

/** A browser as a service worker sees it: its events, its caches, its network. */
class Browser {
  readonly handlers = new Map<string, (event: object) => void>();
  readonly caches = new Map<string, Map<string, string>>();
  /** How the browser's own cache was to be used for each file that is kept. */
  readonly howFetched = new Map<string, RequestCache>();
  isOnline = true;
  isTakingOver = false;
  readonly notifications: { title: string; data: string; close: () => void }[] = [];
  pages: string[] = [];
  shown: string | undefined;

  start(code: string): void {
    const self = {
      location: { origin: ORIGIN },
      addEventListener: (name: string, handler: (event: object) => void) =>
        this.handlers.set(name, handler),
      registration: {
        showNotification: async (title: string, options: { data: string }) => {
          this.notifications.push({ title, ...options, close: () => undefined });
        },
      },
      clients: {
        matchAll: async () =>
          this.pages.map((id) => ({ id, focus: async () => this.#show(`page ${id}`) })),
        openWindow: async (path: string) => this.#show(`new ${path}`),
      },
      skipWaiting: async () => {
        this.isTakingOver = true;
      },
    };
    const fetchFile = async ({ url }: { url: string }): Promise<string> => {
      if (!this.isOnline) throw new TypeError("offline");
      return `network ${url}`;
    };
    const run = new Function("self", "caches", "fetch", "Request", code);
    run(
      self,
      this.#cacheStorage(fetchFile),
      fetchFile,
      class {
        constructor(
          readonly url: string,
          readonly options: { readonly cache: RequestCache },
        ) {}
      },
    );
  }

  #show(page: string): void {
    this.shown = page;
  }

  #cacheStorage(fetchFile: (request: { url: string }) => Promise<string>) {
    return {
      keys: async () => [...this.caches.keys()],
      delete: async (name: string) => this.caches.delete(name),
      open: async (name: string) => {
        const files = this.caches.get(name) ?? new Map<string, string>();
        this.caches.set(name, files);
        return {
          match: async (path: string) => files.get(path),
          addAll: async (requests: readonly KeepAsked[]) => {
            for (const request of requests) {
              files.set(request.url, await fetchFile(request));
              this.howFetched.set(request.url, request.options.cache);
            }
          },
        };
      },
    };
  }

  async tell(
    name: "install" | "activate" | "message" | "notificationclick",
    event: object = {},
  ): Promise<void> {
    let work: Promise<unknown> | undefined;
    this.handlers.get(name)?.({
      ...event,
      waitUntil: (given: Promise<unknown>) => {
        work = given;
      },
    });
    await work;
  }

  /** What the service worker answers; undefined if it leaves the request to the browser. */
  async ask(url: string, mode = "cors", method = "GET"): Promise<unknown> {
    const asked: FetchAsked = { request: { method, mode, url: new URL(url, ORIGIN).href } };
    this.handlers.get("fetch")?.({
      ...asked,
      respondWith: (answer: Promise<unknown>) => {
        asked.answered = answer;
      },
    });
    return asked.answered;
  }
}

function filesIn(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(place, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

const script = () => readFileSync(join(folder, "sw.js"), "utf8");

async function installed(): Promise<Browser> {
  const browser = new Browser();
  browser.start(script());
  await browser.tell("install");
  return browser;
}

beforeAll(() => {
  // In a process of its own, as vitest marks its environment as no production one.
  execFileSync(
    "npm",
    ["run", "--silent", "build", "--", "--logLevel", "error", "--outDir", folder],
    {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("the built page", () => {
  it("holds neither the service in memory, nor source maps, nor a path of this machine", () => {
    for (const name of filesIn(folder)) {
      expect(name).not.toMatch(/fake|\.map$/);
      const text = readFileSync(join(folder, name), "latin1");
      expect(text, name).not.toContain("FakeService");
      expect(text, name).not.toContain("sourceMappingURL");
      expect(text, name).not.toContain(join(import.meta.dirname, "../.."));
    }
  });

  it("has a hash in the name of everything that the page loads by itself", () => {
    const assets = filesIn(join(folder, "assets"));
    expect(assets.length).toBeGreaterThan(2);
    for (const name of assets) expect(name).toMatch(/-[\w-]{8}\.\w+$/);
  });

  it("has nothing inline: no script, no style, no address of its own data", () => {
    const html = readFileSync(join(folder, "index.html"), "utf8");
    expect(html).not.toMatch(/<style|style=|data:|javascript:| on\w+=/);
    for (const [, attributes = "", body = ""] of html.matchAll(
      /<script([^>]*)>([\s\S]*?)<\/script>/g,
    )) {
      expect(attributes).toContain("src=");
      expect(body).toBe("");
    }
  });
});

describe("the service worker", () => {
  it("keeps every file of the page, and nothing else", async () => {
    const browser = await installed();
    const [kept] = [...browser.caches.values()];
    const wanted = filesIn(folder)
      .filter((name) => name !== "sw.js" && name !== "robots.txt")
      .map((name) => (name === "index.html" ? "/" : `/${name}`));
    expect([...(kept?.keys() ?? [])].sort()).toEqual(wanted.sort());
    await browser.ask("/r/7GQ2M-0XK4T", "navigate");
    await browser.ask("/version");
    expect(kept?.size).toBe(wanted.length);
  });

  it("has no file sent twice whose name tells its content, and every other one anew", async () => {
    const browser = await installed();
    for (const [path, how] of browser.howFetched) {
      expect(how, path).toBe(/-[\w-]{8}\.\w+$/.test(path) ? "default" : "reload");
    }
    expect(new Set(browser.howFetched.values())).toEqual(new Set(["default", "reload"]));
  });

  it("opens home, rooms and how it works without a connection, all from one file", async () => {
    const browser = await installed();
    browser.isOnline = false;
    expect(await browser.ask("/", "navigate")).toBe("network /");
    expect(await browser.ask("/r/7GQ2M-0XK4T", "navigate")).toBe("network /");
    expect(await browser.ask("/how-it-works", "navigate")).toBe("network /");
  });

  it.each([
    ["/healthz", "navigate", "GET"],
    ["/socket.io/?transport=websocket", "websocket", "GET"],
    ["/", "navigate", "POST"],
    ["https://elsewhere.example/", "navigate", "GET"],
    ["/sw.js", "same-origin", "GET"],
  ])("leaves %s (%s, %s) to the browser", async (url, mode, method) => {
    const browser = await installed();
    expect(await browser.ask(url, mode, method)).toBeUndefined();
  });

  it("drops older versions once it is in use", async () => {
    const browser = await installed();
    browser.caches.set("roomkey older", new Map());
    await browser.tell("activate");
    expect(browser.caches.size).toBe(1);
    expect(browser.caches.has("roomkey older")).toBe(false);
  });

  it("shows for a page what it has to tell, and leads back to that page", async () => {
    const browser = await installed();
    browser.pages = ["first", "second"];
    const data = { title: "Roomkey", options: { body: "There is a new message." } };
    await browser.tell("message", { data, source: { id: "second" } });
    const [notification] = browser.notifications;
    expect(notification).toMatchObject({ title: "Roomkey", body: "There is a new message." });
    await browser.tell("notificationclick", { notification });
    expect(browser.shown).toBe("page second");
    browser.pages = ["first"];
    await browser.tell("notificationclick", { notification });
    expect(browser.shown).toBe("page first");
    browser.pages = [];
    await browser.tell("notificationclick", { notification });
    expect(browser.shown).toBe("new /");
  });

  it("waits until the person wants the new version", async () => {
    const browser = await installed();
    expect(browser.isTakingOver).toBe(false);
    browser.handlers.get("message")?.({ data: "something else" });
    expect(browser.isTakingOver).toBe(false);
    browser.handlers.get("message")?.({ data: "use-now" });
    expect(browser.isTakingOver).toBe(true);
  });
});
