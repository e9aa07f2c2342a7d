// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

interface Strike {
  readonly pitch: number;
  readonly start: number;
  readonly stop: number;
  readonly loudest: number;
}

const strikes: Strike[] = [];
let made = 0;
let resumed = 0;

/** As much of the browser's synthesizer as a tick takes. */
class FakeAudio {
  readonly currentTime = 10;
  readonly destination = {};

  constructor() {
    made += 1;
  }

  // not before the page was touched
  async resume(): Promise<void> {
    resumed += 1;
    throw new DOMException("not allowed");
  }

  createGain() {
    const levels: number[] = [];
    const ramp = (level: number) => levels.push(level);
    const gain = {
      setValueAtTime: ramp,
      linearRampToValueAtTime: ramp,
      exponentialRampToValueAtTime: ramp,
    };
    return { gain, levels, connect: () => undefined };
  }

  createOscillator() {
    const frequency = { value: 0 };
    const told = { start: 0, levels: [] as number[] };
    return {
      frequency,
      connect: (next: { levels: number[] }) => {
        told.levels = next.levels;
        return next;
      },
      start: (at: number) => {
        told.start = at;
      },
      stop: (at: number) => {
        const loudest = Math.max(...told.levels);
        strikes.push({ pitch: frequency.value, start: told.start, stop: at, loudest });
      },
    };
  }
}

beforeEach(() => {
  strikes.length = 0;
  made = 0;
  resumed = 0;
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

describe("a tick", () => {
  it("is two soft tones, the lower one after the higher, and both end", async () => {
    vi.stubGlobal("AudioContext", FakeAudio);
    const { tick } = await import("../../../src/ui/room/tick.ts");
    tick();
    const [high, low] = strikes;
    if (high === undefined || low === undefined) throw new Error("two tones are missing");
    expect(strikes).toHaveLength(2);
    expect(high.pitch).toBeGreaterThan(low.pitch);
    expect(high.start).toBe(10);
    expect(low.start).toBeGreaterThan(high.start);
    for (const { start, stop, loudest } of strikes) {
      expect(stop).toBeGreaterThan(start);
      expect(stop - start).toBeLessThan(1);
      expect(loudest).toBeLessThanOrEqual(0.1);
    }
  });

  it("comes from one synthesizer however often it is heard, woken each time", async () => {
    vi.stubGlobal("AudioContext", FakeAudio);
    const { tick } = await import("../../../src/ui/room/tick.ts");
    for (let count = 0; count < 5; count++) tick();
    expect([made, resumed, strikes.length]).toEqual([1, 5, 10]);
  });

  it("is left out in a browser that makes no sound", async () => {
    const { tick } = await import("../../../src/ui/room/tick.ts");
    expect(() => tick()).not.toThrow();
    expect(strikes).toEqual([]);
  });
});
