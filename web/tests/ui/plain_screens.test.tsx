// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/ui/app.tsx";
import { service as client, hasStopped, keeping, openWith } from "../../src/ui/door.ts";
import { setLanguage } from "../../src/ui/messages/messages.ts";
import { choosePageLanguage, chooseTheme, startSettings, theme } from "../../src/ui/settings.ts";
import { expectAccessible, show } from "./page.ts";

beforeEach(async () => {
  hasStopped.value = false;
  localStorage.clear();
  await setLanguage("en");
});

describe("where nothing else can be shown", () => {
  it("an unknown address says so and leads home", async () => {
    show(<App missing={[]} />, "/nowhere");
    await expectAccessible();
    fireEvent.click(screen.getByRole("link", { name: "Go to the home page" }));
    expect(location.pathname).toBe("/");
    await screen.findByRole("heading", { name: "New room" });
  });

  it("an unencrypted connection is explained, with the way out", async () => {
    show(<App missing={["secure"]} />, "/r/55555-66666");
    expect(screen.getByText(/unencrypted connection/)).toBeDefined();
    const link = screen.getByRole<HTMLAnchorElement>("link", { name: "Open over https" });
    expect(link.href).toMatch(/^https:.*\/r\/55555-66666$/);
    await expectAccessible();
  });

  it("a browser that lacks something is told what", async () => {
    show(<App missing={["wasm"]} />);
    expect(screen.getByText(/WebAssembly/)).toBeDefined();
    expect(screen.queryByText(/WebCrypto/)).toBeNull();
    await expectAccessible();
  });

  it("a room that cannot be opened names the reason", async () => {
    const service = show(<App missing={[]} />);
    vi.spyOn(service, "resume").mockRejectedValue(new Error("x"));
    fireEvent.click(await screen.findByRole("link", { name: /Kitchen table/ }));
    expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong.");
  });

  it("a room that is only in memory is opened again without a reload", async () => {
    const service = show(<App missing={[]} />);
    keeping.value = "private";
    const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
    vi.spyOn(service, "resume").mockRejectedValueOnce(new TypeError("a part did not load"));
    fireEvent.click(await screen.findByRole("link", { name: /Kitchen table/ }));
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    await screen.findByLabelText("Write a message");
    expect(reload).not.toHaveBeenCalled();
    keeping.value = "device";
  });

  it("a client that could not be started is started when it is needed again", async () => {
    const service = show(<App missing={[]} />);
    const make = vi.fn(async () => service).mockRejectedValueOnce(new TypeError("no network"));
    openWith(make);
    await expect(client()).rejects.toThrow("no network");
    expect(await client()).toBe(service);
    expect(await client()).toBe(service);
    expect(make).toHaveBeenCalledTimes(2);
  });
});

describe("the two settings", () => {
  it("are kept, and followed at the next start", async () => {
    chooseTheme("dark");
    await choosePageLanguage("de");
    theme.value = "system";
    await setLanguage("en");
    await startSettings();
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(document.documentElement.lang).toBe("de");
    expect(Object.keys(localStorage).sort()).toEqual(["roomkey language", "roomkey theme"]);
  });

  it("follow the device when they hold nothing known", async () => {
    localStorage.setItem("roomkey theme", "neon");
    localStorage.setItem("roomkey language", "tlh");
    await startSettings();
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(document.documentElement.lang).toBe("en");
  });

  it("can be changed from every screen but the room, without the mouse", async () => {
    show(<App missing={[]} />);
    const item = screen.getByText("Deutsch").closest("button");
    if (item) fireEvent.click(item);
    await screen.findByRole("heading", { name: "Neuer Raum" });
    await expectAccessible();
  });
});
