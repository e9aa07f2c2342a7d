/** A room's screen on a fake room, for tests of its parts. */
import { screen } from "@testing-library/preact";
import { vi } from "vitest";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { type FakeRoomPlan, PLAIN } from "../../../src/ui/dev/fake_rooms.ts";
import { QrCode, ReactionPicker, Search, ToolDialog } from "../../../src/ui/room/on_demand.ts";
import { RoomView } from "../../../src/ui/room/room_view.tsx";
import { show } from "../page.ts";

// what is fetched when it is first shown is there already
await Promise.all([QrCode.load(), ReactionPicker.load(), Search.load(), ToolDialog.load()]);

/** Show a room that differs from a plain one, of three people of whom oneself is host, as `changes` say. */
export function openRoom(changes: Partial<FakeRoomPlan> = {}) {
  const plan = { ...PLAIN, title: "Kitchen", members: 3, messages: 2, ...changes };
  const room = new FakeRoom(plan, "Ada", 1);
  const onGone = vi.fn();
  show(<RoomView room={room} onGone={onGone} />);
  return { room, onGone };
}

/** The room's head; entries have heads too. */
export async function head(): Promise<HTMLElement> {
  const [first] = await screen.findAllByRole("banner");
  if (first?.className !== "room-head") throw new Error("no head of a room");
  return first;
}

/** The dialog that is open; a test that finds none fails. */
export function dialog(): HTMLElement {
  return screen.getByRole("dialog");
}

/** Stand in for how wide the window is. */
export function beWide(isWide: boolean): void {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: query.includes("width") ? isWide : false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
}
