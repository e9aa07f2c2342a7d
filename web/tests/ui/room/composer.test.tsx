// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_TEXT_BYTES } from "../../../src/ui/room/draft.ts";
import { chooseEnterSends } from "../../../src/ui/settings.ts";
import { expectAccessible } from "../page.ts";
import { showRoom } from "./room_page.tsx";

const field = () => screen.getByLabelText<HTMLTextAreaElement>("Write a message");
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });
const press = (key: string, more: object = {}) => fireEvent.keyDown(field(), { key, ...more });

beforeEach(() => chooseEnterSends(true));

describe("the composer", () => {
  it("sends with Enter, and is empty then", async () => {
    const { room } = await showRoom();
    const sent = vi.spyOn(room, "send");
    type("Good morning");
    press("Enter");
    expect(sent).toHaveBeenCalledWith("Good morning", {});
    await waitFor(() => expect(field().value).toBe(""));
    await screen.findByText("Good morning");
  });

  it("sends neither nothing, nor with Shift and Enter, nor while a sign is being composed", async () => {
    const { room } = await showRoom();
    const sent = vi.spyOn(room, "send");
    type("   ");
    press("Enter");
    type("line");
    press("Enter", { shiftKey: true });
    press("Enter", { isComposing: true });
    expect(sent).not.toHaveBeenCalled();
  });

  it("sends with Control and Enter only, if that was chosen", async () => {
    const { room } = await showRoom();
    const sent = vi.spyOn(room, "send");
    chooseEnterSends(false);
    type("line");
    press("Enter");
    expect(sent).not.toHaveBeenCalled();
    press("Enter", { ctrlKey: true });
    expect(sent).toHaveBeenCalledOnce();
  });

  it("gives the text back if it could not be stored", async () => {
    const { room } = await showRoom();
    vi.spyOn(room, "send").mockRejectedValue(new Error("full"));
    type("do not lose this");
    press("Enter");
    await waitFor(() => expect(field().value).toBe("do not lose this"));
  });

  it("says how much is left near the limit, and does not send beyond it", async () => {
    const { room } = await showRoom();
    const sent = vi.spyOn(room, "send");
    type("x".repeat(MAX_TEXT_BYTES - 10));
    await screen.findByText("10 bytes are left");
    type("x".repeat(MAX_TEXT_BYTES + 2));
    await screen.findByText(/^2 bytes too long/);
    expect(field().getAttribute("aria-invalid")).toBe("true");
    press("Enter");
    expect(sent).not.toHaveBeenCalled();
  });

  it("edits the last own message with the upward arrow; Escape brings back what was written", async () => {
    const { room, model } = await showRoom();
    await room.send("teh end");
    await waitFor(() => expect(model.timeline.value.lastOwn?.id).toBe("own1"));
    press("ArrowUp");
    await waitFor(() => expect(field().value).toBe("teh end"));
    await screen.findByText("Editing your message");
    press("Escape");
    await waitFor(() => expect(field().value).toBe(""));
    press("ArrowUp");
    await waitFor(() => expect(field().value).toBe("teh end"));
    type("the end");
    const edited = vi.spyOn(room, "edit");
    press("Enter");
    expect(edited).toHaveBeenCalledWith("own1", "the end");
    await screen.findByText("the end");
    expect(screen.getByText("edited")).toBeDefined();
  });

  it("sends messages that disappear, once that was chosen", async () => {
    const { room } = await showRoom();
    const sent = vi.spyOn(room, "send");
    fireEvent.click(screen.getByRole("menuitemradio", { name: "Disappear after 1 hour" }));
    await screen.findByText("Disappears after 1 hour");
    type("burn this");
    press("Enter");
    expect(sent).toHaveBeenCalledWith("burn this", { expiresAfter: 3600 });
    await screen.findByText(/^disappears in/);
  });

  it("tells the others once in three seconds that one types, and when it is sent that one stopped", async () => {
    const { room } = await showRoom();
    const told = vi.spyOn(room, "signalTyping");
    type("a");
    type("ab");
    type("abc");
    expect(told.mock.calls).toEqual([[true]]);
    press("Enter");
    expect(told.mock.calls).toEqual([[true], [false]]);
  });

  it("is gone from a room that is over", async () => {
    await showRoom({ connection: "closed" });
    expect(screen.queryByLabelText("Write a message")).toBeNull();
  });

  it("is accessible while it answers", async () => {
    await showRoom();
    fireEvent.click(screen.getAllByRole("button", { name: "Reply" })[0] as HTMLElement);
    await screen.findByText(/^Answer to/);
    await expectAccessible();
  });
});
