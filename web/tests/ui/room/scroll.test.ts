// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TimelineScroll } from "../../../src/ui/room/scroll.ts";

interface Row {
  readonly key: string;
}

const HEIGHT = 400;
const ROW = 50;

let resized: () => void = () => undefined;

beforeEach(() =>
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(tell: () => void) {
        resized = tell;
      }
      observe(): void {}
      disconnect(): void {
        resized = () => undefined;
      }
    },
  ),
);
afterEach(() => vi.unstubAllGlobals());

const rowsOf = (from: number, to: number): Row[] =>
  Array.from({ length: to - from }, (_, place) => ({ key: `${from + place}` }));

/** A timeline of rows of one height each, as it stands in a window. */
class Page {
  readonly scroll = new TimelineScroll<Row>(() => ROW);
  readonly scroller = document.createElement("div");
  readonly list = document.createElement("ul");
  readonly heights = new Map<string, number>();
  readonly stop: () => void;
  rows: readonly Row[] = [];

  constructor(rows: readonly Row[]) {
    this.scroller.append(document.createElement("div"));
    this.scroller.firstElementChild?.append(this.list);
    Object.defineProperties(this.scroller, {
      clientHeight: { get: () => HEIGHT },
      scrollHeight: { get: () => this.scroll.offsets.total },
    });
    this.stop = this.scroll.attach(this.scroller, this.list);
    this.show(rows);
  }

  /** Render as the page does: which rows, then how high they are. */
  show(rows: readonly Row[] = this.rows): void {
    this.rows = rows;
    const { first, end } = this.scroll.hold(rows);
    this.list.replaceChildren(
      ...rows.slice(first, end).map(({ key }) => {
        const row = document.createElement("li");
        row.dataset.key = key;
        row.getBoundingClientRect = () => ({ height: this.heights.get(key) ?? ROW }) as DOMRect;
        return row;
      }),
    );
    this.scroll.settle();
  }

  /** Scroll as a person does. */
  goTo(top: number): void {
    this.scroller.scrollTop = top;
    this.scroller.dispatchEvent(new Event("scroll"));
    this.show();
  }

  /** How far below the upper edge a row begins. */
  top(key: string): number {
    const place = this.rows.findIndex((row) => row.key === key);
    return this.scroll.offsets.top(place) - this.scroller.scrollTop;
  }
}

const top = (page: Page) => page.scroller.scrollTop;

describe("a timeline", () => {
  it("stands at its end, and follows what comes", () => {
    const page = new Page(rowsOf(0, 100));
    expect(top(page)).toBe(100 * ROW - HEIGHT);
    page.show(rowsOf(0, 120));
    expect(top(page)).toBe(120 * ROW - HEIGHT);
    expect(page.scroll.isAtEnd.value).toBe(true);
  });

  it("renders what is in sight and a little more", () => {
    const page = new Page(rowsOf(0, 10_000));
    page.goTo(200_000);
    const { first, end } = page.scroll.shown.value;
    expect(end - first).toBeLessThan(40);
    expect(first).toBeLessThanOrEqual(200_000 / ROW);
    expect(end).toBeGreaterThan((200_000 + HEIGHT) / ROW);
    expect(page.scroll.seen.value.first).toBe(200_000 / ROW);
  });

  it("stays where one reads when rows come above or below, or turn out higher", () => {
    const page = new Page(rowsOf(100, 200));
    page.goTo(1000);
    const before = page.top("120");
    page.show(rowsOf(50, 220));
    expect(page.top("120")).toBe(before);
    expect(page.scroll.isAtEnd.value).toBe(false);
    page.heights.set("118", 90);
    page.show();
    resized();
    expect(page.top("120")).toBe(before);
  });

  it("is held by the next row below when the one that held it goes", () => {
    const page = new Page(rowsOf(0, 100));
    page.goTo(1000);
    const before = page.top("21");
    page.show(rowsOf(0, 100).filter(({ key }) => key !== "20"));
    expect(page.top("21")).toBe(before);
    page.show(rowsOf(0, 15));
    expect(page.scroll.isAtEnd.value).toBe(true);
  });

  it("notices scrolling whose event is still to come", () => {
    const page = new Page(rowsOf(0, 100));
    page.scroller.scrollTop = 500;
    const before = page.top("12");
    page.show(rowsOf(-10, 100));
    expect(page.top("12")).toBe(before);
  });

  it("follows again once one has scrolled down", () => {
    const page = new Page(rowsOf(0, 100));
    page.goTo(1000);
    page.goTo(100 * ROW - HEIGHT);
    page.show(rowsOf(0, 110));
    expect(top(page)).toBe(110 * ROW - HEIGHT);
  });

  it("brings a row to where it is wanted, and reveals one by as little as needed", () => {
    const page = new Page(rowsOf(0, 100));
    page.scroll.toRow("40", 0.5);
    page.show();
    expect(page.top("40")).toBe(HEIGHT / 2);
    page.scroll.reveal("42");
    page.show();
    expect(page.top("40")).toBe(HEIGHT / 2);
    page.scroll.reveal("60");
    page.show();
    expect(page.top("60") + ROW).toBeLessThanOrEqual(HEIGHT);
    expect(page.top("60") + 2 * ROW).toBeGreaterThan(HEIGHT);
    page.scroll.reveal("10");
    page.show();
    expect(page.top("10")).toBeGreaterThanOrEqual(0);
    expect(page.top("10")).toBeLessThan(ROW);
    page.scroll.reveal("99");
    page.show();
    expect(page.scroll.isAtEnd.value).toBe(true);
    const before = top(page);
    page.scroll.reveal("no such row");
    page.scroll.toRow("no such row");
    expect(top(page)).toBe(before);
  });

  it("listens no more once it was taken out of the page", () => {
    const page = new Page(rowsOf(0, 100));
    page.stop();
    const seen = page.scroll.seen.value;
    page.scroller.scrollTop = 0;
    page.scroller.dispatchEvent(new Event("scroll"));
    resized();
    expect(page.scroll.seen.value).toBe(seen);
  });

  it("that is not in the page yet renders its end", () => {
    const scroll = new TimelineScroll<Row>(() => ROW);
    scroll.settle();
    const { first, end } = scroll.hold(rowsOf(0, 1000));
    expect(end).toBe(1000);
    expect(first).toBeGreaterThan(900);
  });
});
