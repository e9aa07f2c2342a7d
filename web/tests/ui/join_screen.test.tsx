// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/ui/app.tsx";
import { arrivals, hasStopped, setKeeping, takeHandedOver } from "../../src/ui/door.ts";
import { JoinScreen } from "../../src/ui/screens/join_screen.tsx";
import { expectAccessible, show } from "./page.ts";

const CODE = "5555566666";
const ADDRESS = "/r/55555-66666";
const LINK = `${ADDRESS}#copper%20lantern`;

const name = () => screen.getByLabelText<HTMLInputElement>("Your name");
const roomKey = () => screen.getByLabelText<HTMLInputElement>("Room key");
const join = () => screen.getByRole("button", { name: "Join" });

function fill(typedName: string, typedKey?: string): void {
  fireEvent.input(name(), { target: { value: typedName } });
  if (typedKey !== undefined) fireEvent.input(roomKey(), { target: { value: typedKey } });
  const form = name().closest("form");
  if (form) fireEvent.submit(form);
}

beforeEach(() => {
  setKeeping("device");
  hasStopped.value = false;
});

describe("opening a link", () => {
  it("never joins by itself, even with everything known", async () => {
    const service = show(<App missing={[]} />, LINK);
    const joined = vi.spyOn(service, "join");
    const made = vi.spyOn(service, "create");
    await screen.findByRole("heading", { name: "Join the room" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(joined).not.toHaveBeenCalled();
    expect(made).not.toHaveBeenCalled();
  });

  it("fills in its key, hidden and marked as a secret", async () => {
    show(<JoinScreen code={CODE} />, LINK);
    expect(location.href).not.toContain("copper");
    expect(roomKey().value).toBe("copper lantern");
    expect(roomKey().type).toBe("password");
    expect(screen.getByText(/treat it as a secret/)).toBeDefined();
    expect(screen.getByText("55555-66666")).toBeDefined();
    await expectAccessible();
    fireEvent.click(screen.getByRole("button", { name: "Show" }));
    expect(roomKey().tagName).toBe("TEXTAREA");
    expect(roomKey().value).toBe("copper lantern");
  });

  it("takes the focus to what is to be filled in", async () => {
    show(<JoinScreen code={CODE} />, LINK);
    await waitFor(() => expect(document.activeElement).toBe(name()));
  });
});

describe("joining", () => {
  it("goes into the room with the name and the key", async () => {
    const service = show(<JoinScreen code={CODE} />, ADDRESS);
    const joined = vi.spyOn(service, "join");
    const before = arrivals.value;
    fill("Grace", "copper lantern");
    await waitFor(() => expect(arrivals.value).toBe(before + 1));
    expect(joined.mock.calls[0]?.[0]).toEqual({
      code: CODE,
      roomKey: "copper lantern",
      name: "Grace",
    });
    expect(takeHandedOver(CODE)).toBeDefined();
  });

  it("says in words what is being done", async () => {
    show(<JoinScreen code={CODE} />, LINK, { stepMs: 30 });
    fill("Grace");
    await waitFor(() =>
      expect(screen.getByRole("status").textContent).toBe("Stretching the room key"),
    );
    expect(screen.getByText(/takes a second on purpose/)).toBeDefined();
    expect(document.querySelector('[aria-current="step"]')?.textContent).toContain("Stretching");
    await expectAccessible();
  });

  it("asks for what is missing before anything is sent", async () => {
    const service = show(<JoinScreen code={CODE} />, ADDRESS);
    const joined = vi.spyOn(service, "join");
    fill("Grace", " ");
    await screen.findByText("Type a room key, or make a new one.");
    expect(joined).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(roomKey());
  });

  it("names a wrong key at the key's field, keeps it, and puts the focus there", async () => {
    show(<JoinScreen code={CODE} />, LINK, { failure: "wrong_room_key" });
    fill("Grace");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Wrong room key, or no such room.");
    expect(roomKey().getAttribute("aria-describedby")).toContain(alert.id);
    expect(roomKey().value).toBe("copper lantern");
    await waitFor(() => expect(document.activeElement).toBe(roomKey()));
    await expectAccessible();
    fireEvent.input(roomKey(), { target: { value: "another one" } });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it.each([
    ["relay_unreachable", "The server does not answer."],
    ["room_full", "This room is full."],
    ["room_locked", "This room is locked: nobody new comes in."],
    ["room_closed", "This room was closed."],
  ])("%s is told in words, and Join stays at hand", async (failure, sentence) => {
    show(<JoinScreen code={CODE} />, LINK, { failure });
    fill("Grace");
    expect((await screen.findByRole("alert")).textContent).toContain(sentence);
    await waitFor(() => expect(document.activeElement).toBe(join()));
  });

  it("after too many tries waits, and counts the seconds", async () => {
    const service = show(<JoinScreen code={CODE} />, LINK, { failure: "rate_limited" });
    const joined = vi.spyOn(service, "join");
    fill("Grace");
    const button = await screen.findByRole("button", { name: /Try again in \d+ s/ });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    fireEvent.submit(name().closest("form") ?? button);
    expect(joined).toHaveBeenCalledTimes(1);
  });

  it("shows the crash page when the client has ended", async () => {
    show(<App missing={[]} />, "/r/77777-77777#copper%20lantern", { failure: "worker_failed" });
    await screen.findByRole("heading", { name: "Join the room" });
    fill("Grace");
    await screen.findByRole("heading", { name: "Roomkey stopped unexpectedly" });
    await expectAccessible();
  });
});
