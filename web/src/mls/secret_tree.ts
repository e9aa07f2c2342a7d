/** The secret tree: a message key for each sender, kind and generation (RFC 9420 §9). */

import { concat, join, utf8 } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { GenerationConsumed, SendingExhausted } from "../errors.ts";
import { NO_BYTES, opaque, type Reader, uint8, uint32 } from "./codec.ts";
import { ContentType } from "./framing.ts";
import { deriveTreeSecret, expandWithLabel } from "./labels.ts";
import { require } from "./rules.ts";
import { directPath, left, right, root } from "./tree_math.ts";

/** How many generations one message may be ahead of the last one received. */
export const MAX_FORWARD = 1024;

/** How many keys of messages that did not arrive are kept in each ratchet. */
export const MAX_SKIPPED = 256;

/** How many messages may be sent before the state has to be stored again. */
export const RESERVED = 32;

export const HANDSHAKE = 0;
export const APPLICATION = 1;
export const KINDS = [HANDSHAKE, APPLICATION] as const;

/** An AEAD key and nonce, for one message. */
export type MessageKey = readonly [key: Uint8Array, nonce: Uint8Array];

/** Say which of a sender's two ratchets a content type uses (§9.1). */
function ratchetKind(contentType: number): number {
  return contentType === ContentType.APPLICATION ? APPLICATION : HANDSHAKE;
}

/** A sender's next secret, and the keys that were passed over. */
export class Ratchet {
  constructor(
    readonly secret: Uint8Array,
    readonly generation: number = 0,
    readonly skipped: ReadonlyMap<number, MessageKey> = new Map(),
  ) {}

  /** Give this generation's key, and the ratchet without it. */
  step(suite: CipherSuite): readonly [MessageKey, Ratchet] {
    const key = this.#derive(suite, "key", suite.keyLength);
    const nonce = this.#derive(suite, "nonce", suite.nonceLength);
    return [[key, nonce], this.passOver(suite)];
  }

  /** Give the ratchet of the next generation; this one's key is lost. */
  passOver(suite: CipherSuite): Ratchet {
    const secret = this.#derive(suite, "secret", suite.hashLength);
    return new Ratchet(secret, this.generation + 1, this.skipped);
  }

  #derive(suite: CipherSuite, label: string, length: number): Uint8Array {
    return deriveTreeSecret(suite, this.secret, label, this.generation, length);
  }

  /** Write the ratchet for the member's own storage. */
  encode(): Uint8Array {
    const keys = [...this.skipped].map(([number, [key, nonce]]) =>
      concat(uint32(number), opaque(key), opaque(nonce)),
    );
    return concat(opaque(this.secret), uint32(this.generation), opaque(join(keys)));
  }

  /** Read a ratchet from the member's own storage. */
  static read(reader: Reader): Ratchet {
    return new Ratchet(reader.opaque(), reader.uint32(), new Map(reader.vector(readSkippedKey)));
  }
}

function readSkippedKey(reader: Reader): readonly [number, MessageKey] {
  return [reader.uint32(), [reader.opaque(), reader.opaque()]];
}

/** A key to open a message with; `consume` deletes it, once the message is proven. */
interface StagedKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly consume: () => void;
}

/** A ratchet, and what to call to keep it if it had to be derived. */
type FoundRatchet = readonly [ratchet: Ratchet, grow: () => void];

/**
 * An epoch's message keys: grown from the root as senders appear, each used once.
 *
 * What is derived replaces what it was derived from (§9.2). Sending keeps to the generations
 * reserved by the last `encode`: a copy restored from it sends beyond them, so that no key and
 * nonce ever serve two messages. A restored tree reserves for what it is asked to send: who
 * only listens, however often restored, leaves no gap that others would refuse.
 */
export class SecretTree {
  readonly leaves: number;
  readonly #suite: CipherSuite;
  readonly #nodes: Map<number, Uint8Array>;
  readonly #ratchets = new Map<number, Ratchet>();
  readonly #ownLeaf: number;
  readonly #limits: Map<number, number>;
  readonly #asked: Set<number>;

  constructor(
    suite: CipherSuite,
    leaves: number,
    nodes: Map<number, Uint8Array>,
    ownLeaf: number,
    allowance: number,
  ) {
    this.leaves = leaves;
    this.#suite = suite;
    this.#nodes = nodes;
    this.#ownLeaf = ownLeaf;
    this.#limits = new Map(KINDS.map((kind) => [kind, allowance]));
    this.#asked = new Set(KINDS);
  }

  /** Start an epoch's tree; `allowance` messages may be sent before it is stored. */
  static create(
    suite: CipherSuite,
    leaves: number,
    encryptionSecret: Uint8Array,
    ownLeaf: number,
    { allowance = RESERVED }: { readonly allowance?: number } = {},
  ): SecretTree {
    const nodes = new Map([[root(leaves), encryptionSecret]]);
    return new SecretTree(suite, leaves, nodes, ownLeaf, allowance);
  }

  /** Give a tree that changes apart from this one. */
  copy(): SecretTree {
    const twin = new SecretTree(this.#suite, this.leaves, new Map(this.#nodes), this.#ownLeaf, 0);
    for (const [slot, ratchet] of this.#ratchets) twin.#ratchets.set(slot, ratchet);
    for (const [kind, limit] of this.#limits) twin.#limits.set(kind, limit);
    twin.#asked.clear();
    for (const kind of this.#asked) twin.#asked.add(kind);
    return twin;
  }

  /** Give a copy that opens application messages only, for when the epoch has passed. */
  withoutHandshake(): SecretTree {
    const twin = this.copy();
    for (const slot of this.#ratchets.keys()) {
      if (kindOf(slot) === HANDSHAKE) twin.#ratchets.delete(slot);
    }
    return twin;
  }

  /** Take the next key for an own message; throws SendingExhausted until state is stored. */
  send(contentType: number): readonly [generation: number, key: MessageKey] {
    const kind = ratchetKind(contentType);
    this.#asked.add(kind);
    const [ratchet, grow] = this.#ratchet(this.#ownLeaf, kind);
    if (ratchet.generation >= this.#limit(kind)) throw new SendingExhausted();
    const [key, following] = ratchet.step(this.#suite);
    grow();
    this.#ratchets.set(slotOf(this.#ownLeaf, kind), following);
    return [ratchet.generation, key];
  }

  /**
   * Find the key of a received message; nothing changes until it is consumed.
   *
   * Throws GenerationConsumed if the key was used or is no longer kept.
   */
  receive(leaf: number, contentType: number, generation: number): StagedKey {
    const kind = ratchetKind(contentType);
    const [ratchet, grow] = this.#ratchet(leaf, kind);
    const [[key, nonce], following] =
      generation < ratchet.generation
        ? takeSkipped(ratchet, generation)
        : this.#advance(ratchet, generation);
    const consume = () => {
      grow();
      this.#ratchets.set(slotOf(leaf, kind), following);
    };
    return { key, nonce, consume };
  }

  #advance(ratchet: Ratchet, generation: number): readonly [MessageKey, Ratchet] {
    const ahead = generation - ratchet.generation;
    require(ahead <= MAX_FORWARD, "msg-11", `${ahead} generations`);
    const skipped = new Map(ratchet.skipped);
    let current = ratchet;
    while (current.generation < generation) {
      if (generation - current.generation > MAX_SKIPPED) {
        current = current.passOver(this.#suite);
      } else {
        const [key, following] = current.step(this.#suite);
        skipped.set(current.generation, key);
        current = following;
      }
    }
    const numbers = [...skipped.keys()].sort((one, other) => one - other);
    for (const number of numbers.slice(0, -MAX_SKIPPED)) skipped.delete(number);
    const [key, following] = current.step(this.#suite);
    return [key, new Ratchet(following.secret, following.generation, skipped)];
  }

  #limit(kind: number): number {
    return this.#limits.get(kind) ?? 0;
  }

  #ratchet(leaf: number, kind: number): FoundRatchet {
    const known = this.#ratchets.get(slotOf(leaf, kind));
    if (known !== undefined) return [known, () => {}];
    if (leaf < 0 || leaf >= this.leaves) throw new GenerationConsumed();
    const path = [2 * leaf, ...directPath(2 * leaf, this.leaves)];
    const start = path.findIndex((node) => this.#nodes.has(node));
    const top = path[start];
    const topSecret = top === undefined ? undefined : this.#nodes.get(top);
    if (top === undefined || topSecret === undefined) throw new GenerationConsumed();
    const grown = new Map<number, Uint8Array>();
    let secret = topSecret;
    for (let step = start; step > 0; step--) {
      const below = path[step - 1];
      const above = path[step] ?? top;
      const leftSecret = this.#child(secret, "left");
      const rightSecret = this.#child(secret, "right");
      if (secret !== topSecret) secret.fill(0);
      const goesLeft = below === left(above);
      grown.set(goesLeft ? right(above) : left(above), goesLeft ? rightSecret : leftSecret);
      secret = goesLeft ? leftSecret : rightSecret;
    }
    const handshake = this.#firstRatchet(secret, "handshake");
    const application = this.#firstRatchet(secret, "application");
    if (secret !== topSecret) secret.fill(0);
    const grow = () => {
      if (!this.#nodes.delete(top)) return;
      for (const [node, kept] of grown) this.#nodes.set(node, kept);
      this.#ratchets.set(slotOf(leaf, HANDSHAKE), handshake);
      this.#ratchets.set(slotOf(leaf, APPLICATION), application);
    };
    return [kind === HANDSHAKE ? handshake : application, grow];
  }

  #child(secret: Uint8Array, side: "left" | "right"): Uint8Array {
    return expandWithLabel(this.#suite, secret, "tree", utf8(side), this.#suite.hashLength);
  }

  #firstRatchet(secret: Uint8Array, label: string): Ratchet {
    const suite = this.#suite;
    return new Ratchet(expandWithLabel(suite, secret, label, NO_BYTES, suite.hashLength));
  }

  /**
   * Write the tree for the member's own storage, and reserve generations for sending.
   *
   * Own ratchets are written as they will be when the reservation is used up.
   */
  encode(): Uint8Array {
    for (const kind of this.#asked) {
      const [ratchet, grow] = this.#ratchet(this.#ownLeaf, kind);
      grow();
      this.#limits.set(kind, ratchet.generation + RESERVED);
    }
    return this.#encode((slot, ratchet) => {
      if (leafOf(slot) !== this.#ownLeaf) return ratchet;
      let stored = ratchet;
      while (stored.generation < this.#limit(kindOf(slot))) stored = stored.passOver(this.#suite);
      return stored;
    });
  }

  /** Write the tree of an epoch that nothing more is sent in. */
  encodePast(): Uint8Array {
    return this.#encode((slot, ratchet) => {
      const isOver = leafOf(slot) === this.#ownLeaf || kindOf(slot) === HANDSHAKE;
      return isOver ? undefined : ratchet;
    });
  }

  #encode(toStore: (slot: number, ratchet: Ratchet) => Ratchet | undefined): Uint8Array {
    const nodes = [...this.#nodes].map(([node, secret]) => concat(uint32(node), opaque(secret)));
    const ratchets: Uint8Array[] = [];
    for (const [slot, ratchet] of this.#ratchets) {
      const stored = toStore(slot, ratchet);
      if (stored === undefined) continue;
      ratchets.push(uint32(leafOf(slot)), uint8(kindOf(slot)), stored.encode());
    }
    return concat(uint32(this.leaves), opaque(join(nodes)), opaque(join(ratchets)));
  }

  /** Read a tree from the member's own storage; what it is asked to send is stored first. */
  static read(suite: CipherSuite, ownLeaf: number, reader: Reader): SecretTree {
    const leaves = reader.uint32();
    const nodes = new Map(
      reader.vector((items): [number, Uint8Array] => [items.uint32(), items.opaque()]),
    );
    const tree = new SecretTree(suite, leaves, nodes, ownLeaf, 0);
    reader.vector((items) => {
      const slot = slotOf(items.uint32(), items.uint8());
      tree.#ratchets.set(slot, Ratchet.read(items));
    });
    tree.#asked.clear();
    return tree;
  }
}

function takeSkipped(ratchet: Ratchet, generation: number): readonly [MessageKey, Ratchet] {
  const key = ratchet.skipped.get(generation);
  if (key === undefined) throw new GenerationConsumed();
  const skipped = new Map(ratchet.skipped);
  skipped.delete(generation);
  return [key, new Ratchet(ratchet.secret, ratchet.generation, skipped)];
}

// one number for a leaf and a kind, as a Map compares pairs by identity

function slotOf(leaf: number, kind: number): number {
  return leaf * 256 + kind;
}

function leafOf(slot: number): number {
  return Math.floor(slot / 256);
}

function kindOf(slot: number): number {
  return slot % 256;
}
