// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type OpenRoom, ServiceError } from "../../src/client/service.ts";
import { App } from "../../src/ui/app.tsx";
import { FakeRoom } from "../../src/ui/dev/fake_room.ts";
import { PLAIN } from "../../src/ui/dev/fake_rooms.ts";
import { hasStopped, keeping, setKeeping } from "../../src/ui/door.ts";
import { messages, setLanguage } from "../../src/ui/messages/messages.ts";
import { isUpdateReady } from "../../src/ui/offline.ts";
import { navigate } from "../../src/ui/router.ts";
import { loadRoomView } from "../../src/ui/screens/room_screen.tsx";
import { theme } from "../../src/ui/settings.ts";
import { show } from "./page.ts";

await loadRoomView();

const FAULT = new ServiceError("relay_unreachable", "No answer.", "Try again.");
const STOPPED = new ServiceError("worker_failed", "It has stopped.", "Reload.");
const KITCHEN = "/r/7GQ2M-0XK4T";

beforeEach(() => setKeeping("device"));
afterEach(async () => {
  hasStopped.value = false;
  isUpdateReady.value = false;
  vi.restoreAllMocks();
  cleanup();
  await setLanguage("en");
});

describe("the way into a room", () => {
  it("is not forced on whoever has gone elsewhere meanwhile: the room waits on the home screen", async () => {
    const service = show(<App missing={[]} />, "/", { rooms: [] });
    let made: (room: OpenRoom) => void = () => undefined;
    vi.spyOn(service, "create").mockReturnValue(
      new Promise((resolve) => {
        made = resolve;
      }),
    );
    const key = () => screen.getByLabelText<HTMLInputElement>("Room key");
    await waitFor(() => expect(key().value.split(" ")).toHaveLength(6));
    const name = screen.getByLabelText("Your name");
    fireEvent.input(name, { target: { value: "Grace" } });
    fireEvent.submit(name.closest("form") as HTMLFormElement);
    await waitFor(() => expect(service.create).toHaveBeenCalled());
    act(() => navigate({ kind: "how-it-works" }));
    const room = new FakeRoom(PLAIN, "Grace", 1);
    const closed = vi.spyOn(room, "close");
    made(room);
    await waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect(location.pathname).toBe("/how-it-works");
  });

  it("asks for a room key that was cleared, and begins nothing without one", async () => {
    const service = show(<App missing={[]} />, "/", { rooms: [] });
    const created = vi.spyOn(service, "create");
    const key = () => screen.getByLabelText<HTMLInputElement>("Room key");
    await waitFor(() => expect(key().value.split(" ")).toHaveLength(6));
    fireEvent.input(screen.getByLabelText("Your name"), { target: { value: "Grace" } });
    fireEvent.input(key(), { target: { value: " " } });
    fireEvent.submit(key().closest("form") as HTMLFormElement);
    await screen.findByText("Type a room key, or make a new one.");
    await waitFor(() => expect(document.activeElement).toBe(key()));
    expect(created).not.toHaveBeenCalled();
  });

  it("closes a room that was left before it was open", async () => {
    const service = show(<App missing={[]} />);
    const room = new FakeRoom(PLAIN, "Ada", 1);
    const closed = vi.spyOn(room, "close");
    let opened: (room: OpenRoom) => void = () => undefined;
    vi.spyOn(service, "resume").mockReturnValue(
      new Promise((resolve) => {
        opened = resolve;
      }),
    );
    fireEvent.click(await screen.findByRole("link", { name: /Kitchen table/ }));
    await waitFor(() => expect(service.resume).toHaveBeenCalled());
    act(() => navigate({ kind: "home" }));
    opened(room);
    await waitFor(() => expect(closed).toHaveBeenCalled());
  });

  it("is a join screen again for a room one was shown out of, if there is a new invitation", async () => {
    const over = { ...PLAIN, connection: "removed" } as const;
    show(<App missing={[]} />, `${KITCHEN}#a%20new%20key`, { rooms: [over] });
    expect((await screen.findByLabelText<HTMLInputElement>("Room key")).value).toBe("a new key");
  });

  it("has the browser ask before a room that is in memory only is lost, and no other", async () => {
    const leave = () => {
      const event = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    show(<App missing={[]} />, KITCHEN);
    await screen.findByLabelText("Write a message");
    expect(leave()).toBe(false);
    act(() => {
      keeping.value = "private";
    });
    await waitFor(() => expect(leave()).toBe(true));
    cleanup();
    await waitFor(() => expect(leave()).toBe(false));
  });
});

describe("what could not be done", () => {
  it("is said when rooms could not be forgotten, and they stay", async () => {
    const service = show(<App missing={[]} />);
    vi.spyOn(service, "forget").mockRejectedValue(FAULT);
    vi.spyOn(service, "forgetEverything").mockRejectedValue(FAULT);
    fireEvent.click(await screen.findByRole("button", { name: "Forget Kitchen table" }));
    fireEvent.click(screen.getByRole("button", { name: "Forget" }));
    await screen.findByText("The server does not answer.");
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    fireEvent.click(screen.getByRole("button", { name: "Forget everything" }));
    const dialog = within(screen.getByRole("dialog"));
    fireEvent.click(dialog.getByRole("button", { name: "Forget everything" }));
    await screen.findByText("The server does not answer.");
    await screen.findByText("Kitchen table");
  });

  it("is said when a language could not be loaded, and the page stays in its own", async () => {
    show(<App missing={[]} />);
    vi.doMock("../../src/ui/messages/de.ts", () => {
      throw new TypeError("no network");
    });
    fireEvent.click(screen.getByText("Deutsch"));
    await screen.findByText(/^This part of the page did not load/);
    vi.doUnmock("../../src/ui/messages/de.ts");
    expect(document.documentElement.lang).toBe("en");
  });

  it("is told once and for all when the client has ended: only a reload mends that", async () => {
    const service = show(<App missing={[]} />);
    cleanup();
    vi.spyOn(service, "rooms").mockRejectedValue(STOPPED);
    render(<App missing={[]} />);
    const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
    await screen.findByText(messages.value.common.stopped.title);
    fireEvent.click(screen.getByRole("button", { name: messages.value.common.reload }));
    expect(reload).toHaveBeenCalledOnce();
  });
});

describe("the page", () => {
  it("says when a newer version is there, and changes to it when asked", async () => {
    const listened = vi.fn();
    const serviceWorker = { addEventListener: listened };
    Object.defineProperty(navigator, "serviceWorker", { value: serviceWorker, configurable: true });
    show(<App missing={[]} />);
    act(() => {
      isUpdateReady.value = true;
    });
    fireEvent.click(await screen.findByRole("button", { name: "Reload" }));
    expect(listened).toHaveBeenCalledWith("controllerchange", expect.any(Function));
    Reflect.deleteProperty(navigator, "serviceWorker");
  });

  it("changes its colours from its menu", () => {
    show(<App missing={[]} />);
    fireEvent.click(screen.getByText("Dark"));
    expect(theme.value).toBe("dark");
    fireEvent.click(screen.getByText("As the device"));
    expect(theme.value).toBe("system");
  });
});
