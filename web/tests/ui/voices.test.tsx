// @vitest-environment happy-dom
import { act, cleanup, render } from "@testing-library/preact";
import { afterEach, expect, it } from "vitest";
import { announce } from "../../src/ui/parts/announcer.tsx";
import { Dialog } from "../../src/ui/parts/dialog.tsx";
import { toast } from "../../src/ui/parts/toast.tsx";
import { Voices } from "../../src/ui/parts/voices.tsx";

afterEach(cleanup);

const page = (dialogs: number) => (
  <>
    <Voices />
    {dialogs > 0 && (
      <Dialog title="First" onClose={() => undefined}>
        {dialogs > 1 && (
          <Dialog title="Second" onClose={() => undefined}>
            text
          </Dialog>
        )}
      </Dialog>
    )}
  </>
);

const homes = (root: Element, sign: string) =>
  [...root.querySelectorAll(sign)].map(
    (shown) => shown.closest("dialog")?.querySelector("h2")?.textContent ?? "page",
  );

it("the page speaks from the uppermost dialog, and by itself again when all are closed", () => {
  const { container, rerender } = render(page(0));
  act(() => toast("Kept"));
  expect(homes(container, ".toast")).toEqual(["page"]);
  act(() => rerender(page(1)));
  expect(homes(container, ".toast")).toEqual(["First"]);
  act(() => rerender(page(2)));
  expect(homes(container, ".toast")).toHaveLength(1);
  expect(homes(container, ".toast")).not.toContain("page");
  act(() => rerender(page(0)));
  expect(homes(container, ".toast")).toEqual(["page"]);
});

it("what is announced while a dialog is open is said within it", () => {
  const { container } = render(page(1));
  act(() => announce("Copied"));
  const said = [...container.querySelectorAll("dialog [aria-live]")].map((one) => one.textContent);
  expect(said).toContain("Copied");
});
