// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { encode } from "uqr";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { membersOf } from "../../../src/ui/dev/fake_people.ts";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { expectAccessible } from "../page.ts";
import { beWide, dialog, head, openRoom } from "./open_room.tsx";

const LINK = `${location.origin}/r/7GQ2M-0XK4T`;
const SECRET_LINK = `${LINK}#copper%20lantern%20fable%20otter%20meadow%20quill`;

beforeEach(() => beWide(true));

async function invite(): Promise<void> {
  fireEvent.click(within(await head()).getByRole("button", { name: "Invite" }));
}

/** The dark modules of the code on the page, as the bars of its path tell them. */
function modules(code: HTMLElement): boolean[][] {
  const size = Number(code.getAttribute("viewBox")?.split(" ")[2]);
  const table = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const path = code.querySelector("path")?.getAttribute("d") ?? "";
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    table[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  }
  return table;
}

function tableOf(text: string): boolean[][] {
  return encode(text, { ecc: "M", border: 4 }).data;
}

describe("an invitation", () => {
  it("is at first the link without the key, as text and as a QR code", async () => {
    openRoom();
    await invite();
    expect(within(dialog()).getByLabelText("Invite link").textContent).toBe(LINK);
    const code = within(dialog()).getByRole("img", { name: "QR code of the invite link" });
    expect(modules(code)).toEqual(tableOf(LINK));
    expect(dialog().textContent).not.toContain("copper");
    await within(dialog()).findByLabelText("with the key");
    await expectAccessible();
  });

  it("carries the key only when that is asked for, and is then marked as a secret", async () => {
    openRoom();
    await invite();
    fireEvent.click(await within(dialog()).findByLabelText("with the key"));
    const link = within(dialog()).getByLabelText("Invite link with the room key");
    expect(link.textContent).toBe(SECRET_LINK);
    expect(link.closest("[data-secret]")).not.toBeNull();
    const name = "QR code of the invite link with the room key";
    expect(modules(within(dialog()).getByRole("img", { name }))).toEqual(tableOf(SECRET_LINK));
    expect(dialog().textContent).toContain("A secret: whoever sees it can come in and read.");
    await expectAccessible();
  });

  it("shows the key when that is asked for", async () => {
    openRoom();
    await invite();
    fireEvent.click(await within(dialog()).findByRole("button", { name: "Show the room key" }));
    expect(dialog().textContent).toContain("copper lantern fable otter meadow quill");
    fireEvent.click(within(dialog()).getByRole("button", { name: "Hide the room key" }));
    expect(dialog().textContent).not.toContain("copper");
  });

  it("copies what is shown", async () => {
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    openRoom();
    await invite();
    fireEvent.click(within(dialog()).getByRole("button", { name: "Copy link" }));
    await waitFor(() => expect(write).toHaveBeenLastCalledWith(LINK));
    fireEvent.click(await within(dialog()).findByLabelText("with the key"));
    fireEvent.click(within(dialog()).getByRole("button", { name: /Copy link|Copied/ }));
    await waitFor(() => expect(write).toHaveBeenLastCalledWith(SECRET_LINK));
  });

  it("says so when this device does not have the key", async () => {
    vi.spyOn(FakeRoom.prototype, "roomKey").mockResolvedValueOnce(undefined);
    openRoom();
    await invite();
    await within(dialog()).findByText(/does not have the room key/);
    expect(within(dialog()).queryByLabelText("with the key")).toBeNull();
  });

  it("says that nobody can follow it into a locked room", async () => {
    openRoom({ isLocked: true });
    await invite();
    expect(dialog().textContent).toContain("nobody new comes in until a host unlocks it");
  });
});

describe("an empty room", () => {
  it("is an invitation until somebody has joined", async () => {
    const { room } = openRoom({ members: 1, messages: 0 });
    await screen.findByRole("heading", { name: "Nobody else is here yet" });
    expect(screen.getByLabelText("Invite link").textContent).toBe(LINK);
    screen.getByRole("img", { name: "QR code of the invite link" });
    await expectAccessible();
    room.show({ members: membersOf(2, [0]) });
    await waitFor(() => expect(screen.queryByText("Nobody else is here yet")).toBeNull());
  });

  it("is a conversation once something was said", async () => {
    const { room } = openRoom({ members: 1, messages: 0 });
    await screen.findByRole("heading", { name: "Nobody else is here yet" });
    await room.send("Anybody?");
    await waitFor(() => expect(screen.queryByText("Nobody else is here yet")).toBeNull());
  });
});
