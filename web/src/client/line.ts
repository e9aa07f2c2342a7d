/** A connection that is closed in the end unless a room keeps it. */

import { RelayUnreachable } from "../errors.ts";
import type { Transport } from "./transport.ts";

/** For coming into one room. */
export class Line {
  readonly #make: () => Transport;
  #transport: Transport | undefined;

  constructor(make: () => Transport) {
    this.#make = make;
  }

  /** The connection; throws RelayUnreachable if there is none. */
  get transport(): Transport {
    if (this.#transport === undefined) throw new RelayUnreachable();
    return this.#transport;
  }

  /** Connect, in the place of a connection that was lost. */
  async renew(): Promise<void> {
    await this.close();
    const transport = this.#make();
    try {
      await transport.connect();
    } catch (error) {
      await transport.close();
      throw error;
    }
    this.#transport = transport;
  }

  /** Hand the connection over to a room, which closes it. */
  keep(): Transport {
    const { transport } = this;
    this.#transport = undefined;
    return transport;
  }

  async close(): Promise<void> {
    const transport = this.#transport;
    this.#transport = undefined;
    await transport?.close();
  }
}
