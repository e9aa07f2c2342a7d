// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ServiceError } from "../../../src/client/service.ts";
import { FakeService } from "../../../src/ui/dev/fake_service.ts";
import { messages } from "../../../src/ui/messages/messages.ts";
import { SafetyCodeDialog } from "../../../src/ui/room/tools/safety_code_dialog.tsx";
import { chooseNotifying, hasSound, isNotifying } from "../../../src/ui/settings.ts";
import { expectAccessible } from "../page.ts";
import { beWide, dialog, openRoom } from "./open_room.tsx";

beforeEach(() => beWide(true));

const panel = () => screen.findByRole("complementary");

async function open(tool: string): Promise<void> {
  fireEvent.click(within(await panel()).getByRole("button", { name: tool }));
}

const press = (name: string | RegExp): void => {
  fireEvent.click(within(dialog()).getByRole("button", { name }));
};

const isClosed = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

it("the panel invites as the head of the room does", async () => {
  openRoom();
  await open("Invite");
  within(dialog()).getByRole("heading", { name: "Invite" });
});

describe("the safety code", () => {
  it("is shown in words and digits, with what to do, and is never called checked", async () => {
    openRoom();
    await open("Safety code");
    await waitFor(() => expect(dialog().textContent).toContain("harbor"));
    const text = dialog().textContent ?? "";
    for (const word of ["cobalt", "40713", "12947"]) expect(text).toContain(word);
    expect(text).toContain("Compare it with the others");
    expect(text).not.toMatch(/verified|secure/i);
    await expectAccessible();
  });
});

describe("saving the conversation", () => {
  it.each([
    ["Text", "roomkey-7GQ2M-0XK4T.txt", "text/plain"],
    ["JSON", "roomkey-7GQ2M-0XK4T.json", "application/json"],
  ])("as %s makes a file on this device", async (format, name, type) => {
    const saved: { name: string; blob: Blob }[] = [];
    let made: Blob | undefined;
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      made = blob as Blob;
      return "blob:made";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      if (made) saved.push({ name: this.download, blob: made });
    });
    const { room } = openRoom();
    await open("Save the conversation");
    fireEvent.click(within(dialog()).getByLabelText(format));
    await expectAccessible();
    press("Save file");
    await isClosed();
    expect(saved).toHaveLength(1);
    expect(saved[0]?.name).toBe(name);
    expect(saved[0]?.blob.type).toContain(type);
    const wanted = await room.exportTranscript(format === "Text" ? "text" : "json");
    expect(await saved[0]?.blob.text()).toBe(wanted);
  });
});

describe("a host's tools", () => {
  it("change the key, and show the new one", async () => {
    const { room } = openRoom();
    await open("Change the room key");
    const field = within(dialog()).getByLabelText<HTMLTextAreaElement>("New room key");
    await waitFor(() => expect(field.value.split(" ")).toHaveLength(6));
    const made = field.value;
    press("Change the key");
    await screen.findByRole("heading", { name: "The room key is changed" });
    expect(await room.roomKey()).toBe(made);
    expect(dialog().textContent).toContain(made);
    press("Done");
    await isClosed();
  });

  it("say why the key could not be changed, and keep what was typed", async () => {
    const { room } = openRoom();
    const fault = new ServiceError("relay_unreachable", "No answer.", "Try again.");
    vi.spyOn(room, "changeRoomKey").mockRejectedValueOnce(fault);
    await open("Change the room key");
    fireEvent.input(within(dialog()).getByLabelText("New room key"), {
      target: { value: "a key of my own" },
    });
    press("Change the key");
    expect((await within(dialog()).findByRole("alert")).textContent).toContain(
      "The server does not answer.",
    );
    expect(within(dialog()).getByLabelText<HTMLTextAreaElement>("New room key").value).toBe(
      "a key of my own",
    );
    await expectAccessible();
  });

  it("while the room is offline, say that it is done later", async () => {
    const { room } = openRoom({ connection: "offline" });
    vi.spyOn(room, "setTitle").mockReturnValue(new Promise(() => undefined));
    await open("Room settings");
    fireEvent.input(within(dialog()).getByLabelText("Title"), { target: { value: "Den" } });
    press("Save");
    await within(dialog()).findByText(/done as soon as the room is online again/);
  });

  it("change of the settings only what differs", async () => {
    const { room } = openRoom();
    const setTitle = vi.spyOn(room, "setTitle");
    await open("Room settings");
    fireEvent.click(within(dialog()).getByLabelText("1 day"));
    await expectAccessible();
    press("Save");
    await isClosed();
    expect(setTitle).not.toHaveBeenCalled();
    expect(room.view.retention).toBe(24 * 3600);
    expect((await panel()).textContent).toContain("Messages are kept for 1 day.");
  });

  it("lock the room and unlock it", async () => {
    const { room } = openRoom();
    const lock = within(await panel()).getByRole<HTMLInputElement>("switch", { name: "Locked" });
    fireEvent.click(lock);
    await waitFor(() => expect(room.view.isLocked).toBe(true));
    await waitFor(() => expect(lock.checked).toBe(true));
  });

  it("a refused lock stands where it stood, and says why", async () => {
    const { room } = openRoom();
    const fault = new ServiceError("policy_violation", "No.", "Ask.");
    vi.spyOn(room, "setLocked").mockRejectedValueOnce(fault);
    const lock = within(await panel()).getByRole<HTMLInputElement>("switch", { name: "Locked" });
    fireEvent.click(lock);
    await waitFor(() => expect(lock.checked).toBe(false));
    expect(room.view.isLocked).toBe(false);
  });

  it("close the room after its code was typed, in any way people write it", async () => {
    const { room } = openRoom();
    await open("Close the room");
    fireEvent.input(within(dialog()).getByLabelText("Room code"), { target: { value: "Kitchen" } });
    press("Close the room");
    await within(dialog()).findByText("That is not this room's code.");
    expect(room.view.connection.state).toBe("online");
    await expectAccessible();
    fireEvent.input(within(dialog()).getByLabelText("Room code"), {
      target: { value: "7gq2m 0xk4t" },
    });
    press("Close the room");
    await isClosed();
    await screen.findByText("This room was closed");
  });
});

describe("leaving", () => {
  it("gives up the place after a question, and goes home", async () => {
    const { room, onGone } = openRoom({ isHost: false });
    const leave = vi.spyOn(room, "leave");
    await open("Leave");
    expect(dialog().textContent).not.toContain("only host");
    await expectAccessible();
    press("Leave");
    await waitFor(() => expect(onGone).toHaveBeenCalled());
    expect(leave).toHaveBeenCalled();
  });

  it("reminds the only host of those who stay", async () => {
    openRoom();
    await open("Leave");
    expect(dialog().textContent).toContain("You are the only host.");
    press("Cancel");
    await isClosed();
  });
});

it("a room can be forgotten on this device without leaving it, which is said", async () => {
  const { room, onGone } = openRoom();
  const leave = vi.spyOn(room, "leave");
  await open("Forget on this device");
  expect(dialog().textContent).toContain("For the others you stay a member");
  press("Forget on this device");
  await waitFor(() => expect(onGone).toHaveBeenCalled());
  expect(leave).not.toHaveBeenCalled();
});

it("sound is off until it is switched on", async () => {
  openRoom();
  const sound = within(await panel()).getByRole<HTMLInputElement>("switch", { name: "Sound" });
  expect(sound.checked).toBe(false);
  fireEvent.click(sound);
  expect(hasSound.value).toBe(true);
  fireEvent.click(sound);
});

describe("notifications", () => {
  const ask = vi.fn(async (): Promise<NotificationPermission> => "granted");
  const hint = "Only that there is something new";

  async function flip(): Promise<HTMLInputElement> {
    const name = "Notifications";
    const shown = within(await panel()).getByRole<HTMLInputElement>("switch", { name });
    fireEvent.click(shown);
    return shown;
  }

  beforeEach(() => {
    chooseNotifying(false);
    vi.stubGlobal("Notification", { requestPermission: ask, permission: "granted" });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("are on once the browser has agreed, and off again without asking it", async () => {
    openRoom();
    const shown = await flip();
    await waitFor(() => expect(isNotifying.value).toBe(true));
    expect(shown.checked).toBe(true);
    expect((await panel()).textContent).toContain(hint);
    await flip();
    expect(isNotifying.value).toBe(false);
    expect(ask).toHaveBeenCalledOnce();
  });

  it("stay off where the browser refuses them, which is said, with the way out", async () => {
    ask.mockResolvedValueOnce("denied");
    openRoom();
    const shown = await flip();
    await waitFor(async () =>
      expect((await panel()).textContent).toContain("The browser refuses notifications"),
    );
    await waitFor(() => expect(shown.checked).toBe(false));
    expect(isNotifying.value).toBe(false);
  });

  it("are not offered by a browser that has none", async () => {
    vi.unstubAllGlobals();
    beWide(true);
    openRoom();
    expect((await panel()).textContent).toContain("This browser has no notifications.");
    expect(within(await panel()).queryByRole("switch", { name: "Notifications" })).toBeNull();
  });
});

describe("what could not be done", () => {
  const fault = new ServiceError("relay_unreachable", "No answer.", "Try again.");
  const refusal = () => within(dialog()).findByText(/The server does not answer/);

  it.each([
    ["Leave", "leave"],
    ["Forget on this device", "close"],
  ] as const)("%s: is said, and one is still there", async (tool, method) => {
    const { room, onGone } = openRoom();
    vi.spyOn(room, method).mockRejectedValueOnce(fault);
    await open(tool);
    press(tool);
    await refusal();
    expect(onGone).not.toHaveBeenCalled();
  });

  it("saving: is said, no file is made, and one can try again", async () => {
    const { room } = openRoom();
    const made = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:made");
    made.mockClear();
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue();
    vi.spyOn(room, "exportTranscript").mockRejectedValueOnce(fault);
    await open("Save the conversation");
    press("Save file");
    await refusal();
    expect(made).not.toHaveBeenCalled();
    press("Save file");
    await isClosed();
    expect(made).toHaveBeenCalledOnce();
  });

  it("new settings: is said, and what was typed stays", async () => {
    const { room } = openRoom();
    vi.spyOn(room, "setTitle").mockRejectedValueOnce(fault);
    await open("Room settings");
    fireEvent.input(within(dialog()).getByLabelText("Title"), { target: { value: "Den" } });
    press("Save");
    await refusal();
    expect(within(dialog()).getByLabelText<HTMLInputElement>("Title").value).toBe("Den");
    press("Save");
    await isClosed();
    expect(room.view.title).toBe("Den");
  });

  it("is not begun a second time while it is being done", async () => {
    const { room } = openRoom();
    const setTitle = vi.spyOn(room, "setTitle").mockReturnValue(new Promise(() => undefined));
    await open("Room settings");
    const title = within(dialog()).getByLabelText("Title");
    fireEvent.input(title, { target: { value: "Den" } });
    const form = title.closest("form") as HTMLFormElement;
    fireEvent.submit(form);
    await waitFor(() => expect(setTitle).toHaveBeenCalled());
    fireEvent.submit(form);
    expect(setTitle).toHaveBeenCalledOnce();
  });

  it("a new room key is made again when asked, and is not when the client has none", async () => {
    openRoom();
    await open("Change the room key");
    const field = () => within(dialog()).getByLabelText<HTMLTextAreaElement>("New room key");
    await waitFor(() => expect(field().value.split(" ")).toHaveLength(6));
    const first = field().value;
    press("New key");
    await waitFor(() => expect(field().value).not.toBe(first));
    const made = field().value;
    vi.spyOn(FakeService.prototype, "generateRoomKey").mockRejectedValueOnce(fault);
    press("New key");
    await waitFor(() => expect(FakeService.prototype.generateRoomKey).toHaveBeenCalled());
    expect(field().value).toBe(made);
  });
});

it("a room whose safety code is not known yet says so", async () => {
  const { safetyCode: _, ...view } = openRoom().room.view;
  cleanup();
  render(<SafetyCodeDialog view={view} onClose={() => undefined} />);
  expect(dialog().textContent).toContain(messages.value.tools.safety.none);
});
