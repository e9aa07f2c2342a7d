// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { arrivals } from "../../src/ui/door.ts";
import {
  hasKeyFromAddress,
  navigate,
  route,
  startRouting,
  takeKeyFromAddress,
} from "../../src/ui/router.ts";

const CODE = "7GQ2M0XK4T";

function open(address: string): void {
  history.replaceState(null, "", address);
  startRouting();
}

describe("the address", () => {
  beforeEach(() => {
    takeKeyFromAddress(CODE);
  });

  it("of a room leads to the room", () => {
    open("/r/7GQ2M-0XK4T");
    expect(route.value).toEqual({ kind: "room", code: CODE });
  });

  it("loses the room key at once, and gives it to one screen only", () => {
    open("/r/7gq2m-0xk4t#copper%20lantern");
    expect(location.href).not.toContain("copper");
    expect(location.hash).toBe("");
    expect(hasKeyFromAddress(CODE)).toBe(true);
    expect(takeKeyFromAddress("0000000000")).toBeUndefined();
    expect(takeKeyFromAddress(CODE)).toBe("copper lantern");
    expect(takeKeyFromAddress(CODE)).toBeUndefined();
  });

  it("loses the room key too when a link is opened in a page that is there already", () => {
    open("/");
    history.pushState(null, "", "/r/7GQ2M-0XK4T#copper%20lantern");
    const before = arrivals.value;
    dispatchEvent(new PopStateEvent("popstate"));
    expect(location.href).not.toContain("copper");
    expect(arrivals.value).toBeGreaterThan(before);
    expect(takeKeyFromAddress(CODE)).toBe("copper lantern");
  });

  it.each(["/r/", "/r/123", "/r/7GQ2M-0XK4T/more", "/other", "/r/%E0%A4%A"])(
    "%s leads nowhere",
    (path) => {
      open(path);
      expect(route.value).toEqual({ kind: "unknown" });
    },
  );

  it("follows where one goes", () => {
    open("/");
    navigate({ kind: "room", code: CODE });
    expect(location.pathname).toBe("/r/7GQ2M-0XK4T");
    navigate({ kind: "home" }, true);
    expect(location.pathname).toBe("/");
    expect(route.value).toEqual({ kind: "home" });
    navigate({ kind: "how-it-works" });
    expect(location.pathname).toBe("/how-it-works");
    open(location.pathname);
    expect(route.value).toEqual({ kind: "how-it-works" });
  });
});
