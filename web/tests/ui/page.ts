/** The page on a fake service, for tests of components. */
import { cleanup, render } from "@testing-library/preact";
import axe from "axe-core";
import type { ComponentChild } from "preact";
import { expect } from "vitest";
import type { Service } from "../../src/client/service.ts";
import { FAKE_ROOMS } from "../../src/ui/dev/fake_rooms.ts";
import { type FakeScenario, FakeService } from "../../src/ui/dev/fake_service.ts";
import { openWith } from "../../src/ui/door.ts";
import { ownName } from "../../src/ui/own_name.ts";
import { startRouting } from "../../src/ui/router.ts";
import "./popovers.ts";

const QUICK: FakeScenario = { rooms: FAKE_ROOMS.slice(0, 3), stepMs: 1, answerMs: 1 };

/** Show `screen` at `address`, on a fake service that answers at once and behaves as `changes` say. */
export function show(
  screen: ComponentChild,
  address = "/",
  changes: Partial<FakeScenario> = {},
): Service {
  cleanup();
  const service = new FakeService({ ...QUICK, ...changes });
  openWith(async () => service);
  ownName.value = "";
  history.replaceState(null, "", address);
  startRouting();
  render(screen);
  return service;
}

/** Hold what is shown to the rules of accessibility that need no layout. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)).toEqual([]);
}
