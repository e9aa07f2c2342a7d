// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ServiceError } from "../../../src/client/service.ts";
import type { Demo } from "../../../src/demo/demo.ts";
import { setLanguage } from "../../../src/ui/messages/messages.ts";
import { expectAccessible } from "../page.ts";
import { openHow } from "./how_page.tsx";

const evaluation = (blinded: string, output: string) => ({
  blinded: blinded.repeat(64),
  evaluated: "e".repeat(64),
  output: output.repeat(128),
});

const demo = {
  largeExchange: vi.fn<Demo["largeExchange"]>(async () => ({
    p: "7".repeat(617),
    g: "2",
    a: "11",
    b: "12",
    publicA: "13",
    publicB: "14",
    secretOfA: "15",
    secretOfB: "15",
    milliseconds: 123.4,
  })),
  keyWalk: vi.fn<Demo["keyWalk"]>(async () => ({
    first: evaluation("a", "1"),
    again: evaluation("b", "1"),
    other: evaluation("c", "2"),
    root: "f".repeat(64),
    milliseconds: 456.7,
  })),
  sealMessage: vi.fn<Demo["sealMessage"]>(async () => ({
    parts: [
      ["room", "10ab"],
      ["ciphertext", "0123456789abcdef"],
    ],
    textBytes: 15,
    contentBytes: 80,
    paddedBytes: 256,
    sentBytes: 440,
  })),
  close: vi.fn(),
};

vi.mock("../../../src/demo/proxy.ts", () => ({ openDemo: () => demo }));

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

beforeEach(async () => {
  vi.clearAllMocks();
  await openHow();
});

describe("the exchange of real size", () => {
  it("is made on request, with every number in full", async () => {
    expect(demo.largeExchange).not.toHaveBeenCalled();
    press("Exchange with 2,048 bits");
    await screen.findByText(
      /same number of up to 617 digits. All of it took your device 0.12 seconds/,
    );
    expect(screen.getByText("7".repeat(617))).toBeDefined();
    await expectAccessible();
  });

  it("says in words that it failed, and can be tried again", async () => {
    const gone = new ServiceError("worker_failed", "This page has stopped working.", "Reload it.");
    demo.largeExchange.mockRejectedValueOnce(gone);
    press("Exchange with 2,048 bits");
    expect((await screen.findByRole("alert")).textContent).toMatch(/\w+\. ?\w+/);
    press("Exchange with 2,048 bits");
    await screen.findByText(/same number of up to 617 digits/);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("the reader's own room key", () => {
  const label = "A room key, made up for this";

  it("goes six steps, and shows that what goes to the relay differs while the result does not", async () => {
    type(label, "correct horse battery");
    press("Go through it");
    await screen.findByText("Done. Six steps follow.");
    expect(demo.keyWalk).toHaveBeenCalledWith("correct horse battery");
    const ones = `${"1".repeat(8)} `.repeat(16).trim();
    expect(screen.getAllByText(ones)).toHaveLength(2);
    expect(screen.getByText(/here it took 0.46 seconds/)).toBeDefined();
    await expectAccessible();
  });

  it("is not taken when it is too short, in both languages", async () => {
    type(label, "short");
    press("Go through it");
    expect((await screen.findByRole("alert")).textContent).toBe("At least eight characters.");
    await setLanguage("de");
    await waitFor(() =>
      expect(screen.getByRole("alert").textContent).toBe("Mindestens acht Zeichen."),
    );
    expect(demo.keyWalk).not.toHaveBeenCalled();
  });
});

describe("what the relay gets", () => {
  it("is shown byte for byte with its sizes", async () => {
    type("A message", "See you at five");
    press("Seal it");
    await screen.findByText(/Your text has 15 bytes.*filled up to 256.*as 440 bytes/);
    expect(demo.sealMessage).toHaveBeenCalledWith("See you at five");
    expect(screen.getByText("01234567 89abcdef")).toBeDefined();
    await expectAccessible();
  });

  it("is of an example while nothing is typed", async () => {
    press("Seal it");
    await screen.findByText(/Your text has 15 bytes/);
    expect(demo.sealMessage).toHaveBeenCalledWith("See you at four");
  });
});

it("the worker ends with the page", async () => {
  press("Seal it");
  await screen.findByText(/Your text has 15 bytes/);
  fireEvent.click(screen.getByRole("link", { name: "To the home page" }));
  await waitFor(() => expect(demo.close).toHaveBeenCalled());
});
