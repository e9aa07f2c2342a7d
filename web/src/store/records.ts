/** Where sealed records lie: what a room's store asks of a database, whichever it is. */

/** Where a message is in a room's log, its id, and the id of the message it changes, if any. */
export interface Place {
  readonly seq: number;
  readonly id: Uint8Array;
  readonly about: Uint8Array | undefined;
}

/** A record of the room's state, to be put in the place of the one before, or deleted. */
export interface StateChange {
  readonly slot: number;
  readonly sealed: Uint8Array | undefined;
}

/** A row of the transcript, to be put or deleted. */
export interface RowChange {
  readonly place: Place;
  readonly sealed: Uint8Array | undefined;
}

/** The database of one room; what it throws are the classes under StateError. */
export interface Records {
  /** The database's name, opaque to others. */
  readonly name: string;
  /** Get all records of the state by their numbers. */
  loadState(): Promise<ReadonlyMap<number, Uint8Array>>;
  /** List the places of all rows in the order of the log. */
  loadPlaces(): Promise<readonly Place[]>;
  /** Get rows; undefined for those that are not there. */
  readRows(places: readonly Place[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Write everything, on disk when it returns, or nothing if it throws. */
  write(state: readonly StateChange[], rows: readonly RowChange[]): Promise<void>;
  /** Let go of the database; what was written stays. */
  close(): void;
}
