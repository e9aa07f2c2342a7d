// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { person } from "../../../src/ui/dev/fake_people.ts";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { PLAIN } from "../../../src/ui/dev/fake_rooms.ts";
import { messageItem } from "../../../src/ui/dev/fake_timeline.ts";
import { useTypingSignal } from "../../../src/ui/room/use_typing_signal.ts";
import { doesEnterSend } from "../../../src/ui/settings.ts";
import { showRoom } from "./room_page.tsx";

const field = () => screen.getByLabelText<HTMLTextAreaElement>("Write a message");
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("what is written besides the text", () => {
  it("an answer, an edit and a wish to disappear are each taken back by their button", async () => {
    const { room, model } = await showRoom();
    const seq = room.nextSeq();
    const item = messageItem({ id: "asked", seq, time: Date.now(), sender: person(1), text: "?" });
    act(() => room.put(item));
    act(() => model.draft.reply(item));
    fireEvent.click(await screen.findByRole("button", { name: "Do not answer" }));
    await waitFor(() => expect(screen.queryByText(/^Answer to/)).toBeNull());
    type("kept");
    act(() => model.draft.edit({ ...item, text: "before" }));
    await waitFor(() => expect(field().value).toBe("before"));
    fireEvent.click(screen.getByRole("button", { name: "Stop editing" }));
    await waitFor(() => expect(field().value).toBe("kept"));
    act(() => {
      model.draft.expiresAfter.value = 3600;
    });
    const stop = (await screen.findByText("Disappears after 1 hour")).closest(".composer-banner");
    fireEvent.click(stop?.querySelector("button") as HTMLElement);
    await waitFor(() => expect(screen.queryByText("Disappears after 1 hour")).toBeNull());
    expect(document.activeElement).toBe(field());
  });

  it("what Enter does is chosen in the composer's menu", async () => {
    await showRoom();
    fireEvent.click(screen.getByRole("menuitemradio", { name: "Enter begins a new line" }));
    expect(doesEnterSend.value).toBe(false);
    fireEvent.click(screen.getByRole("menuitemradio", { name: "Enter sends" }));
    expect(doesEnterSend.value).toBe(true);
  });

  it("an edit that fails is there to be tried again, one that changes nothing is not sent", async () => {
    const { room, model } = await showRoom();
    const item = messageItem({ id: "own", seq: 50, time: 1, sender: person(0), text: "teh" });
    act(() => room.put(item));
    const edited = vi.spyOn(room, "edit").mockRejectedValue(new Error("offline"));
    act(() => model.draft.edit(item));
    await waitFor(() => expect(field().value).toBe("teh"));
    fireEvent.submit(field().closest("form") as HTMLFormElement);
    await waitFor(() => expect(field().value).toBe(""));
    expect(edited).not.toHaveBeenCalled();
    act(() => model.draft.edit(item));
    type("the");
    fireEvent.submit(field().closest("form") as HTMLFormElement);
    await waitFor(() => expect(edited).toHaveBeenCalledWith("own", "the"));
    await screen.findByText("Editing your message");
    await waitFor(() => expect(field().value).toBe("the"));
  });

  it("a field that cannot grow by itself is as high as its text", async () => {
    vi.stubGlobal("CSS", { escape: CSS.escape, supports: () => false });
    const set = vi.spyOn(CSSStyleDeclaration.prototype, "setProperty");
    await showRoom();
    Object.defineProperty(field(), "scrollHeight", { value: 123 });
    type("two\nlines");
    await waitFor(() => expect(set).toHaveBeenCalledWith("block-size", "123px"));
    set.mockClear();
    type("");
    await waitFor(() => expect(set).toHaveBeenCalledWith("block-size", "auto"));
    expect(set).not.toHaveBeenCalledWith("block-size", "123px");
    vi.unstubAllGlobals();
  });
});

describe("the others", () => {
  it("see who is typing, though not that one is oneself", async () => {
    const { room } = await showRoom();
    const line = () => document.querySelector(".typing-line")?.textContent;
    const typing = (isTyping: boolean) =>
      act(() =>
        room.show({ members: room.view.members.map((member) => ({ ...member, isTyping })) }),
      );
    typing(true);
    expect(line()).toBe("Grace Hopper and Łukasz are typing");
    typing(false);
    expect(line()).toBe("");
  });

  it("are told that one has stopped after a pause, when the text is gone, and when one leaves", () => {
    vi.useFakeTimers();
    const room = new FakeRoom(PLAIN, "Ada", 1);
    const told = vi.spyOn(room, "signalTyping").mockRejectedValue(new Error("lost"));
    let touch: (isText: boolean) => void = () => undefined;
    function Field() {
      touch = useTypingSignal(room).touch;
      return null;
    }
    const { unmount } = render(<Field />);
    touch(false);
    expect(told.mock.calls).toEqual([]);
    touch(true);
    vi.advanceTimersByTime(4000);
    touch(true);
    expect(told.mock.calls).toEqual([[true], [true]]);
    vi.advanceTimersByTime(60_000);
    expect(told.mock.calls).toEqual([[true], [true], [false]]);
    touch(true);
    touch(false);
    touch(true);
    act(() => {
      unmount();
    });
    expect(told.mock.calls.slice(3)).toEqual([[true], [false], [true], [false]]);
    vi.advanceTimersByTime(60_000);
    expect(told.mock.calls).toHaveLength(7);
    cleanup();
  });
});
