/** The one seam between client and relay: requests out, pushes in (docs/protocol/delivery.md). */

import { RelayFault, RelayUnreachable } from "../errors.ts";
import { errorFor } from "../wire/codes.ts";
import { PROTOCOL_VERSION } from "../wire/limits.ts";
import { type Fields, isFields } from "../wire/packets.ts";
import { Refused, Socket } from "./socket.ts";

export type { Fields };

const CONNECT_SECONDS = 20;
const ANSWER_SECONDS = 30;

/** A connection to one relay; `onPush` and `onLost` are set by whoever uses it. */
export interface Transport {
  onPush: (event: string, fields: Fields) => void;
  onLost: () => void;
  /** Connect, or throw RelayUnreachable or what the relay refuses with. */
  connect(): Promise<void>;
  /**
   * Ask and return the answer's fields, waiting for it `seconds` at most; throws RelayUnreachable
   * or the refusal's RequestError, which carries the answer.
   */
  request(event: string, fields: Fields, seconds?: number): Promise<Fields>;
  /** End the connection; nothing is pushed afterwards. */
  close(): Promise<void>;
}

/** Drop a push that nobody waits for. */
export function ignorePush(): void {}

/** Take no notice of a lost connection. */
export function ignoreLoss(): void {}

/** Socket.IO over WebSocket, packets in MessagePack; for one connection. */
export class SocketTransport implements Transport {
  onPush: (event: string, fields: Fields) => void = ignorePush;
  onLost: () => void = ignoreLoss;
  readonly #socket: Socket;
  #isClosing = false;

  constructor(url: string) {
    this.#socket = new Socket(url, { v: PROTOCOL_VERSION });
  }

  async connect(): Promise<void> {
    const socket = this.#socket;
    socket.onEvent = (event, fields) => {
      if (!this.#isClosing && isFields(fields)) this.onPush(event, fields);
    };
    socket.onEnd = () => {
      if (!this.#isClosing) this.onLost();
    };
    // a relay may open the socket and then say nothing
    const limit = setTimeout(() => socket.end(), CONNECT_SECONDS * 1000);
    try {
      await socket.connect();
    } catch (error) {
      throw refusal(error);
    } finally {
      clearTimeout(limit);
    }
  }

  async request(event: string, fields: Fields, seconds = ANSWER_SECONDS): Promise<Fields> {
    const answer = await this.#socket.ask(event, fields, seconds);
    if (!isFields(answer)) throw new RelayFault("an answer is not a map");
    if (answer.ok !== true) throw errorFor(answer);
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#socket.end();
  }
}

/** What a relay may refuse a connection with; anything else is no relay's word. */
const REFUSING_A_CONNECTION: ReadonlySet<string> = new Set(["unsupported_version", "rate_limited"]);

function refusal(error: unknown): Error {
  return error instanceof Refused && REFUSING_A_CONNECTION.has(error.message)
    ? errorFor({ code: error.message })
    : new RelayUnreachable();
}
