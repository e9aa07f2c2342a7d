/** Who is here and who is typing: one signal's bytes (docs/protocol/signals.md). */

import { concat, equal, fromBigEndian, toHex } from "../crypto/bytes.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { ED25519 } from "../crypto/signature.ts";
import { DecodeError } from "../errors.ts";
import { SECRET_LENGTH, SIGNAL, u64 } from "../keys/labels.ts";
import { OVERHEAD, openSealed, seal } from "../keys/sealing.ts";
import type { Group } from "../mls/index.ts";
import { SIGNATURE_BYTES } from "../wire/limits.ts";
import { transcript } from "../wire/transcripts.ts";

export const CLOCK_TOLERANCE_MS = 300_000;
const EXPORT_LABEL = "roomkey v1 signal";
const EPOCH_BYTES = 8;
const SIGNED_BYTES = 9;
export const SIGNAL_BYTES = EPOCH_BYTES + OVERHEAD + SIGNED_BYTES + SIGNATURE_BYTES;

/** What a signal says. */
export const SignalKind = { HERE: 1, AWAY: 2, TYPING: 3, STOPPED_TYPING: 4 } as const;

export type SignalWord = (typeof SignalKind)[keyof typeof SignalKind];

const KINDS: ReadonlySet<number> = new Set(Object.values(SignalKind));

/** One signal; `time` is its sender's clock, milliseconds since 1970. */
export interface Signal {
  readonly kind: SignalWord;
  readonly time: number;
}

/** Derive the key of a sender's signals in a group's epoch, 32 bytes. */
export function signalKey(group: Group, leafKey: Uint8Array): Uint8Array {
  return group.exportSecret(EXPORT_LABEL, leafKey, SECRET_LENGTH);
}

/** Sign a signal with a leaf's private key and seal it under its sender's key; 129 bytes. */
export function sealSignal(
  key: Uint8Array,
  privateKey: Uint8Array,
  roomId: Uint8Array,
  epoch: bigint,
  signal: Signal,
  random: Random = systemRandom,
): Uint8Array {
  const leafKey = ED25519.publicKey(privateKey);
  const said = concat(Uint8Array.of(signal.kind), u64(BigInt(signal.time)));
  const signature = ED25519.sign(privateKey, signed(roomId, epoch, leafKey, said));
  const context = [roomId, u64(epoch), leafKey];
  return concat(u64(epoch), seal(key, SIGNAL, context, concat(said, signature), random));
}

/**
 * Return a signal of the leaf with this key, or throw DecodeError or CryptoError.
 *
 * Whether it is new is for the caller to see.
 */
export function openSignal(
  key: Uint8Array,
  leafKey: Uint8Array,
  roomId: Uint8Array,
  epoch: bigint,
  body: Uint8Array,
): Signal {
  if (body.length !== SIGNAL_BYTES || !equal(body.subarray(0, EPOCH_BYTES), u64(epoch))) {
    throw new DecodeError("a signal of another form or epoch");
  }
  const context = [roomId, u64(epoch), leafKey];
  const plaintext = openSealed(key, SIGNAL, context, body.slice(EPOCH_BYTES));
  const said = plaintext.slice(0, SIGNED_BYTES);
  ED25519.verify(leafKey, signed(roomId, epoch, leafKey, said), plaintext.slice(SIGNED_BYTES));
  const [kind = 0] = said;
  if (!KINDS.has(kind)) throw new DecodeError("a signal of no known kind");
  return { kind: kind as SignalWord, time: Number(fromBigEndian(said.subarray(1))) };
}

function signed(
  roomId: Uint8Array,
  epoch: bigint,
  leafKey: Uint8Array,
  said: Uint8Array,
): Uint8Array {
  return transcript(SIGNAL, roomId, u64(epoch), leafKey, said);
}

/** Lets each leaf's signals through once, in the order they were made. */
export class SignalGate {
  readonly #last = new Map<string, number>();

  /** Throw DecodeError unless a signal is newer than the last; `now` is in milliseconds. */
  admit(leafKey: Uint8Array, signal: Signal, now: number): void {
    if (Math.abs(now - signal.time) > CLOCK_TOLERANCE_MS) {
      throw new DecodeError("a signal of another time");
    }
    const leaf = toHex(leafKey);
    if (signal.time <= (this.#last.get(leaf) ?? -1)) {
      throw new DecodeError("a signal that was heard before");
    }
    this.#last.set(leaf, signal.time);
  }
}
