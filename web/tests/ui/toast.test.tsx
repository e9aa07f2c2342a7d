// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Toasts, toast } from "../../src/ui/parts/toast.tsx";

const LONG_MS = 60_000;
const shown = () => [...document.querySelectorAll(".toast > span")].map((one) => one.textContent);
const wait = () =>
  act(() => {
    vi.advanceTimersByTime(LONG_MS);
  });
const say = (...said: Parameters<typeof toast>) => act(() => toast(...said));

beforeEach(() => {
  vi.useFakeTimers();
  render(<Toasts />);
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

describe("what is said in passing", () => {
  it("goes by itself, and is said once however often it happens", () => {
    say("Copied");
    say("Kept");
    say("Copied");
    expect(shown()).toEqual(["Kept", "Copied"]);
    wait();
    expect(shown()).toEqual([]);
  });

  it("can be closed before", () => {
    say("Copied");
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(shown()).toEqual([]);
  });

  it("stays while something can be done about it, until that is done", () => {
    const run = vi.fn();
    say("A new version is here.", { label: "Use it", run });
    wait();
    expect(shown()).toEqual(["A new version is here."]);
    fireEvent.click(screen.getByRole("button", { name: "Use it" }));
    expect(run).toHaveBeenCalledOnce();
    expect(shown()).toEqual([]);
  });
});
