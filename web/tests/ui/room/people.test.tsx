// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ServiceError } from "../../../src/client/service.ts";
import { expectAccessible } from "../page.ts";
import { beWide, dialog, openRoom } from "./open_room.tsx";

beforeEach(() => beWide(true));

const panel = () => screen.findByRole("complementary");

async function members(): Promise<string[]> {
  const list = (await panel()).querySelectorAll(".member");
  return [...list].map((row) => row.textContent ?? "");
}

async function chooseFor(name: string, action: string): Promise<void> {
  const button = within(await panel()).getByRole("button", {
    name: new RegExp(`Actions for .${name}`),
  });
  fireEvent.click(button);
  fireEvent.click(await screen.findByText(action, { selector: `[role="menu"] *` }));
}

describe("who is in the room", () => {
  it("oneself comes first, then who is here, then who is away", async () => {
    openRoom({ members: 5 });
    const found = await members();
    expect(found[0]).toMatch(/Ada.*you, host/);
    expect(found.slice(1).map((row) => /here|away|not seen yet/.exec(row)?.[0])).toEqual([
      "here",
      "here",
      "away",
      "not seen yet",
    ]);
    await expectAccessible();
  });

  it("each of up to twelve people has a colour of their own", async () => {
    openRoom({ members: 12 });
    const marks = (await panel()).querySelectorAll(".member .sender-mark");
    expect(new Set([...marks].map((mark) => mark.getAttribute("data-hue"))).size).toBe(12);
  });

  it("warns of a name that looks like another", async () => {
    openRoom({ members: 6 });
    const warned = (await members()).filter((row) => row.includes("looks like another name"));
    expect(warned).toHaveLength(2);
  });

  it("of many, some are shown at first and all can be found", async () => {
    openRoom({ members: 400, size: "large" });
    expect(await members()).toHaveLength(30);
    fireEvent.input(within(await panel()).getByLabelText("Find somebody"), {
      target: { value: "HOPPER 397" },
    });
    await waitFor(async () => expect(await members()).toHaveLength(1));
    fireEvent.input(within(await panel()).getByLabelText("Find somebody"), {
      target: { value: "" },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Show all 400" }));
    await waitFor(async () => expect(await members()).toHaveLength(400));
  });

  it("who is no host has no actions on others", async () => {
    openRoom({ isHost: false });
    await panel();
    expect(screen.queryByRole("button", { name: /Actions for .Grace/ })).toBeNull();
    expect(screen.queryByRole("heading", { name: "For hosts" })).toBeNull();
  });
});

describe("removing somebody", () => {
  it("changes the room key too unless that is refused, and shows the new key", async () => {
    const { room } = openRoom();
    const change = vi.spyOn(room, "changeRoomKey");
    await chooseFor("Grace Hopper", "Remove");
    const field = within(dialog()).getByLabelText<HTMLTextAreaElement>("New room key");
    await waitFor(() => expect(field.value.split(" ")).toHaveLength(6));
    const made = field.value;
    await expectAccessible();
    fireEvent.click(screen.getByRole("button", { name: "Remove and change the key" }));
    await within(dialog()).findByText(/only in person or through a channel you trust/);
    await screen.findByRole("heading", { name: /Grace Hopper. is removed/ });
    expect(change).toHaveBeenCalledWith(made, ["1b7e20c49d5f8a36"]);
    expect(dialog().textContent).toContain(made);
    expect(await members()).toHaveLength(2);
    await expectAccessible();
  });

  it("can keep the key, after saying what that means", async () => {
    const { room } = openRoom();
    const change = vi.spyOn(room, "changeRoomKey");
    await chooseFor("Grace Hopper", "Remove");
    fireEvent.click(within(dialog()).getByLabelText("keep it"));
    await within(dialog()).findByText(/can come back with it/);
    fireEvent.click(within(dialog()).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await members()).toHaveLength(2);
    expect(change).not.toHaveBeenCalled();
  });

  it("does not begin with a key that is too short", async () => {
    const { room } = openRoom();
    const change = vi.spyOn(room, "changeRoomKey");
    await chooseFor("Grace Hopper", "Remove");
    fireEvent.input(within(dialog()).getByLabelText("New room key"), {
      target: { value: "short" },
    });
    await within(dialog()).findByText("At least eight characters.");
    fireEvent.click(screen.getByRole("button", { name: "Remove and change the key" }));
    expect(change).not.toHaveBeenCalled();
  });
});

it("when nobody could be made a host, it says why, and can be tried again", async () => {
  const { room } = openRoom();
  const fault = new ServiceError("policy_violation", "No.", "Ask.");
  const nameHost = vi.spyOn(room, "nameHost").mockRejectedValueOnce(fault);
  await chooseFor("Grace Hopper", "Make a host");
  const make = () => fireEvent.click(within(dialog()).getByRole("button", { name: "Make a host" }));
  make();
  await within(dialog()).findByRole("alert");
  expect(room.view.members.filter(({ isHost }) => isHost)).toHaveLength(1);
  make();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(nameHost).toHaveBeenCalledTimes(2);
});

it("a host names another host, whom one can then only remove", async () => {
  const { room } = openRoom();
  await chooseFor("Grace Hopper", "Make a host");
  fireEvent.click(within(dialog()).getByRole("button", { name: "Make a host" }));
  await waitFor(() => expect(room.view.members.filter(({ isHost }) => isHost)).toHaveLength(2));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  fireEvent.click(within(await panel()).getByRole("button", { name: /Actions for .Grace Hopper/ }));
  const menu = await screen.findByRole("menu", { name: /Grace Hopper/ });
  expect(
    within(menu)
      .getAllByRole("menuitem")
      .map((item) => item.textContent),
  ).toEqual(["Remove"]);
});
