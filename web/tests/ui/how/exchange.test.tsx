// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { setLanguage } from "../../../src/ui/messages/messages.ts";
import { expectAccessible } from "../page.ts";
import { openHow } from "./how_page.tsx";

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const shownSteps = () => document.querySelectorAll(".how-walk .how-step:not([data-later])").length;
const part = (name: string) => within(screen.getByRole("region", { name }));

function type(label: string, value: string): void {
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
}

beforeEach(() => openHow());

describe("the seven steps", () => {
  it("are taken one by one, forth and back, and lead both to 9", () => {
    expect(shownSteps()).toBe(1);
    press("Next step");
    press("Next step");
    press("Step back");
    expect(shownSteps()).toBe(2);
    press("Show all");
    expect(shownSteps()).toBe(7);
    expect(screen.getByText("Both have 9, and nobody ever sent it.")).toBeDefined();
    const steps = [...document.querySelectorAll(".how-walk .how-step")].map(
      (step) => step.textContent,
    );
    expect(steps[3]).toContain("94 = 6561 = 285 × 23 + 6");
    expect(steps[4]).toContain("B = 16");
    press("From the start");
    expect(shownSteps()).toBe(1);
  });

  it("play by themselves until the last, and can be halted", () => {
    vi.useFakeTimers();
    press("Play");
    vi.advanceTimersByTime(4000);
    vi.runOnlyPendingTimers();
    press("Pause");
    const halted = shownSteps();
    expect(halted).toBeGreaterThan(1);
    vi.advanceTimersByTime(60_000);
    expect(shownSteps()).toBe(halted);
    vi.useRealTimers();
  });

  it("put what only one person knows on that person's side alone", () => {
    const wire = document.querySelector('.how-place[data-place="wire"]')?.textContent;
    expect(wire).toContain("p = 23g = 9A = 6B = 16");
    expect(wire).not.toMatch(/[abs] = /);
  });

  it("follow other numbers, and come back to the first", () => {
    type("Base g", "5");
    type("Bob's secret b", "6");
    press("Show all");
    expect(screen.getByText("Both have 2, and nobody ever sent it.")).toBeDefined();
    press("Back to 23, 9, 4, 3");
    expect(screen.getByText("Both have 9, and nobody ever sent it.")).toBeDefined();
  });

  it("say in words what is wrong with a number, in both languages", async () => {
    type("Prime number p", "21");
    const field = () => document.querySelector<HTMLInputElement>("[aria-invalid=true]");
    const problem = () =>
      document.getElementById(field()?.getAttribute("aria-describedby") ?? "")?.textContent;
    expect(problem()).toContain("21 is not a prime number: 21 = 3 × 7.");
    expect(screen.getAllByText(/These numbers make no exchange yet/)).not.toHaveLength(0);
    await expectAccessible();
    await setLanguage("de");
    await waitFor(() => expect(problem()).toContain("21 ist keine Primzahl: 21 = 3 × 7."));
    await waitFor(() => expect(document.title).toBe("Wie das geht · Roomkey"));
  });
});

describe("who listens", () => {
  it("has the public numbers and none of the secret ones", () => {
    const rows = part("What Eve hears, and how she breaks it").getAllByRole("row");
    const eve = rows.slice(1, 8).map((row) => row.querySelectorAll("td")[1]?.textContent);
    expect(eve).toEqual(["yes", "yes", "yes", "yes", "no", "no", "no"]);
  });

  it("finds the secret of the toy by trying, and is told how often she tried", () => {
    vi.useFakeTimers();
    press("Try every number");
    vi.advanceTimersByTime(300);
    vi.runAllTimers();
    vi.useRealTimers();
    return screen.findByText(/after trying 4\. From there Eve does what Alice does/);
  });

  it("finds another exponent that does the same where the circle is short", async () => {
    type("Alice's secret a", "15");
    vi.useFakeTimers();
    press("Try every number");
    vi.runAllTimers();
    vi.useRealTimers();
    await screen.findByText(/does the same: 4 and 15 lead to the same power/);
  });

  it("is shown no endless search in a large group", () => {
    type("Prime number p", "999999999989");
    expect(screen.queryByRole("button", { name: "Try every number" })).toBeNull();
    expect(screen.getByText(/That would be up to/)).toBeDefined();
  });
});

describe("the circle of powers", () => {
  it("shows that 9 reaches 11 of 22 numbers, and 5 all", () => {
    expect(screen.getByText("9 reaches 11 of 22 numbers")).toBeDefined();
    expect(screen.getByText("5 reaches 22 of 22 numbers")).toBeDefined();
    expect(screen.getByText(/The reason: 9 = 3 × 3/)).toBeDefined();
  });

  it("is one alone for a primitive root, and none for a large p", () => {
    type("Base g", "5");
    expect(document.querySelectorAll(".how-dial")).toHaveLength(1);
    type("Prime number p", "67");
    expect(document.querySelectorAll(".how-dial")).toHaveLength(0);
    expect(screen.getByText(/The drawing shows prime numbers up to 61/)).toBeDefined();
  });

  it.each([
    ["22", /Refused. A public number has to be from 2 to p − 2, which is 21/],
    ["1", /Refused. A public number/],
    ["5", /Refused. This number is no power of g/],
    ["six", /Type a whole number/],
    ["6", /Accepted. 6 is a power of the base: somebody may have chosen the secret 4/],
  ])("has the public number %s answered", async (value, words) => {
    type("Public number sent to Alice", value);
    press("Send");
    await screen.findByText(words);
  });
});

describe("the page", () => {
  it("is accessible with everything shown, and leads home", async () => {
    press("Show all");
    await expectAccessible();
    fireEvent.click(screen.getByRole("link", { name: "To the home page" }));
    expect(location.pathname).toBe("/");
  });
});
