/** When a member commits unasked: to renew its keys, and to tidy up after those who are gone. */

import { type Uniform, uniform } from "./connection.ts";

const UPDATE_SECONDS = 24 * 3600;
const UPDATE_MESSAGES = 100;

/** When members commit unasked; seconds, and own messages between two updates. */
export interface Schedule {
  readonly updateSeconds: number;
  readonly updateMessages: number;
  readonly tidySeconds: number;
  readonly uniform: Uniform;
}

export const SCHEDULE: Schedule = {
  updateSeconds: UPDATE_SECONDS,
  updateMessages: UPDATE_MESSAGES,
  tidySeconds: 5,
  uniform,
};

/** Tell seconds on a clock that nobody sets. */
export function monotonic(): number {
  return performance.now() / 1000;
}

/** When the next own commit is due, on one member's clock of seconds. */
export class Timetable {
  readonly #schedule: Schedule;
  readonly #clock: () => number;
  #tidyAt: number | undefined;
  #updateAt = 0;
  #messagesLeft = 0;

  constructor(schedule: Schedule, clock: () => number = monotonic) {
    this.#schedule = schedule;
    this.#clock = clock;
    this.startAgain();
  }

  /** Count anew towards the next update: an own commit was accepted. */
  startAgain(): void {
    const { updateSeconds, updateMessages, uniform: draw } = this.#schedule;
    this.#updateAt = this.#clock() + updateSeconds * draw(0.5, 1.5);
    this.#messagesLeft = Math.floor(Math.max(1, updateMessages * draw(0.5, 1.5)));
  }

  /** Count an own message towards the next update. */
  countMessage(): void {
    this.#messagesLeft -= 1;
  }

  /** Plan a commit after a random wait, as somebody else may make it first. */
  tidySoon(): void {
    this.#tidyAt ??= this.#clock() + this.#schedule.uniform(0, this.#schedule.tidySeconds);
  }

  /** Drop the plan to tidy up: nothing is left to do. */
  isTidy(): void {
    this.#tidyAt = undefined;
  }

  /** Have the next epoch begin as soon as possible. */
  updateNow(): void {
    this.#updateAt = this.#clock();
  }

  /** Say whether it is time for a commit. */
  isDue(): boolean {
    return this.secondsToWait() <= 0 || this.#messagesLeft <= 0;
  }

  /** Return how long nothing will be due by itself. */
  secondsToWait(): number {
    const next = Math.min(this.#updateAt, this.#tidyAt ?? Number.POSITIVE_INFINITY);
    return Math.max(0, next - this.#clock());
  }
}
