// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";
import { FakeRoom } from "../../../src/ui/dev/fake_room.ts";
import { PLAIN } from "../../../src/ui/dev/fake_rooms.ts";
import { RoomModel } from "../../../src/ui/room/room_model.ts";
import { Search } from "../../../src/ui/room/tools/search.tsx";
import { expectAccessible } from "../page.ts";

function open() {
  cleanup();
  const room = new FakeRoom({ ...PLAIN, members: 6, messages: 300 }, "Ada", 1);
  const model = new RoomModel(room);
  model.start();
  const onClose = vi.fn();
  render(<Search model={model} onClose={onClose} />);
  const look = (text: string) =>
    fireEvent.input(screen.getByLabelText("Words to look for"), { target: { value: text } });
  return { model, onClose, look };
}

describe("search", () => {
  it("marks what was found in each message, and is accessible", async () => {
    const { look } = open();
    look("WEATHER");
    await screen.findByText(/messages found$/);
    const marks = [...document.querySelectorAll("mark")].map((mark) => mark.textContent);
    expect(new Set(marks)).toEqual(new Set(["weather"]));
    await expectAccessible();
  });

  it("says so when there is nothing", async () => {
    const { look } = open();
    look("no such words");
    await screen.findByText("Nothing found for “no such words”.");
  });

  it("goes to what was chosen, fetching what lies between", async () => {
    const { model, look, onClose } = open();
    look("morning");
    await screen.findByText(/messages found$/);
    const oldest = [...document.querySelectorAll<HTMLElement>(".search-hit")].at(-1);
    expect(model.timeline.value.items.length).toBeLessThan(100);
    fireEvent.click(oldest as HTMLElement);
    expect(onClose).toHaveBeenCalledOnce();
    await waitFor(() => expect(model.jump.value?.id).toBe("message2"));
    expect(model.timeline.value.get("message2")).toBeDefined();
  });

  it("goes to the newest one found with Enter, once the search is done", async () => {
    const { model, look, onClose } = open();
    const form = screen.getByLabelText("Words to look for").closest("form") as HTMLFormElement;
    look("morning");
    fireEvent.submit(form);
    expect(onClose).not.toHaveBeenCalled();
    await screen.findByText(/messages found$/);
    fireEvent.submit(form);
    expect(onClose).toHaveBeenCalledOnce();
    await waitFor(() => expect(model.jump.value?.id).toBeDefined());
  });

  it("is walked through by arrow keys, which stop at the ends", async () => {
    const { look } = open();
    look("morning");
    await screen.findByText(/messages found$/);
    const field = screen.getByLabelText("Words to look for");
    const hits = [...document.querySelectorAll<HTMLElement>(".search-hit")];
    const press = (key: string) => fireEvent.keyDown(document.activeElement ?? field, { key });
    field.focus();
    press("ArrowDown");
    expect(document.activeElement).toBe(hits[0]);
    press("ArrowDown");
    expect(document.activeElement).toBe(hits[1]);
    press("ArrowUp");
    press("ArrowUp");
    expect(document.activeElement).toBe(hits[0]);
    expect(press("x")).toBe(true);
  });

  it("shows the first of very many, and says that there are more", async () => {
    const { look } = open();
    look("e");
    await screen.findByText("The newest 50 messages found");
    expect(document.querySelectorAll(".search-hit")).toHaveLength(50);
  });

  it("forgets what it found when nothing is sought, and whatever comes too late", async () => {
    const { model, look } = open();
    let answer: (items: []) => void = () => undefined;
    const late = new Promise<[]>((resolve) => {
      answer = resolve;
    });
    const searched = vi.spyOn(model.room, "search").mockReturnValueOnce(late);
    look("first");
    await waitFor(() => expect(searched).toHaveBeenCalledOnce());
    look("");
    answer([]);
    await late;
    expect(screen.queryByText(/Nothing found/)).toBeNull();
    expect(document.querySelector(".search-found")).toBeNull();
  });
});
