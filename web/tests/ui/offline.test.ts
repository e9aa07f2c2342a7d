// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

class Worker extends EventTarget {
  readonly posted: unknown[] = [];

  postMessage(message: unknown): void {
    this.posted.push(message);
  }
}

class Registration extends EventTarget {
  waiting: Worker | null = null;
  installing: Worker | null = null;
  isRegistered = true;

  async unregister(): Promise<void> {
    this.isRegistered = false;
  }

  /** As when the browser has found a newer version, and installs it. */
  findNewer(): Worker {
    const newer = new Worker();
    this.installing = newer;
    this.dispatchEvent(new Event("updatefound"));
    newer.dispatchEvent(new Event("statechange"));
    this.installing = null;
    this.waiting = newer;
    newer.dispatchEvent(new Event("statechange"));
    return newer;
  }
}

/** What the browser has of service workers, for one page. */
class Container extends EventTarget {
  controller: Worker | null = new Worker();
  readonly registration = new Registration();
  readonly asked: unknown[] = [];
  isRefused = false;

  async register(script: string, options: object): Promise<Registration> {
    this.asked.push([script, options]);
    if (this.isRefused) throw new DOMException("not here", "SecurityError");
    return this.registration;
  }

  async getRegistration(): Promise<Registration> {
    return this.registration;
  }
}

const kept = new Set<string>();
let container: Container;

function load(serviceWorker: Container | null = container) {
  vi.stubGlobal("navigator", { ...(serviceWorker && { serviceWorker }) });
  return import("../../src/ui/offline.ts");
}

beforeEach(() => {
  container = new Container();
  kept.clear();
  vi.resetModules();
  vi.stubGlobal("caches", {
    keys: async () => [...kept],
    delete: async (name: string) => kept.delete(name),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the page without a connection", () => {
  it("is kept by a service worker for all of the site, which is looked for at the server each time", async () => {
    const { startOffline, isUpdateReady } = await load();
    await startOffline();
    expect(container.asked).toEqual([["/sw.js", { scope: "/", updateViaCache: "none" }]]);
    expect(isUpdateReady.value).toBe(false);
  });

  it("is told of as changed once a newer version waits, and takes it when asked", async () => {
    const { startOffline, startUpdate, isUpdateReady } = await load();
    const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
    await startOffline();
    const newer = container.registration.findNewer();
    expect(isUpdateReady.value).toBe(true);
    expect(newer.posted).toEqual([]);
    startUpdate();
    expect(newer.posted).toEqual(["use-now"]);
    expect(reload).not.toHaveBeenCalled();
    container.dispatchEvent(new Event("controllerchange"));
    expect(reload).toHaveBeenCalledOnce();
  });

  it("is told of as changed if the newer version came while it was closed", async () => {
    container.registration.waiting = new Worker();
    const { startOffline, isUpdateReady } = await load();
    await startOffline();
    expect(isUpdateReady.value).toBe(true);
  });

  it("is not told of as changed when it is kept for the first time", async () => {
    container.controller = null;
    const { startOffline, isUpdateReady } = await load();
    await startOffline();
    container.registration.findNewer();
    expect(isUpdateReady.value).toBe(false);
  });

  it("is left out where the browser refuses it or knows nothing of it", async () => {
    container.isRefused = true;
    const refused = await load();
    await refused.startOffline();
    expect(refused.isUpdateReady.value).toBe(false);
    vi.resetModules();
    const missing = await load(null);
    await missing.startOffline();
    await missing.forgetShell();
    expect(container.asked).toHaveLength(1);
    expect(container.registration.isRegistered).toBe(true);
  });

  it("is forgotten with all of its files", async () => {
    kept.add("page 1").add("page 2");
    const { forgetShell } = await load();
    await forgetShell();
    expect(kept.size).toBe(0);
    expect(container.registration.isRegistered).toBe(false);
  });
});
