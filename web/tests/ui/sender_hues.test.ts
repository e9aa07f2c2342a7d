import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { giveHues, senderHue, takeBackHues } from "../../src/ui/parts/sender_hues.ts";

const HUES = 12;
const people = (most: number) => fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: most });

beforeEach(takeBackHues);

describe("the hue of a sender", () => {
  test("is another for each of up to twelve people", () => {
    fc.assert(
      fc.property(people(HUES), (pseudonyms) => {
        takeBackHues();
        giveHues(pseudonyms);
        expect(new Set(pseudonyms.map(senderHue)).size).toBe(pseudonyms.length);
      }),
    );
  });

  test("is one of the twelve, however many people there are", () => {
    fc.assert(
      fc.property(people(40), (pseudonyms) => {
        giveHues(pseudonyms);
        for (const pseudonym of pseudonyms)
          expect(senderHue(pseudonym)).toBeOneOf([...Array(HUES).keys()]);
      }),
    );
  });

  test("stays while others come and go", () => {
    fc.assert(
      fc.property(people(6), people(6), (before, after) => {
        takeBackHues();
        giveHues(before);
        const first = before.map(senderHue);
        giveHues(after);
        expect(before.map(senderHue)).toEqual(first);
      }),
    );
  });

  test("is the same on devices that see the same people", () => {
    const pseudonyms = ["ada", "grace", "barbara", "katherine", "dorothy", "mary"];
    giveHues(pseudonyms);
    const here = pseudonyms.map(senderHue);
    takeBackHues();
    giveHues(pseudonyms);
    expect(pseudonyms.map(senderHue)).toEqual(here);
  });

  test("of somebody who is not in the room comes from the pseudonym", () => {
    const alone = senderHue("somebody of before");
    giveHues(["ada", "grace"]);
    expect(senderHue("somebody of before")).toBe(alone);
  });
});
