// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Announcer, announce } from "../../src/ui/parts/announcer.tsx";
import { CopyButton } from "../../src/ui/parts/copy_button.tsx";
import { Dialog } from "../../src/ui/parts/dialog.tsx";
import { KeyField } from "../../src/ui/parts/key_field.tsx";
import { onDemand } from "../../src/ui/parts/on_demand.tsx";
import { placeBeside } from "../../src/ui/parts/place_beside.ts";
import { Toasts } from "../../src/ui/parts/toast.tsx";
import { ShareButton } from "../../src/ui/room/share_button.tsx";
import { route } from "../../src/ui/router.ts";
import { Link } from "../../src/ui/screens/link.tsx";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  cleanup();
});

const advance = (ms: number) =>
  act(() => {
    vi.advanceTimersByTime(ms);
  });

describe("a dialog", () => {
  const open = () => {
    const onClose = vi.fn();
    render(
      <Dialog title="Title" onClose={onClose}>
        <p>inside</p>
      </Dialog>,
    );
    return onClose;
  };

  it("is closed by a click beside it, not by one inside", () => {
    const onClose = open();
    fireEvent.click(screen.getByText("inside"));
    expect(onClose).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("dialog"));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("is closed by Escape by whoever opened it, not by the browser", () => {
    const onClose = open();
    const cancel = new Event("cancel", { cancelable: true });
    screen.getByRole("dialog").dispatchEvent(cancel);
    expect(cancel.defaultPrevented).toBe(true);
    expect(onClose).toHaveBeenCalledOnce();
  });
});

describe("a copying button", () => {
  it("says for a moment that it has copied", async () => {
    vi.useFakeTimers();
    vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    render(<CopyButton text="text" />);
    await act(async () => {
      fireEvent.click(screen.getByRole("button", { name: "Copy" }));
      await vi.advanceTimersByTimeAsync(0);
    });
    expect(screen.getByRole("button").textContent).toBe("Copied");
    advance(10_000);
    expect(screen.getByRole("button").textContent).toBe("Copy");
  });

  it("says that it could not copy", async () => {
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("no"));
    render(
      <>
        <CopyButton text="text" />
        <Toasts />
      </>,
    );
    fireEvent.click(screen.getByRole("button", { name: "Copy" }));
    await waitFor(() => expect(document.querySelector(".toast")).not.toBeNull());
    expect(screen.queryByText("Copied")).toBeNull();
  });
});

describe("a shown room key", () => {
  it("is sent with Enter, as one line is, but not while a sign is being composed", () => {
    const submitted = vi.fn((event: Event) => event.preventDefault());
    render(
      <form onSubmit={submitted}>
        <KeyField label="Room key" value="a key" onInput={() => undefined} isShownAtFirst />
      </form>,
    );
    const field = screen.getByLabelText("Room key");
    fireEvent.keyDown(field, { key: "a" });
    fireEvent.keyDown(field, { key: "Enter", isComposing: true });
    expect(submitted).not.toHaveBeenCalled();
    expect(fireEvent.keyDown(field, { key: "Enter" })).toBe(false);
    expect(submitted).toHaveBeenCalledOnce();
  });
});

describe("what is announced", () => {
  it("is dropped when it was heard, unless something else was said since", () => {
    vi.useFakeTimers();
    render(<Announcer />);
    act(() => announce("first"));
    advance(3000);
    act(() => announce("second"));
    advance(3000);
    expect(screen.getByRole("status").textContent).toBe("second");
    advance(3000);
    expect(screen.getByRole("status").textContent).toBe("");
  });
});

describe("a part that is fetched", () => {
  it("has the styles that did not come with it asked for again, the others not", async () => {
    const links = ["came", "failed"].map((name) => {
      const link = document.createElement("link");
      Object.defineProperty(link, "sheet", { value: name === "came" ? {} : null });
      link.rel = "stylesheet";
      link.dataset.name = name;
      document.head.append(link);
      return link;
    });
    const fetch = vi.fn(async () => () => <p>part</p>).mockRejectedValueOnce(new TypeError("lost"));
    const Part = onDemand(fetch);
    await expect(Part.load()).rejects.toThrow("lost");
    expect(links.map((link) => link.isConnected)).toEqual([true, true]);
    await Part.load();
    await Part.load();
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(links.map((link) => link.isConnected)).toEqual([true, false]);
    const asked = document.head.querySelectorAll("link[data-name=failed]");
    expect(asked).toHaveLength(1);
    for (const link of document.head.querySelectorAll("link[rel=stylesheet]")) link.remove();
  });
});

describe("a popover", () => {
  const WIDTH = 1000;
  const HEIGHT = 600;

  /** Where a popover of 200 by 100 goes that belongs to a button at a place. */
  function placed(left: number, top: number, direction = "ltr"): [number, number] {
    vi.stubGlobal("innerWidth", WIDTH);
    vi.stubGlobal("innerHeight", HEIGHT);
    vi.stubGlobal("getComputedStyle", () => ({ direction }));
    const box = (rect: object) => {
      const element = document.createElement("div");
      element.getBoundingClientRect = () => rect as DOMRect;
      return element;
    };
    const popover = box({ width: 200, height: 100 });
    placeBeside(popover, box({ left, right: left + 40, top, bottom: top + 40 }));
    return [Number.parseFloat(popover.style.left), Number.parseFloat(popover.style.top)];
  }

  it("is below its button, their ends aligned in the direction one writes in", () => {
    const [left, top] = placed(500, 100);
    expect(left + 200).toBe(540);
    expect(top).toBeGreaterThanOrEqual(140);
    expect(placed(500, 100, "rtl")[0]).toBe(500);
  });

  it("is above where there is no room below, and always inside of the window", () => {
    expect(placed(500, 550)[1]).toBeLessThanOrEqual(450);
    expect(placed(0, 100)[0]).toBeGreaterThan(0);
    expect(placed(990, 100, "rtl")[0] + 200).toBeLessThan(WIDTH);
    expect(placed(500, 590)[1]).toBeGreaterThan(0);
  });
});

describe("a link within the page", () => {
  it("is followed without a reload, but opened as links are with a modifier or another button", () => {
    history.replaceState(null, "", "/nowhere");
    render(<Link to={{ kind: "how-it-works" }}>how</Link>);
    const link = screen.getByRole("link");
    const stay = (event: Event) => event.preventDefault();
    document.addEventListener("click", stay);
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }]) {
      fireEvent.click(link, more);
      expect(location.pathname).toBe("/nowhere");
    }
    document.removeEventListener("click", stay);
    expect(fireEvent.click(link)).toBe(false);
    expect(location.pathname).toBe("/how-it-works");
    expect(route.value.kind).toBe("how-it-works");
  });
});

describe("sharing an invitation", () => {
  it("hands the link over, and takes it calmly when the person turns back", async () => {
    const share = vi.fn(() => Promise.reject(new DOMException("turned back", "AbortError")));
    vi.stubGlobal("navigator", { ...navigator, share });
    render(<ShareButton link="https://rooms.example/r/1#key" />);
    fireEvent.click(screen.getByRole("button"));
    expect(share).toHaveBeenCalledWith({ url: "https://rooms.example/r/1#key" });
  });

  it("is not offered where the device cannot", () => {
    vi.stubGlobal("navigator", { language: "en" });
    render(<ShareButton link="https://rooms.example/r/1#key" />);
    expect(screen.queryByRole("button")).toBeNull();
  });
});
