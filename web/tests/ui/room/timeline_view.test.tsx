// @vitest-environment happy-dom
import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";
import { person } from "../../../src/ui/dev/fake_people.ts";
import { messageItem } from "../../../src/ui/dev/fake_timeline.ts";
import { Toasts } from "../../../src/ui/parts/toast.tsx";
import { ExpiryMark } from "../../../src/ui/room/expiry_mark.tsx";
import { expectAccessible } from "../page.ts";
import { type RoomPage, showRoom } from "./room_page.tsx";

function say(page: RoomPage, text: string, parts = {}): void {
  const seq = page.room.nextSeq();
  const sender = person(1);
  const time = Date.now();
  page.room.put(messageItem({ id: `said${seq}`, seq, time, sender, text, ...parts }));
}

async function entryOf(text: string): Promise<HTMLElement> {
  const entry = (await screen.findByText(text)).closest<HTMLElement>("article");
  if (!entry) throw new Error("no entry");
  return entry;
}

const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

describe("the timeline", () => {
  it("is accessible with every kind of entry", async () => {
    await showRoom({ messages: 40, members: 6, pending: ["failed", "waiting"], unread: 3 });
    await expectAccessible();
  });

  it("has only as many entries in the page as are near, of 10,000", async () => {
    const { room } = await showRoom({ messages: 10_000, members: 6 });
    expect((await room.history(20_000)).items.length).toBeGreaterThan(9999);
    expect(document.querySelectorAll(".row").length).toBeLessThan(80);
  });

  it("fetches what is older when its upper edge is near, and stays where it is", async () => {
    const { model } = await showRoom({ messages: 150, members: 6 });
    const scroller = document.querySelector<HTMLElement>(".timeline-scroller") as HTMLElement;
    Object.defineProperties(scroller, {
      scrollHeight: { value: 9000 },
      clientHeight: { value: 600 },
    });
    scroller.scrollTop = 100;
    fireEvent.scroll(scroller);
    await waitFor(() => expect(model.timeline.value.isComplete).toBe(true));
    await waitFor(() => expect(scroller.scrollTop).toBeGreaterThan(1000));
  });

  it("says why when older messages cannot be had, and tries again when asked", async () => {
    const page = await showRoom();
    const history = vi.spyOn(page.room, "history").mockRejectedValue(new Error("offline"));
    await page.model.loadOlder();
    await screen.findByText("Older messages could not be loaded.");
    history.mockRestore();
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("This is the beginning of the room.");
  });

  it("moves from entry to entry by arrow keys, and with Escape back to the composer", async () => {
    const page = await showRoom();
    say(page, "one");
    say(page, "two");
    const field = screen.getByLabelText("Write a message");
    await waitFor(() => expect(document.activeElement).toBe(field));
    (await entryOf("two")).focus();
    press("ArrowUp");
    await waitFor(async () => expect(document.activeElement).toBe(await entryOf("one")));
    press("ArrowDown");
    await waitFor(async () => expect(document.activeElement).toBe(await entryOf("two")));
    expect(document.querySelectorAll('.row > [tabindex="0"]')).toHaveLength(1);
    press("Escape");
    await waitFor(() => expect(document.activeElement).toBe(field));
  });

  it("offers with Enter what can be done: for a message of others neither edit nor delete", async () => {
    const page = await showRoom();
    say(page, "theirs");
    (await entryOf("theirs")).focus();
    press("Enter");
    const menu = within(await screen.findByRole("menu", { name: /^Actions for/ }));
    expect(menu.getAllByRole("menuitem").map((item) => item.textContent)).toEqual([
      "Reply",
      "React",
      "Copy text",
    ]);
  });

  it("offers no more than to copy in a room that is over", async () => {
    const page = await showRoom({ connection: "removed" });
    say(page, "mine", { sender: person(0) });
    (await entryOf("mine")).focus();
    press("Enter");
    const items = await screen.findAllByRole("menuitem");
    expect(items.map((item) => item.textContent)).toEqual(["Copy text"]);
  });

  it("deletes an own message only after asking", async () => {
    const page = await showRoom();
    say(page, "mine", { sender: person(0) });
    const deleted = vi.spyOn(page.room, "delete");
    (await entryOf("mine")).focus();
    press("Enter");
    fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    expect(deleted).not.toHaveBeenCalled();
    fireEvent.click(await screen.findByRole("button", { name: "Delete message" }));
    await waitFor(() => expect(screen.queryByText("mine")).toBeNull());
    expect(deleted).toHaveBeenCalledOnce();
  });

  it("answers with a quote that leads back to the original", async () => {
    const page = await showRoom();
    say(page, "the **question**");
    fireEvent.click(within(await entryOf("question")).getByRole("button", { name: "Reply" }));
    const field = screen.getByLabelText("Write a message");
    fireEvent.input(field, { target: { value: "the answer" } });
    fireEvent.keyDown(field, { key: "Enter" });
    const answer = within(await entryOf("the answer"));
    const quote = answer.getByRole("button", { name: /Grace Hopper ?the question$/ });
    fireEvent.click(quote);
    await waitFor(async () => expect(document.activeElement).toBe(await entryOf("question")));
  });

  it("reacts, shows who did, and takes an own reaction back", async () => {
    const page = await showRoom();
    say(page, "news");
    fireEvent.click(within(await entryOf("news")).getByRole("button", { name: "React" }));
    fireEvent.click(await screen.findByRole("button", { name: "🎉" }));
    const chip = await within(await entryOf("news")).findByRole("button", { name: /🎉 ?1 ?you/ });
    expect(chip.getAttribute("aria-pressed")).toBe("true");
    fireEvent.click(chip);
    await waitFor(() => expect(screen.queryByRole("button", { name: /🎉 ?1/ })).toBeNull());
  });

  it("sends again what failed, or discards it, and says what went wrong", async () => {
    const { room } = await showRoom({ pending: ["failed", "failed"] });
    const reason = await screen.findAllByText(/This is too large to send/);
    expect(reason).toHaveLength(2);
    fireEvent.click(screen.getAllByRole("button", { name: "Discard" })[0] as HTMLElement);
    await waitFor(() => expect(screen.getAllByText(/too large/)).toHaveLength(1));
    const retried = vi.spyOn(room, "retry");
    fireEvent.click(screen.getByRole("button", { name: "Send again" }));
    expect(retried).toHaveBeenCalledWith("pending1");
    await waitFor(() => expect(screen.queryByText(/too large/)).toBeNull());
  });

  it("folds a very long message until it is asked for", async () => {
    const page = await showRoom();
    say(page, `${"word ".repeat(2000)}end`);
    fireEvent.click(await screen.findByRole("button", { name: "Show all of it" }));
    expect(document.querySelector("[data-folded]")).toBeNull();
  });

  it("is copied, edited and answered with a sign from the menu of an entry", async () => {
    const page = await showRoom();
    say(page, "mine", { sender: person(0) });
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const entry = await entryOf("mine");
    const choose = async (action: string) => {
      fireEvent.click(within(entry).getByRole("button", { name: "More" }));
      fireEvent.click(await screen.findByRole("menuitem", { name: action }));
    };
    await choose("Copy text");
    expect(writeText).toHaveBeenCalledWith("mine");
    await choose("Reply");
    await screen.findByText(/^Answer to/);
    await choose("Edit");
    const field = screen.getByLabelText<HTMLTextAreaElement>("Write a message");
    await waitFor(() => expect(field.value).toBe("mine"));
    await choose("React");
    fireEvent.click(await screen.findByRole("button", { name: "👀" }));
    await within(entry).findByRole("button", { name: /👀 ?1/ });
    await choose("Who reacted");
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText("Ada").closest("li")?.textContent).toContain("(you)");
    fireEvent.click(dialog.getAllByRole("button", { name: "Close" })[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("that failed is sent again or discarded from its menu too", async () => {
    const { room } = await showRoom({ pending: ["failed", "failed"] });
    const choose = async (action: string) => {
      const failed = (await screen.findAllByText(/too large/))[0]?.closest("article");
      fireEvent.click(within(failed as HTMLElement).getByRole("button", { name: "More" }));
      fireEvent.click(await screen.findByRole("menuitem", { name: action }));
    };
    const discarded = vi.spyOn(room, "discard");
    await choose("Discard");
    await waitFor(() => expect(screen.getAllByText(/too large/)).toHaveLength(1));
    expect(discarded).toHaveBeenCalledWith("pending0");
    const retried = vi.spyOn(room, "retry");
    await choose("Send again");
    expect(retried).toHaveBeenCalledWith("pending1");
  });

  it("is not answered with a sign in a room that is over, though signs are seen", async () => {
    const page = await showRoom({ connection: "closed", messages: 12 });
    const reacted = vi.spyOn(page.room, "react");
    const chip = (await screen.findAllByRole("button", { name: /🌱/ }))[0] as HTMLElement;
    expect(chip.getAttribute("aria-disabled")).toBe("true");
    fireEvent.click(chip);
    expect(reacted).not.toHaveBeenCalled();
  });

  it("that goes by itself says when, and counts down", async () => {
    vi.useFakeTimers();
    render(<ExpiryMark at={Date.now() + 62_000} />);
    expect(document.body.textContent).toContain("disappears in 2 min");
    for (let second = 0; second < 3; second++) {
      act(() => {
        vi.advanceTimersByTime(1000);
      });
    }
    vi.useRealTimers();
    expect(document.body.textContent).toContain("disappears in 59 sec");
  });

  it("answers what is no longer there with a quote that says so, and is told when gone to", async () => {
    const page = await showRoom();
    say(page, "an answer", { inReplyTo: "gone" });
    render(<Toasts />);
    const quote = within(await entryOf("an answer")).getByText("An earlier message");
    fireEvent.click(quote);
    await screen.findByText("That message is no longer here.");
    say(page, "first");
    say(page, "second", { inReplyTo: "said9" });
    act(() =>
      page.room.put(
        messageItem({
          id: "said9",
          seq: 9,
          time: 1,
          sender: person(1),
          text: "",
          isDeleted: true,
        }),
      ),
    );
    expect(within(await entryOf("second")).getByText("Message deleted")).toBeDefined();
  });

  it("comes in while one reads further up: how many is said, and the way down is one click", async () => {
    const { room, model } = await showRoom({ messages: 60, members: 6 });
    const scroller = document.querySelector<HTMLElement>(".timeline-scroller") as HTMLElement;
    Object.defineProperties(scroller, {
      scrollHeight: { value: 9000 },
      clientHeight: { value: 300 },
    });
    scroller.scrollTop = 900;
    fireEvent.scroll(scroller);
    await screen.findByRole("button", { name: "Jump to the newest message" });
    const seq = room.nextSeq();
    act(() =>
      room.put(messageItem({ id: "new", seq, time: Date.now(), sender: person(1), text: "new" })),
    );
    const down = await screen.findByRole("button", { name: /: 1 new message$/ });
    fireEvent.click(down);
    await waitFor(() => expect(model.jump.value).toEqual({ id: undefined }));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText("Write a message")),
    );
  });
});
