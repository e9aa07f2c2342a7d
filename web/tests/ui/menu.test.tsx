// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Menu, type MenuItem } from "../../src/ui/parts/menu.tsx";
import { expectAccessible } from "./page.ts";

const chosen = vi.fn();
const ITEMS: readonly MenuItem[] = [
  { label: "Reply", icon: "reply", onSelect: () => chosen("Reply") },
  { label: "Quiet", isChecked: true, onSelect: () => chosen("Quiet") },
  { label: "Loud", isChecked: false, onSelect: () => chosen("Loud") },
  { label: "Delete", kind: "alarm", startsGroup: true, onSelect: () => chosen("Delete") },
];

const button = () => screen.getByRole("button", { name: "Actions" });
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const focused = () => document.activeElement?.textContent;

function open(isLabelShown = false): void {
  render(<Menu label="Actions" icon="more" items={ITEMS} isLabelShown={isLabelShown} />);
  act(() => screen.getByRole("menu").showPopover());
}

beforeEach(() => chosen.mockClear());
afterEach(cleanup);

describe("a menu", () => {
  it("opens on its first item, and its button says so", async () => {
    open();
    expect(focused()).toBe("Reply");
    expect(button().getAttribute("aria-expanded")).toBe("true");
    expect(screen.getAllByRole("menuitem").map((item) => item.textContent)).toEqual([
      "Reply",
      "Delete",
    ]);
    await expectAccessible();
  });

  it("tells which of several is chosen", () => {
    open();
    const choices = screen.getAllByRole("menuitemradio");
    expect(choices.map((item) => [item.textContent, item.getAttribute("aria-checked")])).toEqual([
      ["Quiet", "true"],
      ["Loud", "false"],
    ]);
  });

  it("is walked through by arrow keys, round its ends, and by Home and End", () => {
    open();
    const walk = ["ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "End", "ArrowUp", "Home"];
    const seen = walk.map((key) => {
      press(key);
      return focused();
    });
    expect(seen).toEqual(["Quiet", "Reply", "Delete", "Reply", "Delete", "Loud", "Reply"]);
  });

  it("does what is chosen, and gives the focus back", () => {
    open();
    fireEvent.click(screen.getByRole("menuitem", { name: "Delete" }));
    expect(chosen.mock.calls).toEqual([["Delete"]]);
    expect(document.activeElement).toBe(button());
    expect(button().getAttribute("aria-expanded")).toBe("false");
  });

  it("is closed by Escape, which goes no further, with nothing chosen", () => {
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    open();
    press("Escape");
    document.removeEventListener("keydown", heard);
    expect(document.activeElement).toBe(button());
    expect(heard).not.toHaveBeenCalled();
    expect(chosen).not.toHaveBeenCalled();
  });

  it("is closed by Tab, which goes on as usual; other keys are the browser's", () => {
    open();
    expect(press("x")).toBe(true);
    expect(button().getAttribute("aria-expanded")).toBe("true");
    expect(press("Tab")).toBe(true);
    expect(button().getAttribute("aria-expanded")).toBe("false");
    expect(press("ArrowDown")).toBe(false);
  });

  it("is called by the text on its button where that is shown", () => {
    open(true);
    expect(button().textContent).toBe("Actions");
    expect(button().getAttribute("title")).toBeNull();
  });
});
