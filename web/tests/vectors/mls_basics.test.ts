/** Official vectors of what MLS is made of: lengths, positions in a tree, labelled primitives. */

import { expect } from "vitest";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { cipherSuite } from "../../src/crypto/suite.ts";
import { encodeLength, Reader } from "../../src/mls/codec.ts";
import {
  decryptWithLabel,
  deriveSecret,
  deriveTreeSecret,
  encryptWithLabel,
  expandWithLabel,
  makeReference,
  signWithLabel,
  verifyWithLabel,
} from "../../src/mls/labels.ts";
import * as treeMath from "../../src/mls/tree_math.ts";
import { officialVectors, privateKey, unhex } from "./mls_cases.ts";

interface LengthCase {
  readonly vlbytes_header: string;
  readonly length: number;
}

officialVectors("deserialization", (item: LengthCase) => {
  const header = unhex(item.vlbytes_header);
  const reader = new Reader(header);
  expect(reader.length()).toBe(item.length);
  reader.finish();
  expect(encodeLength(item.length)).toEqual(header);
});

interface TreeCase {
  readonly n_leaves: number;
  readonly n_nodes: number;
  readonly root: number;
  readonly left: readonly (number | null)[];
  readonly right: readonly (number | null)[];
  readonly parent: readonly (number | null)[];
  readonly sibling: readonly (number | null)[];
}

officialVectors("tree-math", (item: TreeCase) => {
  const root = treeMath.root(item.n_leaves);
  expect(treeMath.nodeWidth(item.n_leaves)).toBe(item.n_nodes);
  expect(root).toBe(item.root);
  const nodes = Array.from({ length: item.n_nodes }, (_, node) => node);
  const parents = (find: (node: number) => number) =>
    nodes.map((node) => (node % 2 === 1 ? find(node) : null));
  const belowRoot = (find: (node: number) => number) =>
    nodes.map((node) => (node === root ? null : find(node)));
  expect(parents(treeMath.left)).toEqual(item.left);
  expect(parents(treeMath.right)).toEqual(item.right);
  expect(belowRoot(treeMath.parent)).toEqual(item.parent);
  expect(belowRoot(treeMath.sibling)).toEqual(item.sibling);
});

interface BasicsCase {
  readonly cipher_suite: number;
  readonly ref_hash: { readonly label: string; readonly value: string; readonly out: string };
  readonly expand_with_label: {
    readonly secret: string;
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly out: string;
  };
  readonly derive_secret: { readonly secret: string; readonly label: string; readonly out: string };
  readonly derive_tree_secret: {
    readonly secret: string;
    readonly label: string;
    readonly generation: number;
    readonly length: number;
    readonly out: string;
  };
  readonly sign_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly content: string;
    readonly label: string;
    readonly signature: string;
  };
  readonly encrypt_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly label: string;
    readonly context: string;
    readonly plaintext: string;
    readonly kem_output: string;
    readonly ciphertext: string;
  };
}

officialVectors("crypto-basics", (item: BasicsCase) => {
  const suite = cipherSuite(item.cipher_suite);
  const named = item.ref_hash;
  expect(makeReference(suite, named.label, unhex(named.value))).toEqual(unhex(named.out));

  const expand = item.expand_with_label;
  expect(
    expandWithLabel(
      suite,
      unhex(expand.secret),
      expand.label,
      unhex(expand.context),
      expand.length,
    ),
  ).toEqual(unhex(expand.out));

  const derive = item.derive_secret;
  expect(deriveSecret(suite, unhex(derive.secret), derive.label)).toEqual(unhex(derive.out));

  const tree = item.derive_tree_secret;
  expect(
    deriveTreeSecret(suite, unhex(tree.secret), tree.label, tree.generation, tree.length),
  ).toEqual(unhex(tree.out));

  const sign = item.sign_with_label;
  const [publicKey, content] = [unhex(sign.pub), unhex(sign.content)];
  verifyWithLabel(suite, publicKey, sign.label, content, unhex(sign.signature));
  const signature = signWithLabel(suite, privateKey(suite, sign.priv), sign.label, content);
  verifyWithLabel(suite, publicKey, sign.label, content, signature);

  const encrypt = item.encrypt_with_label;
  const [context, plaintext] = [unhex(encrypt.context), unhex(encrypt.plaintext)];
  const open = (kemOutput: Uint8Array, ciphertext: Uint8Array) =>
    decryptWithLabel(
      suite,
      privateKey(suite, encrypt.priv),
      encrypt.label,
      context,
      kemOutput,
      ciphertext,
    );
  expect(open(unhex(encrypt.kem_output), unhex(encrypt.ciphertext))).toEqual(plaintext);
  const sealed = encryptWithLabel(
    suite,
    unhex(encrypt.pub),
    encrypt.label,
    context,
    plaintext,
    systemRandom,
  );
  expect(open(...sealed)).toEqual(plaintext);
});
