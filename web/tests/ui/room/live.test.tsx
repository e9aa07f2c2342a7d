// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { person } from "../../../src/ui/dev/fake_people.ts";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { PLAIN } from "../../../src/ui/dev/fake_rooms.ts";
import { messageItem } from "../../../src/ui/dev/fake_timeline.ts";
import { Announcer } from "../../../src/ui/parts/announcer.tsx";
import { isAttending, startLive, startNotifying } from "../../../src/ui/room/live.ts";
import { RoomModel } from "../../../src/ui/room/room_model.ts";
import * as ticking from "../../../src/ui/room/tick.ts";
import { chooseNotifying, chooseSound, isNotifying } from "../../../src/ui/settings.ts";

vi.mock("../../../src/ui/room/tick.ts", { spy: true });

const told: { title: string; options: NotificationOptions }[] = [];
let permission: NotificationPermission = "granted";

let last: FakeNotification | undefined;

class FakeNotification {
  static get permission() {
    return permission;
  }
  static requestPermission = async () => permission;
  onclick: (() => void) | undefined;
  isClosed = false;
  constructor(title: string, options: NotificationOptions) {
    told.push({ title, options });
    last = this;
  }
  close(): void {
    this.isClosed = true;
  }
}

let stop = () => {};

function open(changes = {}): FakeRoom {
  cleanup();
  const room = new FakeRoom({ ...PLAIN, title: "Tea", members: 3, messages: 3, ...changes }, "Ada");
  const model = new RoomModel(room);
  const stops = [startLive(model), model.start()];
  stop = () => {
    for (const end of stops) end();
  };
  render(<Announcer />);
  return room;
}

function say(room: FakeRoom, text: string, who = 1): void {
  const seq = room.nextSeq();
  const sender = person(who);
  room.put(messageItem({ id: `said${seq}`, seq, time: Date.now(), sender, text }));
}

beforeEach(() => {
  told.length = 0;
  permission = "granted";
  vi.stubGlobal("Notification", FakeNotification);
});

afterEach(() => {
  stop();
  chooseNotifying(false);
  vi.unstubAllGlobals();
});

describe("an open room", () => {
  it("has a screen reader say who said what, once, without marks; not what one said oneself", async () => {
    const room = open();
    say(room, "the **draft** is ready");
    await screen.findByText("Grace Hopper: the draft is ready");
    say(room, "thanks", 0);
    room.put(messageItem({ id: "said5", seq: 5, time: 0, sender: person(1), text: "changed" }));
    expect(screen.queryByText(/thanks|changed/)).toBeNull();
  });

  it("says only how much has happened when that is a lot, and what notices say", async () => {
    const listened = vi.spyOn(FakeRoom.prototype, "listen");
    const room = open();
    const seq = room.nextSeq();
    const member = person(1);
    room.put({ kind: "notice", id: "n", seq, time: Date.now(), what: "joined", member });
    await screen.findByText(/Grace Hopper.? joined/);
    const many = ["a", "b", "c", "d"].map((id) =>
      messageItem({ id, seq: seq + 1, time: Date.now(), sender: member, text: id }),
    );
    listened.mock.calls.at(-1)?.[0].items(many, [], true);
    await screen.findByText("4 new entries");
    listened.mockRestore();
  });

  it("has a screen reader say who types, when they begin", async () => {
    const room = open();
    const typing = (isTyping: boolean) =>
      room.show({ members: room.view.members.map((member) => ({ ...member, isTyping })) });
    typing(true);
    await screen.findByText("Grace Hopper and Łukasz are typing");
    typing(false);
  });

  it("counts what is unread in the title", async () => {
    const room = open({ unread: 2 });
    expect(document.title).toBe("(2) Tea – Roomkey");
    room.show({ unread: 0 });
    expect(document.title).toBe("Tea – Roomkey");
  });

  it("has a dot on the tab's icon while something is unread, and none once it is left", () => {
    const icon = document.createElement("link");
    icon.rel = "icon";
    document.head.append(icon);
    const shown = () => new URL(icon.href).pathname;
    const room = open({ unread: 2 });
    expect(shown()).toBe("/icon-unread.svg");
    room.show({ unread: 0 });
    expect(shown()).toBe("/icon.svg");
    room.show({ unread: 1 });
    expect(shown()).toBe("/icon-unread.svg");
    stop();
    expect(shown()).toBe("/icon.svg");
    icon.remove();
  });

  it("tells a device whose owner looks away that there is something, but nothing of what", async () => {
    const room = open();
    expect(await startNotifying()).toBe(true);
    isAttending.value = false;
    say(room, "a secret");
    expect(told).toHaveLength(1);
    const all = JSON.stringify(told);
    for (const content of ["secret", "Grace", "Tea", room.code]) expect(all).not.toContain(content);
  });

  it("is come back to by what was told, which goes then", async () => {
    const room = open();
    await startNotifying();
    isAttending.value = false;
    say(room, "one");
    const focused = vi.spyOn(window, "focus").mockImplementation(() => undefined);
    last?.onclick?.();
    expect(focused).toHaveBeenCalledOnce();
    expect(last?.isClosed).toBe(true);
  });

  it("tells nothing once the browser allows it no more", async () => {
    const room = open();
    await startNotifying();
    permission = "denied";
    isAttending.value = false;
    say(room, "one");
    expect(told).toHaveLength(0);
  });

  it("is heard when that was switched on, and notices are not", async () => {
    const ticked = vi.spyOn(ticking, "tick").mockImplementation(() => undefined);
    const room = open();
    say(room, "silent");
    chooseSound(true);
    const member = person(1);
    room.put({ kind: "notice", id: "n", seq: 90, time: Date.now(), what: "joined", member });
    expect(ticked).not.toHaveBeenCalled();
    say(room, "heard");
    expect(ticked).toHaveBeenCalledOnce();
    chooseSound(false);
  });

  it("tells nothing while it is looked at, or without being asked to", async () => {
    const room = open();
    isAttending.value = false;
    say(room, "one");
    await startNotifying();
    isAttending.value = true;
    say(room, "two");
    expect(told).toHaveLength(0);
  });

  it("tells nothing from a tab that follows another", async () => {
    const room = open({ isFollowing: true });
    await startNotifying();
    isAttending.value = false;
    say(room, "one");
    expect(told).toHaveLength(0);
  });

  it("has the service worker tell where pages may not, and takes it back", async () => {
    const posted: unknown[] = [];
    const close = vi.fn();
    vi.stubGlobal(
      "Notification",
      class extends FakeNotification {
        constructor(title: string, options: NotificationOptions) {
          super(title, options);
          throw new TypeError("Illegal constructor");
        }
      },
    );
    const registration = {
      active: { postMessage: (message: unknown) => posted.push(message) },
      getNotifications: async () => [{ close }],
    };
    vi.stubGlobal("navigator", {
      ...navigator,
      serviceWorker: { getRegistration: async () => registration },
    });
    const room = open();
    await startNotifying();
    isAttending.value = false;
    say(room, "a secret");
    await waitFor(() => expect(posted).toHaveLength(1));
    expect(posted).toMatchObject([{ title: "Roomkey", options: { tag: "roomkey" } }]);
    expect(JSON.stringify(posted)).not.toMatch(/secret|Grace|Tea/);
    close.mockClear();
    isAttending.value = true;
    await waitFor(() => expect(close).toHaveBeenCalled());
  });

  it("does not say it notifies when the browser refused", async () => {
    permission = "denied";
    expect(await startNotifying()).toBe(false);
    expect(isNotifying.value).toBe(false);
  });

  it("lets the others know when one looks away", async () => {
    const room = open();
    const away = vi.spyOn(room, "signalAway");
    isAttending.value = !isAttending.value;
    await waitFor(() => expect(away).toHaveBeenCalledWith(!isAttending.value));
  });
});
