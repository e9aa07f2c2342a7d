// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Service } from "../../src/client/service.ts";
import { FakeRoom } from "../../src/ui/dev/fake_room.ts";
import { FAKE_ROOMS, PLAIN } from "../../src/ui/dev/fake_rooms.ts";
import { FakeService } from "../../src/ui/dev/fake_service.ts";
import { makeService } from "../../src/ui/make_service.ts";

const opened: string[] = [];

vi.mock("../../src/client/proxy.ts", () => ({
  openService: async (wanted: string) => {
    opened.push(wanted);
    return "the worker's";
  },
}));

const WISH = {
  roomKey: "a room key",
  name: "Ada",
  title: "",
  history: "shared",
  retention: 3600,
  size: "hybrid",
} as const;

function at(query: string, wanted: "device" | "private" = "device"): Promise<Service> {
  history.replaceState(null, "", `/${query}`);
  return makeService(wanted);
}

const codes = async (service: Promise<Service>) =>
  (await (await service).rooms()).map(({ code }) => code);

afterEach(() => {
  opened.length = 0;
  vi.useRealTimers();
  history.replaceState(null, "", "/");
});

describe("where the page gets its client from", () => {
  it("is the worker, with what is to be kept on the device", async () => {
    expect(await at("")).toBe("the worker's");
    expect(await at("", "private")).toBe("the worker's");
    expect(opened).toEqual(["device", "private"]);
  });

  it("is one in memory while the page is worked on, with as many rooms as are asked for", async () => {
    expect(await at("?fake=")).toBeInstanceOf(FakeService);
    expect(await codes(at("?fake=all"))).toHaveLength(FAKE_ROOMS.length);
    expect(await codes(at("?fake=none"))).toEqual([]);
    expect(await codes(at("?fake=all", "private"))).toEqual([]);
    expect(opened).toEqual([]);
  });

  it("fails as it is asked to, and is as slow", async () => {
    vi.useFakeTimers();
    const steps: string[] = [];
    const failing = await at("?fake=fail:room_full,slow");
    const created = failing.create(WISH, (step) => steps.push(step));
    const failed = expect(created).rejects.toMatchObject({ code: "room_full" });
    await vi.advanceTimersByTimeAsync(3000);
    expect(steps).toEqual(["connecting"]);
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(steps.at(-1)).toBe("checking");
    const away = (await at("?fake=fail:relay_unreachable")).join({ ...WISH, code: "" }, () => 0);
    const unreachable = expect(away).rejects.toMatchObject({ code: "relay_unreachable" });
    await vi.advanceTimersByTimeAsync(60_000);
    await unreachable;
  });

  it("knows the rooms that are joined and those of its device, no others", async () => {
    vi.useFakeTimers();
    const service = await at("?fake=none");
    await expect(service.resume(PLAIN.code)).rejects.toMatchObject({ code: "state" });
    const wrong = service.join({ ...WISH, code: "ABC", roomKey: "wrong" }, () => undefined);
    const refused = expect(wrong).rejects.toMatchObject({ code: "wrong_room_key" });
    await vi.advanceTimersByTimeAsync(60_000);
    await refused;
    const joined = service.join({ ...WISH, code: "ABC" }, () => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await joined).code).toBe("ABC");
    expect((await service.resume("ABC")).code).toBe("ABC");
  });

  it("has people who talk as long as somebody listens, unless they are to be still", async () => {
    vi.useFakeTimers();
    const room = new FakeRoom({ ...PLAIN, members: 3, isLively: true }, "Ada", 1);
    const said: string[] = [];
    const typed = new Set<boolean>();
    const stop = room.listen({
      view: ({ members }) => typed.add(members.some(({ isTyping }) => isTyping)),
      items: (items, _, isLive) => {
        if (isLive) said.push(...items.map(({ id }) => id));
      },
    });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(said.length).toBeGreaterThan(1);
    expect(typed).toEqual(new Set([false, true]));
    stop();
    const before = said.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toHaveLength(before);
    const alone = new FakeRoom({ ...PLAIN, isLively: true }, "Ada", 1);
    const quiet = alone.listen({ view: () => 0, items: () => 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(alone.view.unread).toBe(0);
    quiet();
    const still = (await at("?fake=still")).resume(FAKE_ROOMS[0]?.code ?? "");
    expect(await still).toBeInstanceOf(FakeRoom);
  });
});
