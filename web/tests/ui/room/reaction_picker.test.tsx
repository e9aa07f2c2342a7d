// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ReactionPicker } from "../../../src/ui/room/tools/reaction_picker.tsx";
import { expectAccessible } from "../page.ts";

const onPick = vi.fn();
const onClose = vi.fn();
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const field = () => screen.getByLabelText<HTMLInputElement>("Another emoji");
const signs = () => [...document.querySelectorAll<HTMLElement>(".picker-sign")];
const focused = () => signs().indexOf(document.activeElement as HTMLElement);
const walk = (keys: readonly string[]) =>
  keys.map((key) => {
    press(key);
    return focused();
  });

let opener: HTMLElement;

beforeEach(() => {
  onPick.mockClear();
  onClose.mockClear();
  opener = document.createElement("button");
  opener.textContent = "React";
  document.body.append(opener);
  render(<ReactionPicker opener={opener} onPick={onPick} onClose={onClose} />);
});
afterEach(() => {
  cleanup();
  opener.remove();
  vi.restoreAllMocks();
});

function use(typed: string): void {
  fireEvent.input(field(), { target: { value: typed } });
  fireEvent.click(document.querySelector(".picker-other button") as HTMLElement);
}

describe("the choice of signs", () => {
  it("opens on the first sign, and Tab comes to one of them only", async () => {
    expect(focused()).toBe(0);
    expect(signs().map((sign) => sign.tabIndex)).toEqual([0, ...Array(11).fill(-1)]);
    await expectAccessible();
  });

  it("is walked by arrow keys: sideways by one, up and down by a row, down from the last to the field", () => {
    expect(walk(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"])).toEqual([1, 7, 6, 0]);
    expect(walk(["ArrowLeft", "ArrowUp"])).toEqual([0, 0]);
    press("ArrowDown");
    press("ArrowDown");
    expect(document.activeElement).toBe(field());
    expect(press("ArrowLeft")).toBe(true);
    expect(document.activeElement).toBe(field());
  });

  it("is walked the other way where one writes from right to left", () => {
    const matches = HTMLElement.prototype.matches;
    vi.spyOn(HTMLElement.prototype, "matches").mockImplementation(function (
      this: HTMLElement,
      selector: string,
    ) {
      return selector === ":dir(rtl)" || matches.call(this, selector);
    });
    expect(walk(["ArrowLeft", "ArrowDown", "ArrowRight"])).toEqual([1, 7, 6]);
  });

  it("gives the sign that was pressed, and the focus back", () => {
    fireEvent.click(screen.getByRole("button", { name: "🎉" }));
    expect(onPick.mock.calls).toEqual([["🎉"]]);
    expect(onClose).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(opener);
  });

  it("gives any other sign that was typed, be it made of many", () => {
    use(" 👩🏽‍🚀 ");
    expect(onPick.mock.calls).toEqual([["👩🏽‍🚀"]]);
  });

  it.each([
    ["nothing", " "],
    ["two", "👍👍"],
    ["a word", "yes"],
    ["one of many bytes", `a${"\u0301".repeat(40)}`],
  ])("does not take %s for a sign, and says so until something else is typed", (_, typed) => {
    use(typed);
    expect(onPick).not.toHaveBeenCalled();
    expect(screen.getByRole("alert").textContent).not.toBe("");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    fireEvent.input(field(), { target: { value: "👋" } });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("is closed by Escape, which goes no further, with nothing chosen", () => {
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    press("Escape");
    document.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
    expect(onClose).toHaveBeenCalledOnce();
    expect(onPick).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(opener);
  });
});
