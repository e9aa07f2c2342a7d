/** What the page has computed for it to show how Roomkey works; nothing of it protects anything. */

/** One exchange in a group of real size, in decimal digits. */
export interface LargeExchange {
  readonly p: string;
  readonly g: string;
  readonly a: string;
  readonly b: string;
  readonly publicA: string;
  readonly publicB: string;
  /** What Alice worked out. */
  readonly secretOfA: string;
  /** What Bob worked out. */
  readonly secretOfB: string;
  readonly milliseconds: number;
}

/** What goes to the relay for a room key, what comes back, and what follows, in hexadecimal. */
export interface Evaluation {
  readonly blinded: string;
  readonly evaluated: string;
  readonly output: string;
}

/** A room key's way to the root of a room's keys. */
export interface KeyWalk {
  readonly first: Evaluation;
  /** The same room key, blinded anew. */
  readonly again: Evaluation;
  /** A room key with another last character. */
  readonly other: Evaluation;
  /** What Argon2id makes of the first output. */
  readonly root: string;
  readonly milliseconds: number;
}

export type EnvelopePart =
  | "version"
  | "room"
  | "epoch"
  | "kind"
  | "added"
  | "sender"
  | "ciphertext";

/** A message as the relay gets it, in hexadecimal and in the order of its bytes. */
export interface SealedMessage {
  readonly parts: readonly (readonly [part: EnvelopePart, bytes: string])[];
  readonly textBytes: number;
  readonly contentBytes: number;
  readonly paddedBytes: number;
  readonly sentBytes: number;
}

/** What is computed away from the page, which goes on meanwhile. */
export interface Demo {
  largeExchange(): Promise<LargeExchange>;
  /** Rejects with ServiceError for a room key that cannot be one. */
  keyWalk(roomKey: string): Promise<KeyWalk>;
  sealMessage(text: string): Promise<SealedMessage>;
}
