/** A message key is derived by whoever may have it, once, and never again. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/crypto/bytes.ts";
import { cipherSuite } from "../../../src/crypto/suite.ts";
import { GenerationConsumed, SendingExhausted, ValidationError } from "../../../src/errors.ts";
import { Reader } from "../../../src/mls/codec.ts";
import { ContentType } from "../../../src/mls/framing.ts";
import {
  MAX_FORWARD,
  MAX_SKIPPED,
  type MessageKey,
  RESERVED,
  SecretTree,
} from "../../../src/mls/secret_tree.ts";

const SUITE = cipherSuite(0x0003);
const { APPLICATION, COMMIT } = ContentType;

function create(leaves: number, ownLeaf: number, allowance = RESERVED): SecretTree {
  return SecretTree.create(SUITE, leaves, new Uint8Array(32).fill(7), ownLeaf, { allowance });
}

function restored(tree: SecretTree, ownLeaf: number): SecretTree {
  return SecretTree.read(SUITE, ownLeaf, new Reader(tree.encode()));
}

function receive(tree: SecretTree, leaf: number, contentType: number, generation: number) {
  const staged = tree.receive(leaf, contentType, generation);
  staged.consume();
  return [staged.key.slice(), staged.nonce.slice()];
}

test("every receiver derives the sender's keys, in whatever order they arrive", () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 });
  const place = fc.nat({ max: 7 });
  fc.assert(
    fc.property(place, place, fc.constantFrom(APPLICATION, COMMIT), order, (from, to, type, at) => {
      fc.pre(from !== to);
      const [sender, receiver] = [create(8, from), create(8, to)];
      const sent = Array.from({ length: 10 }, () => sender.send(type));
      for (const number of at) {
        const [generation, key] = sent[number] ?? [];
        expect(generation).toBe(number);
        expect(receive(receiver, from, type, number)).toEqual(key);
        expect(() => receiver.receive(from, type, number)).toThrow(GenerationConsumed);
      }
    }),
    { numRuns: 40 },
  );
});

test("a key stays until it is consumed, and then it is gone, also from what is stored", () => {
  const tree = create(4, 0);
  const first = tree.receive(2, APPLICATION, 3);
  expect(tree.receive(2, APPLICATION, 3).key).toEqual(first.key);
  first.consume();
  for (const one of [tree, restored(tree, 0)]) {
    expect(() => one.receive(2, APPLICATION, 3)).toThrow(GenerationConsumed);
    expect(one.receive(2, APPLICATION, 1).key).toHaveLength(SUITE.keyLength);
  }
});

test("two keys that were found before either was consumed are both gone afterwards", () => {
  const tree = create(4, 0);
  const found = [APPLICATION, COMMIT].map((type) => tree.receive(2, type, 0));
  for (const staged of found) staged.consume();
  for (const type of [APPLICATION, COMMIT]) {
    expect(() => tree.receive(2, type, 0)).toThrow(GenerationConsumed);
  }
});

test("skipped keys are few", () => {
  const tree = create(2, 0);
  const receiveAt = (generation: number) => tree.receive(1, APPLICATION, generation);
  expect(() => receiveAt(MAX_FORWARD + 1)).toThrow(ValidationError);
  receiveAt(MAX_FORWARD).consume();
  expect(receiveAt(MAX_FORWARD - 1).key).toHaveLength(SUITE.keyLength);
  expect(() => receiveAt(MAX_FORWARD)).toThrow(GenerationConsumed);
  expect(() => receiveAt(MAX_FORWARD - MAX_SKIPPED - 1)).toThrow(GenerationConsumed);
  const last = MAX_FORWARD - MAX_SKIPPED;
  const twin = restored(tree, 0);
  expect(twin.receive(1, APPLICATION, last).key).toEqual(receiveAt(last).key);
});

test("the newest skipped keys are kept, however they came to be skipped", () => {
  const tree = create(4, 0);
  for (const generation of [200, 400]) tree.receive(1, APPLICATION, generation).consume();
  const oldest = 400 - MAX_SKIPPED - 1;
  expect(tree.receive(1, APPLICATION, oldest).key).toHaveLength(SUITE.keyLength);
  expect(() => tree.receive(1, APPLICATION, oldest - 1)).toThrow(GenerationConsumed);
});

describe("sending", () => {
  test("keeps to what was reserved when the tree was stored last", () => {
    const tree = create(2, 0);
    for (let sent = 0; sent < RESERVED; sent++) tree.send(APPLICATION);
    expect(() => tree.send(APPLICATION)).toThrow(SendingExhausted);
    expect(tree.send(COMMIT)[0]).toBe(0);
    tree.encode();
    expect(tree.send(APPLICATION)[0]).toBe(RESERVED);
  });

  test("goes on after a restore where the reservation of the stored tree ended", () => {
    const tree = create(2, 0);
    tree.send(APPLICATION);
    const twin = restored(tree, 0);
    for (const kind of [APPLICATION, COMMIT]) {
      expect(() => twin.send(kind)).toThrow(SendingExhausted);
    }
    twin.encode();
    expect(twin.send(APPLICATION)[0]).toBe(1 + RESERVED);
    expect(twin.send(COMMIT)[0]).toBe(RESERVED);
  });

  test("skips nothing for restores after which nothing is sent", () => {
    let tree = create(2, 0);
    for (let time = 0; time < MAX_FORWARD; time++) tree = restored(tree, 0);
    expect(() => tree.send(APPLICATION)).toThrow(SendingExhausted);
    tree.encode();
    expect(tree.send(APPLICATION)[0]).toBe(RESERVED);
    expect(() => tree.send(COMMIT)).toThrow(SendingExhausted);
  });

  test("is not possible before a tree is stored, if it may be made a second time", () => {
    const tree = create(2, 0, 0);
    expect(() => tree.send(APPLICATION)).toThrow(SendingExhausted);
    tree.encode();
    expect(tree.send(APPLICATION)[0]).toBe(0);
  });

  test("never uses a key twice, whatever is restored and when", () => {
    const action = fc.constantFrom(...Array<string>(30).fill("send"), "store", "restore");
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 200, size: "max" }), (actions) => {
        const used = new Set<string>();
        let tree = create(4, 2);
        let stored = tree.encode();
        const use = ([generation, [key, nonce]]: readonly [number, MessageKey]) => {
          const name = `${toHex(key)} ${toHex(nonce)}`;
          expect(used.has(name), `generation ${generation}`).toBe(false);
          used.add(name);
        };
        const sendOrStore = () => {
          try {
            use(tree.send(APPLICATION));
          } catch (error) {
            if (!(error instanceof SendingExhausted)) throw error;
            stored = tree.encode();
          }
        };
        for (const one of actions) {
          if (one === "send") sendOrStore();
          if (one === "store") stored = tree.encode();
          if (one === "restore") tree = SecretTree.read(SUITE, 2, new Reader(stored));
        }
      }),
      { numRuns: 40 },
    );
  });
});

test("a copy changes apart from the tree it was made of", () => {
  const tree = create(4, 0);
  const copy = tree.copy();
  receive(copy, 1, APPLICATION, 0);
  copy.send(APPLICATION);
  expect(tree.send(APPLICATION)[0]).toBe(0);
  expect(tree.receive(1, APPLICATION, 0).key).toHaveLength(SUITE.keyLength);
});

test("of an epoch that has passed, only others' application messages can be opened", () => {
  const tree = create(4, 0);
  tree.send(APPLICATION);
  receive(tree, 1, COMMIT, 0);
  const past = tree.withoutHandshake();
  const stored = SecretTree.read(SUITE, 0, new Reader(past.encodePast()));
  for (const one of [past, stored]) {
    expect(() => one.receive(1, COMMIT, 1)).toThrow(GenerationConsumed);
    expect(one.receive(1, APPLICATION, 0).key).toHaveLength(SUITE.keyLength);
  }
  expect(() => stored.receive(0, APPLICATION, 1)).toThrow(GenerationConsumed);
});

test.each([-1, 4, 2 ** 32 - 1])("there is no key of leaf %i in a tree of four", (leaf) => {
  expect(() => create(4, 0).receive(leaf, APPLICATION, 0)).toThrow(GenerationConsumed);
});
