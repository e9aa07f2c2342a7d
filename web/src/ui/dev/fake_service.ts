import {
  type JoinStep,
  type JoinWish,
  type Keeping,
  type NewRoomWish,
  type OpenRoom,
  type Service,
  ServiceError,
  type StoredRoom,
  type Strength,
} from "../../client/service.ts";
import { FakeRoom } from "./fake_room.ts";
import { FAKE_ROOMS, type FakeRoomPlan, PLAIN } from "./fake_rooms.ts";
import { WORDS } from "./fake_texts.ts";

const STEPS: readonly JoinStep[] = ["connecting", "asking", "stretching", "checking", "entering"];
const LISTED = 3;
const HOUR = 3600_000;

/** How a fake service behaves. */
export interface FakeScenario {
  /** Which rooms the device has. */
  readonly rooms: readonly FakeRoomPlan[];
  /** The code of the error that every create and join ends with. */
  readonly failure?: string;
  /** How long each step of coming in takes, in milliseconds. */
  readonly stepMs: number;
  /** How long a room takes to answer, in milliseconds. */
  readonly answerMs: number;
}

/**
 * Read `?fake=…`: words with commas between them. `none` and `all` choose the rooms of the device,
 * `slow` makes every step take four seconds, `still` stops people from talking, `fail:CODE` lets
 * create and join end with that error.
 */
export function readScenario(words: string): FakeScenario {
  const chosen = words.split(",");
  const rooms = chosen.includes("none")
    ? []
    : FAKE_ROOMS.slice(0, chosen.includes("all") ? undefined : LISTED);
  const failure = chosen.find((word) => word.startsWith("fail:"))?.slice("fail:".length);
  return {
    rooms: chosen.includes("still") ? rooms.map((plan) => ({ ...plan, isLively: false })) : rooms,
    stepMs: chosen.includes("slow") ? 4000 : 500,
    answerMs: 250,
    ...(failure !== undefined && { failure }),
  };
}

/** A Service in memory, for working on the page and for its tests. */
export class FakeService implements Service {
  #plans: FakeRoomPlan[];

  constructor(
    private readonly scenario: FakeScenario,
    keeping: Keeping = "device",
  ) {
    this.#plans = keeping === "private" ? [] : [...scenario.rooms];
  }

  async create(wish: NewRoomWish, progress: (step: JoinStep) => void): Promise<OpenRoom> {
    await this.#comeIn(progress);
    const { title, history, retention, size, roomKey } = wish;
    const plan = { ...PLAIN, code: newCode(), title, history, retention, size, roomKey };
    this.#plans.unshift(plan);
    return new FakeRoom(plan, wish.name, this.scenario.answerMs);
  }

  async join(wish: JoinWish, progress: (step: JoinStep) => void): Promise<OpenRoom> {
    if (wish.roomKey.startsWith("wrong")) await this.#comeIn(progress, "wrong_room_key");
    await this.#comeIn(progress);
    const known = FAKE_ROOMS.find(({ code }) => code === wish.code);
    const plan = known ?? { ...PLAIN, code: wish.code, members: 4, messages: 8, isHost: false };
    this.#plans.unshift({ ...plan, roomKey: wish.roomKey });
    return new FakeRoom({ ...plan, roomKey: wish.roomKey }, wish.name, this.scenario.answerMs);
  }

  async resume(code: string): Promise<OpenRoom> {
    const plan = this.#plans.find((kept) => kept.code === code);
    if (!plan) throw new ServiceError("state", "This room is not on this device.", "Join it.");
    return new FakeRoom(plan, "Ada", this.scenario.answerMs);
  }

  async rooms(): Promise<readonly StoredRoom[]> {
    return this.#plans.map((plan) => ({
      code: plan.code,
      name: "Ada",
      title: plan.title,
      lastSeen: Date.now() - plan.age * HOUR,
      isOver: plan.connection === "closed" || plan.connection === "removed",
    }));
  }

  async forget(code: string): Promise<void> {
    this.#plans = this.#plans.filter((plan) => plan.code !== code);
  }

  async forgetEverything(): Promise<void> {
    this.#plans = [];
  }

  async generateRoomKey(): Promise<string> {
    return Array.from({ length: 6 }, () => WORDS[randomBelow(WORDS.length)]).join(" ");
  }

  async safetyWords(wordPlaces: readonly number[]): Promise<readonly string[]> {
    return wordPlaces.map((place) => WORDS[place] ?? "");
  }

  async setSignals(_isOn: boolean): Promise<void> {}

  async strength(roomKey: string): Promise<Strength> {
    if (roomKey.trim().length < 8) {
      throw new ServiceError(
        "room_key_unacceptable",
        "This room key cannot be used.",
        "Use a longer one.",
      );
    }
    const bits = roomKey.split(" ").length >= 6 ? 77 : roomKey.length * 2.2;
    const score = [20, 32, 44, 64].filter((limit) => bits >= limit).length;
    return { score: score as Strength["score"], bits };
  }

  async #comeIn(
    progress: (step: JoinStep) => void,
    failure = this.scenario.failure,
  ): Promise<void> {
    for (const step of STEPS) {
      progress(step);
      await new Promise((resolve) => setTimeout(resolve, this.scenario.stepMs));
      if (failure === "relay_unreachable" || (failure && step === "checking")) {
        throw new ServiceError(failure, "The fake service refuses.", "Choose another scenario.");
      }
    }
  }
}

function newCode(): string {
  const draw = () => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[randomBelow(32)];
  return Array.from({ length: 10 }, draw).join("");
}

function randomBelow(limit: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % limit;
}
