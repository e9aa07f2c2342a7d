/** The states of a connection, what moves it between them, and how long it waits to come back. */

/** How a room stands with its relay, in words for people. */
export type ConnectionState = "connecting" | "online" | "offline" | "removed" | "closed";

/** What happens to a connection. */
export type Input = "try" | "caught up" | "lost" | "removed" | "close";

type Row = Readonly<Partial<Record<Input, ConnectionState>>>;

export const TRANSITIONS: Readonly<Record<ConnectionState, Row>> = {
  offline: { try: "connecting", lost: "offline", removed: "removed", close: "closed" },
  connecting: { "caught up": "online", lost: "offline", removed: "removed", close: "closed" },
  online: { "caught up": "online", lost: "offline", removed: "removed", close: "closed" },
  removed: { lost: "removed", close: "closed" },
  closed: { lost: "closed", close: "closed" },
};

/** Holds the state; tells `changed` of each new one. */
export class Connection {
  #state: ConnectionState = "offline";
  readonly #changed: (state: ConnectionState) => void;

  constructor(changed: (state: ConnectionState) => void) {
    this.#changed = changed;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Move to the next state; an input that the table does not hold is a mistake of ours. */
  take(what: Input): void {
    const following = TRANSITIONS[this.#state][what];
    if (following === undefined) throw new Error(`nothing leads from ${this.#state} by ${what}`);
    if (following === this.#state) return;
    this.#state = following;
    this.#changed(following);
  }
}

/** Draws a number between two others. */
export type Uniform = (low: number, high: number) => number;

/** Draw from a generator that need not be secret: only waits depend on it. */
export function uniform(low: number, high: number): number {
  return low + (high - low) * Math.random();
}

/** How long to wait before the next try: doubles up to a limit, with jitter; seconds. */
export class Backoff {
  #tries = 0;

  constructor(
    private readonly first = 0.5,
    private readonly limit = 30,
    private readonly draw: Uniform = uniform,
  ) {}

  /** Return the seconds to wait, and count the try. */
  next(): number {
    const ceiling = Math.min(this.limit, this.first * 2 ** Math.min(this.#tries, 16));
    this.#tries += 1;
    // never nothing: a relay that is restarting must not be met by everybody at once
    return this.draw(ceiling / 4, ceiling);
  }

  /** Start again from the first wait. */
  reset(): void {
    this.#tries = 0;
  }
}
