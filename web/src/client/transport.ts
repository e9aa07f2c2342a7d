/** The one seam between client and relay: requests out, pushes in (docs/protocol/delivery.md). */

import { io, type Socket } from "socket.io-client";
import * as msgpackParser from "socket.io-msgpack-parser";
import { RelayFault, RelayUnreachable } from "../errors.ts";
import { errorFor } from "../wire/codes.ts";
import { PROTOCOL_VERSION } from "../wire/limits.ts";
import { Deferred } from "./deferred.ts";

const CONNECT_SECONDS = 20;
const ANSWER_SECONDS = 30;

/** The fields of a request, an answer or a push; byte strings are Uint8Array. */
export type Fields = Readonly<Record<string, unknown>>;

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
  readonly #url: string;
  #socket: Socket | undefined;
  readonly #connected = new Deferred<void>();
  #isClosing = false;

  constructor(url: string) {
    this.#url = url;
  }

  async connect(): Promise<void> {
    const socket = io(this.#url, {
      auth: { v: PROTOCOL_VERSION },
      transports: ["websocket"],
      parser: msgpackParser,
      forceNew: true,
      // when to come back is for the session to say
      reconnection: false,
      timeout: CONNECT_SECONDS * 1000,
      autoConnect: false,
    });
    this.#socket = socket;
    // the library waits for ever for a relay that opens the socket and then says nothing
    const limit = setTimeout(
      () => this.#connected.reject(new RelayUnreachable()),
      CONNECT_SECONDS * 1000,
    );
    socket.once("connect", () => this.#connected.resolve());
    socket.once("connect_error", (error) => this.#connected.reject(refusal(error)));
    socket.once("disconnect", () => this.#connected.reject(new RelayUnreachable()));
    socket.connect();
    try {
      await this.#connected.promise;
    } finally {
      clearTimeout(limit);
    }
    socket.onAny((event: string, fields: unknown) => this.#pushed(event, fields));
    socket.on("disconnect", () => {
      if (!this.#isClosing) this.onLost();
    });
  }

  async request(event: string, fields: Fields, seconds = ANSWER_SECONDS): Promise<Fields> {
    const socket = this.#socket;
    // what is asked while there is no connection, the library would ask on the next one
    if (!socket?.connected) throw new RelayUnreachable();
    let answer: unknown;
    try {
      answer = await socket.timeout(seconds * 1000).emitWithAck(event, outgoing(fields));
    } catch {
      throw new RelayUnreachable();
    }
    const read = incoming(answer);
    if (!isFields(read)) throw new RelayFault("an answer is not a map");
    if (read.ok !== true) throw errorFor(read);
    return read;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#connected.reject(new RelayUnreachable());
    this.#socket?.disconnect();
  }

  #pushed(event: string, fields: unknown): void {
    const read = incoming(fields);
    if (!this.#isClosing && isFields(read)) this.onPush(event, read);
  }
}

function refusal(error: Error): Error {
  return error.message === "unsupported_version"
    ? errorFor({ code: error.message })
    : new RelayUnreachable();
}

function isFields(value: unknown): value is Fields {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

/** Hand byte strings over as what the parser writes as `bin`: a buffer of the platform's own. */
function outgoing(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return typeof Buffer === "undefined" ? value.slice().buffer : Buffer.from(value);
  }
  return mapped(value, outgoing);
}

/** Take byte strings from whatever the parser reads them as. */
function incoming(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  }
  return mapped(value, incoming);
}

function mapped(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item)]));
}
