// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { arrivals, setKeeping, takeHandedOver } from "../../src/ui/door.ts";
import { route, takeKeyFromAddress } from "../../src/ui/router.ts";
import { HomeScreen } from "../../src/ui/screens/home_screen.tsx";
import { expectAccessible, show } from "./page.ts";

const name = () => screen.getByLabelText<HTMLInputElement>("Your name");
const roomKey = () => screen.getByLabelText<HTMLInputElement>("Room key");
const create = () => screen.getByRole("button", { name: "Create room" });
const code = () => screen.getByLabelText<HTMLInputElement>("Room code or invite link");
const madeKey = () => waitFor(() => expect(roomKey().value.split(" ")).toHaveLength(6));

function submit(field: HTMLElement): void {
  const form = field.closest("form");
  if (!form) throw new Error("a field outside a form");
  fireEvent.submit(form);
}

beforeEach(() => setKeeping("device"));

describe("the home screen", () => {
  it("is accessible, empty and with rooms", async () => {
    show(<HomeScreen />, "/", { rooms: [] });
    await madeKey();
    await expectAccessible();
    show(<HomeScreen />);
    await screen.findByText("Kitchen table");
    await expectAccessible();
  });

  it("has one primary action", () => {
    show(<HomeScreen />);
    const primary = document.querySelectorAll('[data-kind="primary"]');
    expect([...primary]).toEqual([create()]);
  });
});

describe("a new room", () => {
  it("begins with a room key made on the device, and its strength in words", async () => {
    show(<HomeScreen />);
    await madeKey();
    await screen.findByText("Out of reach of guessing");
  });

  it("gets another key with one click", async () => {
    show(<HomeScreen />);
    await madeKey();
    const first = roomKey().value;
    fireEvent.click(screen.getByRole("button", { name: "New key" }));
    await waitFor(() => expect(roomKey().value).not.toBe(first));
    await madeKey();
  });

  it("has its key copied with one click", async () => {
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    show(<HomeScreen />);
    await madeKey();
    fireEvent.click(screen.getByRole("button", { name: "Copy" }));
    await screen.findByRole("button", { name: "Copied" });
    expect(writeText).toHaveBeenCalledWith(roomKey().value);
  });

  it("is entered under the name and key that were typed", async () => {
    const service = show(<HomeScreen />, "/", { rooms: [] });
    const made = vi.spyOn(service, "create");
    await madeKey();
    fireEvent.input(name(), { target: { value: " Grace " } });
    fireEvent.input(roomKey(), { target: { value: "a key we agreed upon" } });
    const before = arrivals.value;
    submit(name());
    await waitFor(() => expect(arrivals.value).toBe(before + 1));
    expect(made.mock.calls[0]?.[0]).toEqual({
      roomKey: "a key we agreed upon",
      name: "Grace",
      title: "",
      history: "shared",
      retention: 7 * 24 * 3600,
      size: "hybrid",
    });
    expect(route.value.kind).toBe("room");
    if (route.value.kind === "room") expect(takeHandedOver(route.value.code)).toBeDefined();
  });

  it("takes the choices that are folded away", async () => {
    const service = show(<HomeScreen />, "/", { rooms: [] });
    const made = vi.spyOn(service, "create");
    await madeKey();
    fireEvent.input(name(), { target: { value: "Grace" } });
    fireEvent.input(screen.getByLabelText("Title"), { target: { value: "Tea" } });
    for (const choice of ["reads from then on", "90 days", "up to 1,000 people"]) {
      fireEvent.click(screen.getByLabelText(choice));
    }
    submit(name());
    await waitFor(() => expect(made).toHaveBeenCalled());
    expect(made.mock.calls[0]?.[0]).toMatchObject({
      title: "Tea",
      history: "strict",
      retention: 90 * 24 * 3600,
      size: "large",
    });
  });

  it("is not asked for without a name; the name is asked for instead", async () => {
    const service = show(<HomeScreen />, "/", { rooms: [] });
    const made = vi.spyOn(service, "create");
    await madeKey();
    submit(name());
    await screen.findByText("Say what the others should call you.");
    expect(document.activeElement).toBe(name());
    expect(name().getAttribute("aria-invalid")).toBe("true");
    expect(made).not.toHaveBeenCalled();
  });

  it("keeps what was typed when the server does not answer, and says what to do", async () => {
    show(<HomeScreen />, "/", { rooms: [], failure: "relay_unreachable" });
    await madeKey();
    const kept = roomKey().value;
    fireEvent.input(name(), { target: { value: "Grace" } });
    submit(name());
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The server does not answer.");
    expect(alert.textContent).toContain("Check your connection");
    expect(name().value).toBe("Grace");
    expect(roomKey().value).toBe(kept);
    await waitFor(() => expect(document.activeElement).toBe(create()));
  });
});

describe("joining from home", () => {
  it("leads from a code to the room's join screen, without joining", async () => {
    const service = show(<HomeScreen />);
    const joined = vi.spyOn(service, "join");
    fireEvent.input(code(), { target: { value: "7gq2m 0xk4t" } });
    submit(code());
    expect(location.pathname).toBe("/r/7GQ2M-0XK4T");
    expect(route.value).toEqual({ kind: "room", code: "7GQ2M0XK4T" });
    expect(joined).not.toHaveBeenCalled();
  });

  it("takes the key out of a whole link", () => {
    show(<HomeScreen />);
    fireEvent.input(code(), {
      target: { value: `${location.origin}/r/7GQ2M-0XK4T#copper%20lantern` },
    });
    submit(code());
    expect(location.href).not.toContain("copper");
    expect(takeKeyFromAddress("7GQ2M0XK4T")).toBe("copper lantern");
  });

  it.each([
    ["12345", "A room code is ten letters and digits"],
    ["https://elsewhere.example/r/7GQ2M-0XK4T#key", "another server, elsewhere.example"],
  ])("%s stays here, with the reason at the field", async (text, reason) => {
    show(<HomeScreen />);
    fireEvent.input(code(), { target: { value: text } });
    submit(code());
    expect((await screen.findByRole("alert")).textContent).toContain(reason);
    expect(document.activeElement).toBe(code());
    expect(location.pathname).toBe("/");
  });
});

describe("this device", () => {
  it("lists its rooms, newest first, and fills in the name used last", async () => {
    show(<HomeScreen />);
    await screen.findByText("Kitchen table");
    const rooms = within(screen.getByRole("region", { name: "On this device" }));
    expect(
      rooms.getAllByRole("listitem").map((row) => row.querySelector("bdi")?.textContent),
    ).toEqual(["Kitchen table", "Ten thousand", "9WJ0C-3E7VB"]);
    expect(name().value).toBe("Ada");
  });

  it("forgets a room after asking", async () => {
    const service = show(<HomeScreen />);
    fireEvent.click(await screen.findByRole("button", { name: "Forget Kitchen table" }));
    expect(await service.rooms()).toHaveLength(3);
    await expectAccessible();
    fireEvent.click(screen.getByRole("button", { name: "Forget" }));
    await waitFor(() => expect(screen.queryByText("Kitchen table")).toBeNull());
    expect(await service.rooms()).toHaveLength(2);
  });

  it("forgets nothing when that is cancelled", async () => {
    const service = show(<HomeScreen />);
    fireEvent.click(await screen.findByRole("button", { name: "Forget everything" }));
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await service.rooms()).toHaveLength(3);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("forgets everything, the page's own settings too", async () => {
    const service = show(<HomeScreen />);
    localStorage.setItem("roomkey theme", "dark");
    await screen.findByText("Kitchen table");
    fireEvent.click(screen.getByRole("button", { name: "Forget everything" }));
    const dialog = within(screen.getByRole("dialog"));
    fireEvent.click(dialog.getByRole("button", { name: "Forget everything" }));
    await screen.findByText("No rooms yet.");
    expect(await service.rooms()).toEqual([]);
    expect(localStorage.length).toBe(0);
    expect(name().value).toBe("");
  });

  it("shows no room once nothing is to be left on it", async () => {
    show(<HomeScreen />);
    await screen.findByText("Kitchen table");
    fireEvent.click(screen.getByRole("switch", { name: "Leave nothing on this device" }));
    await waitFor(() =>
      expect(screen.queryByRole("button", { name: "Forget everything" })).toBeNull(),
    );
  });
});
