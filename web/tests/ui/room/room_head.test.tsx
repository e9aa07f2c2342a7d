// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { expectAccessible } from "../page.ts";
import { beWide, dialog, head, openRoom } from "./open_room.tsx";

beforeEach(() => beWide(true));

describe("the head of a room", () => {
  it("names the room and its code, and how it stands", async () => {
    openRoom();
    await screen.findByRole("heading", { level: 1, name: "Kitchen" });
    expect((await head()).textContent).toContain("7GQ2M-0XK4T");
    expect(within(await head()).getByRole("status").textContent).toBe("Online");
    await expectAccessible();
  });

  it("calls a room without a title by its code", async () => {
    openRoom({ title: "" });
    await screen.findByRole("heading", { level: 1, name: "7GQ2M-0XK4T" });
  });

  it("says that a room is locked", async () => {
    openRoom({ isLocked: true });
    await screen.findByRole("heading", { level: 1, name: "Kitchen Locked" });
  });

  it("shows the seconds to the next try, and does not have them said", async () => {
    openRoom({ connection: "offline", pending: ["waiting", "waiting"] });
    expect(within(await head()).getByRole("status").textContent).toBe(
      "Offline: 2 messages wait and will be sent.",
    );
    expect((await head()).textContent).toMatch(/Next try in (20|19) s\./);
  });

  it("tries at once to connect when that is asked for", async () => {
    const wakeUp = vi.spyOn(FakeRoom.prototype, "wakeUp");
    openRoom({ connection: "offline" });
    fireEvent.click(await screen.findByRole("button", { name: "Try now" }));
    expect(wakeUp).toHaveBeenCalledOnce();
  });

  it("searches the room where the browser would search the page", async () => {
    openRoom();
    await head();
    const find = new KeyboardEvent("keydown", { key: "f", ctrlKey: true, cancelable: true });
    window.dispatchEvent(find);
    expect(find.defaultPrevented).toBe(true);
    await waitFor(() => expect(dialog().textContent).toContain("Search this room"));
  });

  it("leaves to the browser what is no search of the room, and searches by a button too", async () => {
    openRoom();
    await head();
    const press = (init: KeyboardEventInit) =>
      window.dispatchEvent(new KeyboardEvent("keydown", { ...init, cancelable: true }));
    expect(press({ key: "f" })).toBe(true);
    expect(press({ key: "f", ctrlKey: true, shiftKey: true })).toBe(true);
    expect(press({ key: "g", ctrlKey: true })).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Search this room" }));
    await waitFor(() => expect(dialog().textContent).toContain("Search this room"));
    fireEvent.click(within(dialog()).getAllByRole("button", { name: "Close" })[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("invites by its button", async () => {
    openRoom();
    fireEvent.click(
      within(await head()).getAllByRole("button", { name: "Invite" })[0] as HTMLElement,
    );
    await waitFor(() =>
      expect(within(dialog()).getByRole("heading").textContent).toMatch(/Invite/),
    );
  });

  it("counts the seconds down, and says that it tries when they are over", async () => {
    const { room } = openRoom({ connection: "offline" });
    const shown = (await head()).textContent ?? "";
    await waitFor(async () => expect((await head()).textContent).not.toBe(shown));
    room.show({ connection: { state: "offline", waiting: 0, retryAt: Date.now() - 1 } });
    await waitFor(async () => expect((await head()).textContent).toContain("Trying"));
  });

  it("has the tools at hand in a menu, and no way out of a room one is not in", async () => {
    openRoom();
    fireEvent.click(await screen.findByText("Save the conversation", { selector: ".menu-item *" }));
    expect(within(dialog()).getByRole("heading").textContent).toBe("Save the conversation");
    openRoom({ connection: "removed" });
    await screen.findByText("Forget on this device", { selector: ".menu-item *" });
    expect(screen.queryByText("Leave", { selector: ".menu-item *" })).toBeNull();
    expect(screen.queryByText("Invite", { selector: ".menu-item *" })).toBeNull();
  });
});

describe("on a narrow window", () => {
  it("the people and tools are a sheet, opened and closed, with the focus back at its button", async () => {
    beWide(false);
    openRoom();
    const button = await screen.findByRole("button", { name: /People and room, 3 people/ });
    expect(screen.queryByRole("complementary")).toBeNull();
    button.focus();
    fireEvent.click(button);
    expect(within(dialog()).getByRole("heading", { name: /People/ })).toBeDefined();
    await expectAccessible();
    fireEvent.click(within(dialog()).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(button));
    vi.unstubAllGlobals();
  });

  it("is closed by Escape and by a click beside it, not by one inside", async () => {
    beWide(false);
    for (const close of [
      (sheet: HTMLElement) => sheet.dispatchEvent(new Event("cancel", { cancelable: true })),
      (sheet: HTMLElement) => fireEvent.click(sheet),
    ]) {
      openRoom();
      fireEvent.click(await screen.findByRole("button", { name: /People and room, 3 people/ }));
      fireEvent.click(within(dialog()).getByRole("heading", { name: /People/ }));
      close(dialog());
      await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    }
    vi.unstubAllGlobals();
  });
});
