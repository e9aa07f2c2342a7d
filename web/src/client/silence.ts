/** Members of whom nothing was seen for long, for hosts to remove (docs/protocol/group.md). */

import { equal, toHex } from "../crypto/bytes.ts";
import { roomPolicyOf } from "./policy.ts";
import type { RoomState } from "./room_state.ts";

const LEAST_SILENCE_SECONDS = 30 * 24 * 3600;

/** Who was silent for too long, and who is to be counted from now on. */
export interface Silence {
  readonly silent: readonly Uint8Array[];
  readonly unseen: readonly Uint8Array[];
  /** The earlier of two clocks, milliseconds since 1970. */
  readonly now: number;
}

/** List the leaves, hosts' apart, that were silent for the retention and at least 30 days. */
export function silentLeaves(state: RoomState, clock = Date.now()): Silence {
  const rules = roomPolicyOf(state.joined);
  const seen = state.store.activity();
  // the earlier of two clocks, so that neither can make everybody look silent
  const now = Math.min(clock, Math.max(0, ...seen.values()));
  const limit = Math.max(LEAST_SILENCE_SECONDS, rules.retention) * 1000;
  const silent: Uint8Array[] = [];
  const unseen: Uint8Array[] = [];
  for (const [, { signatureKey }] of state.joined.members()) {
    if (equal(signatureKey, state.leafKey) || rules.hasHost(signatureKey)) continue;
    const last = seen.get(toHex(signatureKey));
    if (last === undefined) unseen.push(signatureKey);
    else if (now - last > limit) silent.push(signatureKey);
  }
  return { silent, unseen, now };
}
