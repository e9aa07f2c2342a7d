// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { onDemand } from "../../src/ui/parts/on_demand.tsx";
import { Toasts } from "../../src/ui/parts/toast.tsx";

afterEach(cleanup);

const Part = ({ name }: { name: string }) => <p>part {name}</p>;

test("a part is fetched once, when it is first shown", async () => {
  const fetch = vi.fn(async () => Part);
  const Fetched = onDemand(fetch);
  const { unmount } = render(<Fetched name="one" />);
  await screen.findByText("part one");
  unmount();
  render(<Fetched name="two" />);
  screen.getByText("part two");
  expect(fetch).toHaveBeenCalledOnce();
});

test("what was fetched before is shown at once", async () => {
  const Fetched = onDemand(async () => Part);
  await Fetched.load();
  render(<Fetched name="three" />);
  screen.getByText("part three");
});

test("a part that cannot be fetched is told calmly, and fetched when it is opened again", async () => {
  const fetch = vi.fn(async () => Part).mockRejectedValueOnce(new TypeError("offline"));
  const Fetched = onDemand<{ name: string; onClose: () => void }>(fetch);
  const onClose = vi.fn();
  render(<Toasts />);
  const { unmount } = render(<Fetched name="four" onClose={onClose} />);
  await screen.findByText(/^This part of the page did not load/);
  expect(onClose).toHaveBeenCalledOnce();
  unmount();
  render(<Fetched name="four" onClose={onClose} />);
  await screen.findByText("part four");
  expect(onClose).toHaveBeenCalledOnce();
});
