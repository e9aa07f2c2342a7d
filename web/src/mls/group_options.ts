/** What those who use a group may choose. */

import type { Capabilities } from "./capabilities.ts";
import type { Extension } from "./extension.ts";
import type { SigningIdentity } from "./signing_identity.ts";

/** What a group can begin with. */
export interface CreateOptions {
  /** The extensions of the group's context. */
  readonly extensions?: readonly Extension[];
  readonly leafExtensions?: readonly Extension[];
  readonly capabilities?: Capabilities;
}

/** How somebody joins from outside. */
export interface JoinOptions {
  /** The names of the external keys to bring in. */
  readonly pskIds?: readonly Uint8Array[];
  /** The index of an own earlier leaf to replace. */
  readonly resync?: number;
  readonly leafExtensions?: readonly Extension[];
  readonly authenticatedData?: Uint8Array;
  /** The ratchet tree, if it is not in the group info. */
  readonly tree?: Uint8Array;
}

/** How a proposal is sent. */
export interface ProposeOptions {
  /** Whether the message is signed, but not encrypted. */
  readonly public?: boolean;
  readonly authenticatedData?: Uint8Array;
}

/** What a commit takes up and renews. */
export interface CommitChoices extends ProposeOptions {
  readonly includePending?: boolean;
  /** Whether the own keys are renewed even if nothing needs it, as they are by default. */
  readonly forcePath?: boolean;
  readonly newIdentity?: SigningIdentity;
  readonly leafExtensions?: readonly Extension[];
}
