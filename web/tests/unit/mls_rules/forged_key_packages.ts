/** Key packages, signed after they were edited. */

import {
  type Extension,
  KeyPackage,
  type LeafNode,
  Policy,
  type SigningIdentity,
} from "../../../src/mls/index.ts";
import { newBundle, newIdentity, SUITE } from "./rooms.ts";

interface KeyPackageParts {
  readonly version: number;
  readonly cipherSuite: number;
  readonly initKey: Uint8Array;
  readonly leafNode: LeafNode;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

/** How a forged key package differs from a good one. */
export interface KeyPackageForgery {
  readonly editLeaf?: (leaf: LeafNode) => LeafNode;
  readonly parts?: Partial<KeyPackageParts>;
  readonly partsAfterSigning?: Partial<KeyPackageParts>;
  readonly identity?: SigningIdentity;
  readonly policy?: Policy;
}

/** Give a key package that differs in these parts. */
export function editedKeyPackage(good: KeyPackage, parts: Partial<KeyPackageParts>): KeyPackage {
  const edited: KeyPackageParts = { ...good, ...parts };
  return new KeyPackage(
    edited.version,
    edited.cipherSuite,
    edited.initKey,
    edited.leafNode,
    edited.extensions,
    edited.signature,
  );
}

/** Make a key package; leaf and package are signed after they were edited. */
export function forgeKeyPackage(how: KeyPackageForgery = {}): KeyPackage {
  const { identity = newIdentity("newcomer"), policy = new Policy() } = how;
  const good = newBundle(identity, policy).keyPackage;
  const leaf = how.editLeaf?.(good.leafNode) ?? good.leafNode;
  const leafNode = leaf.sign(SUITE, identity.privateKey);
  const edited = editedKeyPackage(good, { leafNode, ...how.parts });
  return editedKeyPackage(edited.sign(SUITE, identity.privateKey), how.partsAfterSigning ?? {});
}
