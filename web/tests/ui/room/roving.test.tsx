// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { person } from "../../../src/ui/dev/fake_people.ts";
import { messageItem } from "../../../src/ui/dev/fake_timeline.ts";
import { type RoomPage, showRoom } from "./room_page.tsx";

const field = () => screen.getByLabelText("Write a message");
const entries = () => [...document.querySelectorAll<HTMLElement>(".row > [tabindex]")];
const press = (key: string, more: object = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
const isOn = (element: HTMLElement | undefined) =>
  waitFor(() => expect(document.activeElement).toBe(element));
const scroller = () => document.querySelector<HTMLElement>(".timeline-scroller") as HTMLElement;

function say(page: RoomPage, text: string): void {
  const seq = page.room.nextSeq();
  const said = { id: `said${seq}`, seq, time: Date.now(), sender: person(1), text };
  act(() => page.room.put(messageItem(said)));
}

/** A room of a few entries, all of which are in the page; the focus is on the last one. */
async function stand(changes = {}): Promise<RoomPage> {
  const page = await showRoom(changes);
  await isOn(field());
  entries().at(-1)?.focus();
  return page;
}

describe("among the entries, by keys", () => {
  it("Home goes to the first, End to the last, and the way there is scrolled", async () => {
    await stand();
    press("Home");
    await isOn(entries()[0]);
    press("End");
    await isOn(entries().at(-1));
  });

  it("below the last one comes the composer", async () => {
    await stand();
    press("ArrowDown");
    await isOn(field());
  });

  it("above the first one there is the room's beginning to be read", async () => {
    const page = await stand();
    await waitFor(() => expect(page.model.timeline.value.isComplete).toBe(true));
    press("Home");
    await isOn(entries()[0]);
    Object.defineProperties(scroller(), {
      scrollHeight: { value: 9000 },
      clientHeight: { value: 300 },
    });
    scroller().scrollTop = 200;
    press("ArrowUp");
    await isOn(entries()[0]);
    expect(scroller().scrollTop).toBe(0);
  });

  it.each([
    ["the menu key", "ContextMenu", {}],
    ["Shift and F10", "F10", { shiftKey: true }],
  ])("%s opens what can be done, in the place of the browser's menu", async (_, key, more) => {
    await stand();
    press(key, more);
    const isBrowsers = fireEvent.contextMenu(document.activeElement as HTMLElement);
    expect(isBrowsers).toBe(false);
    await screen.findByRole("menu", { name: /^Actions for/ });
  });

  it("the mouse has the browser's own menu", async () => {
    await stand();
    press("F10");
    expect(fireEvent.contextMenu(document.activeElement as HTMLElement)).toBe(true);
    expect(screen.queryByRole("menu", { name: /^Actions for/ })).toBeNull();
  });

  it("a notice has nothing that can be done", async () => {
    const page = await showRoom({ messages: 0 });
    await page.model.loadOlder();
    entries()[0]?.focus();
    press("Enter");
    expect(screen.queryByRole("menu", { name: /^Actions for/ })).toBeNull();
  });

  it("what lies in an entry is left with Escape, and from the entry one comes to the composer", async () => {
    await stand();
    const entry = entries().at(-1);
    entry?.querySelector("button")?.focus();
    expect(document.activeElement).not.toBe(entry);
    press("Escape");
    await isOn(entry);
    press("Escape");
    await isOn(field());
  });

  it("Home, End and Enter belong to what lies in an entry while that has the focus", async () => {
    await stand();
    const button = entries().at(-1)?.querySelector("button");
    button?.focus();
    for (const key of ["Home", "End", "Enter"]) expect(press(key)).toBe(true);
    expect(document.activeElement).toBe(button);
  });

  it("code that is wider than the page is scrolled by arrow keys", async () => {
    const page = await stand();
    say(page, "```\nmany words\n```");
    const code = await waitFor(() => {
      const found = document.querySelector<HTMLElement>(".row pre");
      if (found === null) throw new Error("no code yet");
      return found;
    });
    code.focus();
    expect(press("ArrowDown")).toBe(true);
    expect(document.activeElement).toBe(code);
  });

  it("keys with Control, Alt or Command are the browser's, as are all others", async () => {
    await stand();
    const here = document.activeElement;
    for (const more of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }]) {
      expect(press("ArrowUp", more)).toBe(true);
    }
    expect(press("x")).toBe(true);
    expect(document.activeElement).toBe(here);
  });

  it("when the entry with the focus goes, keys are still heard", async () => {
    const page = await showRoom();
    say(page, "soon gone");
    const gone = (await screen.findByText("soon gone")).closest<HTMLElement>("article");
    gone?.focus();
    say(page, "stays");
    await screen.findByText("stays");
    act(() => page.room.drop("said8"));
    await waitFor(() => expect(document.activeElement).toBe(scroller()));
    press("Escape");
    await isOn(field());
  });

  it("an entry that is far away is gone to once it is in the page", async () => {
    const page = await showRoom({ messages: 150 });
    await page.model.goTo("message20");
    await waitFor(() => {
      const row = document.activeElement?.closest<HTMLElement>("[data-key]");
      expect(row?.dataset.key).toBe("message20");
    });
  });
});
