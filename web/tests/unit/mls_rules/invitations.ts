/** Welcomes that are opened, edited and sealed again. */

import { systemRandom } from "../../../src/crypto/randomness.ts";
import { decodeAll } from "../../../src/mls/codec.ts";
import {
  Add,
  decodeMessage,
  encodeMessage,
  Group,
  GroupInfo,
  type KeyPackageBundle,
  Policy,
  type SigningIdentity,
  Welcome,
} from "../../../src/mls/index.ts";
import { deriveEpochFromJoiner, deriveWelcomeKey } from "../../../src/mls/key_schedule.ts";
import { decryptWithLabel, encryptWithLabel } from "../../../src/mls/labels.ts";
import { derivePskSecret } from "../../../src/mls/pre_shared_key.ts";
import { HpkeCiphertext } from "../../../src/mls/update_path.ts";
import { EncryptedGroupSecrets, GroupSecrets } from "../../../src/mls/welcome.ts";
import { edited } from "./forged_group_infos.ts";
import { environment, newBundle, newIdentity, PSK, type Room, SUITE } from "./rooms.ts";

interface InvitationParts {
  readonly identity: SigningIdentity;
  readonly bundle: KeyPackageBundle;
  readonly cipherSuite: number;
  readonly info: GroupInfo;
  readonly secrets: GroupSecrets;
  readonly signingKey: Uint8Array;
}

/** A Welcome with the key package it is for, opened; its parts may be replaced. */
export class Invitation {
  constructor(readonly parts: InvitationParts) {}

  /** Give an invitation that differs in these parts. */
  with(parts: Partial<InvitationParts>): Invitation {
    return new Invitation({ ...this.parts, ...parts });
  }

  #pskSecret(): Uint8Array {
    return derivePskSecret(
      SUITE,
      this.parts.secrets.pskIds.map((pskId) => [pskId, PSK]),
    );
  }

  /** Sign and encrypt the parts as they are now. */
  seal(): Uint8Array {
    const { info, secrets, bundle, signingKey, cipherSuite } = this.parts;
    const [key, nonce] = deriveWelcomeKey(SUITE, secrets.joinerSecret, this.#pskSecret());
    const signed = info.sign(SUITE, signingKey);
    const sealedInfo = SUITE.seal(key, nonce, new Uint8Array(), signed.encode());
    const sealed = encryptWithLabel(
      SUITE,
      bundle.keyPackage.initKey,
      "Welcome",
      sealedInfo,
      secrets.encode(),
      systemRandom,
    );
    const entry = new EncryptedGroupSecrets(
      bundle.keyPackage.reference(SUITE),
      new HpkeCiphertext(...sealed),
    );
    return encodeMessage(new Welcome(cipherSuite, [entry], sealedInfo));
  }

  /** Give the group info the confirmation tag that goes with its context and secrets. */
  confirmed(): Invitation {
    const { info, secrets } = this.parts;
    const [epoch] = deriveEpochFromJoiner(
      SUITE,
      secrets.joinerSecret,
      this.#pskSecret(),
      info.context,
    );
    const confirmationTag = SUITE.mac(epoch.confirmationKey, info.context.confirmedTranscriptHash);
    return this.with({ info: edited(info, { confirmationTag }) });
  }

  /** Try to join by the parts as they are now. */
  accept(policy = new Policy()): Group {
    const known = environment(policy, () => PSK);
    return Group.joinWelcome(this.parts.identity, this.seal(), this.parts.bundle, known);
  }
}

/** Let the first member add somebody, and open the Welcome. */
export function invite(room: Room, options: { readonly forcePath?: boolean } = {}): Invitation {
  const identity = newIdentity("invited");
  const bundle = newBundle(identity);
  const pending = room.at(0).commit([new Add(bundle.keyPackage)], options);
  const welcome = decodeMessage(pending.welcome ?? new Uint8Array());
  const sealed = welcome instanceof Welcome ? welcome.secrets[0]?.ciphertext : undefined;
  if (!(welcome instanceof Welcome) || sealed === undefined) throw new Error("not a Welcome");
  const opened = decryptWithLabel(
    SUITE,
    bundle.initPrivateKey,
    "Welcome",
    welcome.encryptedGroupInfo,
    sealed.kemOutput,
    sealed.ciphertext,
  );
  const secrets = decodeAll(GroupSecrets.read, opened);
  const noPsk = new Uint8Array(SUITE.hashLength);
  const [key, nonce] = deriveWelcomeKey(SUITE, secrets.joinerSecret, noPsk);
  const info = decodeAll(
    GroupInfo.read,
    SUITE.open(key, nonce, new Uint8Array(), welcome.encryptedGroupInfo),
  );
  const { signingKey } = room.at(0).unsafeState;
  const { cipherSuite } = welcome;
  return new Invitation({ identity, bundle, cipherSuite, info, secrets, signingKey });
}
