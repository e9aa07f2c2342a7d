// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { beforeEach, describe, expect, it } from "vitest";
import { App } from "../../../src/ui/app.tsx";
import { FAKE_ROOMS } from "../../../src/ui/dev/fake_rooms.ts";
import { expectAccessible, show } from "../page.ts";
import { beWide, dialog, openRoom } from "./open_room.tsx";

beforeEach(() => beWide(true));

describe("when the room key was changed", () => {
  const field = () => screen.findByLabelText<HTMLInputElement>("New room key");
  const use = () => fireEvent.click(screen.getByRole("button", { name: "Use the new key" }));

  it("asks for the new one, names a wrong one at its field, and takes the right one", async () => {
    openRoom({ needsRoomKey: true });
    fireEvent.input(await field(), { target: { value: "not this one" } });
    await expectAccessible();
    use();
    const alert = await screen.findByText(/That is not the new room key/);
    expect((await field()).getAttribute("aria-describedby")).toContain(alert.id);
    expect((await field()).value).toBe("not this one");
    await waitFor(async () => expect(document.activeElement).toBe(await field()));
    fireEvent.input(await field(), {
      target: { value: "copper lantern fable otter meadow quill" },
    });
    use();
    await waitFor(() => expect(screen.queryByText("The room key was changed")).toBeNull());
  });

  it("does not ask the server about nothing", async () => {
    openRoom({ needsRoomKey: true });
    await field();
    use();
    await screen.findByText("Type a room key, or make a new one.");
  });
});

describe("when something was wrong and is over", () => {
  it("says so, with what to do, until it was read", async () => {
    openRoom({ remarks: ["relay_inconsistent", "change_undone"] });
    await screen.findByText(/does not add up/);
    await screen.findByText(/Compare safety codes/);
    await expectAccessible();
    const read = () => screen.queryAllByRole("button", { name: "I have read this" });
    fireEvent.click(read()[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByText(/does not add up/)).toBeNull());
    await screen.findByText(/nobody could follow/);
    fireEvent.click(read()[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });
});

describe("when one is out of the room", () => {
  it("says so, and one can no longer write", async () => {
    openRoom({ connection: "removed" });
    await screen.findByText("You are no longer in this room");
    expect(screen.queryByLabelText("Write a message")).toBeNull();
    await expectAccessible();
  });

  it("the way back leads to the page for joining", async () => {
    const rooms = FAKE_ROOMS.filter(({ connection }) => connection === "removed");
    show(<App missing={[]} />, "/r/REM0V-ED000", { rooms });
    fireEvent.click(await screen.findByRole("button", { name: "Join again" }));
    await screen.findByRole("heading", { name: "Join the room" });
  });

  it.each([
    ["Save the conversation", "Save the conversation"],
    ["Forget on this device", "Forget this room?"],
  ])("what is left of it: %s, from the notice too", async (tool, title) => {
    openRoom({ connection: "removed" });
    const over = await screen.findByText("You are no longer in this room");
    const notice = over.closest<HTMLElement>(".banner") as HTMLElement;
    fireEvent.click(within(notice).getByRole("button", { name: tool }));
    within(dialog()).getByRole("heading", { name: title });
  });

  it("a room that is over can be forgotten here", async () => {
    const { onGone } = openRoom({ connection: "closed" });
    await screen.findByText("This room was closed");
    const panel = await screen.findByRole("complementary");
    fireEvent.click(within(panel).getByRole("button", { name: "Forget on this device" }));
    fireEvent.click(within(dialog()).getByRole("button", { name: "Forget on this device" }));
    await waitFor(() => expect(onGone).toHaveBeenCalled());
  });
});

it("trouble is told in words, with what to do", async () => {
  openRoom({
    trouble: { code: "storage_full", sentence: "Disk full.", nextStep: "Tell the operator." },
  });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("The server's disk is full; nothing was stored.");
  expect(alert.textContent).toContain("Tell whoever runs the server.");
  await expectAccessible();
});
