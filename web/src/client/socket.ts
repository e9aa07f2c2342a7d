/** One connection over WebSocket, as Socket.IO has it: events out and in, and answers. */

import { RelayUnreachable } from "../errors.ts";
import {
  connectPacket,
  disconnectPacket,
  eventPacket,
  type Fields,
  type Packet,
  PONG,
  readPacket,
} from "../wire/packets.ts";
import { Deferred } from "./deferred.ts";

const PATH = "/socket.io/?EIO=4&transport=websocket";

/** The other side does not want this connection; the message is what it said. */
export class Refused extends Error {}

/** A connection that is used once; whatever is malformed ends it. */
export class Socket {
  /** Told of each event, with its argument. */
  onEvent: (name: string, argument: unknown) => void = () => undefined;
  /** Told once that there was a connection and is none any more. */
  onEnd: () => void = () => undefined;
  readonly #url: string;
  readonly #auth: Fields;
  readonly #connected = new Deferred<void>();
  readonly #answers = new Map<number, Deferred<unknown>>();
  readonly #end = () => this.end();
  #webSocket: WebSocket | undefined;
  #isConnected = false;
  #isEnded = false;
  #events = 0;
  #patience = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;

  /** `url` names the relay, `auth` is what it is shown first. */
  constructor(url: string, auth: Fields) {
    this.#url = url;
    this.#auth = auth;
  }

  /** Connect; throws RelayUnreachable or Refused. */
  connect(): Promise<void> {
    const address = new URL(PATH, this.#url);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const webSocket = new WebSocket(address);
    this.#webSocket = webSocket;
    webSocket.binaryType = "arraybuffer";
    webSocket.onmessage = ({ data }) => this.#received(data);
    webSocket.onclose = webSocket.onerror = this.#end;
    // sooner than the next ping is missed
    globalThis.addEventListener?.("offline", this.#end);
    return this.#connected.promise;
  }

  /** Send an event and wait for its answer; throws RelayUnreachable. */
  async ask(name: string, argument: Fields, seconds: number): Promise<unknown> {
    if (!this.#isConnected) throw new RelayUnreachable();
    this.#events += 1;
    const id = this.#events;
    const packet = eventPacket(name, argument, id);
    const answer = new Deferred<unknown>();
    this.#answers.set(id, answer);
    const limit = setTimeout(() => answer.reject(new RelayUnreachable()), seconds * 1000);
    this.#send(packet);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(limit);
      this.#answers.delete(id);
    }
  }

  /** End the connection, from whichever side; what was asked is not answered any more. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const wasConnected = this.#isConnected;
    this.#isConnected = false;
    clearTimeout(this.#silence);
    globalThis.removeEventListener?.("offline", this.#end);
    if (wasConnected && this.#webSocket?.readyState === WebSocket.OPEN) {
      this.#send(disconnectPacket());
    }
    this.#webSocket?.close();
    this.#connected.reject(new RelayUnreachable());
    for (const answer of this.#answers.values()) answer.reject(new RelayUnreachable());
    if (wasConnected) this.onEnd();
  }

  #received(frame: string | ArrayBuffer): void {
    if (this.#isEnded) return;
    let packet: Packet = { type: "close" };
    try {
      packet = readPacket(frame);
    } catch {
      // what is malformed ends it
    }
    this.#take(packet);
  }

  #take(packet: Packet): void {
    switch (packet.type) {
      case "open":
        this.#patience = packet.patience;
        this.#beHeard();
        this.#send(connectPacket(this.#auth));
        break;
      case "ping":
        this.#send(PONG);
        this.#beHeard();
        break;
      case "connected":
        this.#isConnected = true;
        this.#connected.resolve();
        break;
      case "refused":
        this.#connected.reject(new Refused(packet.reason));
        this.end();
        break;
      case "event":
        if (this.#isConnected) this.onEvent(packet.name, packet.argument);
        break;
      case "answer":
        this.#answers.get(packet.id)?.resolve(packet.argument);
        break;
      case "close":
        this.end();
    }
  }

  #send(frame: string | Uint8Array): void {
    this.#webSocket?.send(typeof frame === "string" ? frame : new Uint8Array(frame));
  }

  /** Wait for the next ping. */
  #beHeard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#end, this.#patience);
  }
}
