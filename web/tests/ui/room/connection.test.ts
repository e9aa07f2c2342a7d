import { describe, expect, it } from "vitest";
import type { ConnectionWord, RoomView } from "../../../src/client/service.ts";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { PLAIN } from "../../../src/ui/dev/fake_rooms.ts";
import { connectionText } from "../../../src/ui/room/connection.tsx";

const { view } = new FakeRoom(PLAIN, "Ada");

function text(state: ConnectionWord, waiting = 0, changes: Partial<RoomView> = {}): string {
  return connectionText({ ...view, ...changes, connection: { state, waiting } });
}

describe("how a room stands, in words", () => {
  it.each([
    ["connecting", 0, "Connecting"],
    ["connecting", 1, "Connecting: 1 message waits and will be sent."],
    ["catching-up", 0, "Catching up"],
    ["online", 0, "Online"],
    ["online", 2, "Sending 2 messages"],
    ["offline", 0, "Offline"],
    ["offline", 2, "Offline: 2 messages wait and will be sent."],
    ["removed", 1, "No longer a member"],
    ["closed", 1, "Closed"],
  ] as const)("%s with %i waiting", (state, waiting, words) => {
    expect(text(state, waiting)).toBe(words);
  });

  it("says that another tab leads the room", () => {
    expect(text("online", 0, { isFollowing: true })).toBe("Online through another tab");
    expect(text("offline", 0, { isFollowing: true })).toBe("Offline");
  });
});
