/** Welcomes: how added members learn the epoch they start in (RFC 9420 §12.4.3.1). */

import { concat } from "../crypto/bytes.ts";
import { opaque, optional, type Reader, readOpaque, uint16, vector } from "./codec.ts";
import { PreSharedKeyId } from "./pre_shared_key.ts";
import { HpkeCiphertext } from "./update_path.ts";

/** What one new member gets: the joiner secret, its share of the path, the keys to bring. */
export class GroupSecrets {
  constructor(
    readonly joinerSecret: Uint8Array,
    readonly pathSecret: Uint8Array | undefined,
    readonly pskIds: readonly PreSharedKeyId[],
  ) {}

  /** Write `struct GroupSecrets`. */
  encode(): Uint8Array {
    const pathSecret = this.pathSecret === undefined ? undefined : opaque(this.pathSecret);
    return concat(opaque(this.joinerSecret), optional(pathSecret), vector(this.pskIds));
  }

  /** Read `struct GroupSecrets`. */
  static read(reader: Reader): GroupSecrets {
    return new GroupSecrets(
      reader.opaque(),
      reader.optional(readOpaque),
      reader.vector(PreSharedKeyId.read),
    );
  }
}

/** Group secrets encrypted to the init key of the key package named. */
export class EncryptedGroupSecrets {
  constructor(
    readonly newMember: Uint8Array,
    readonly ciphertext: HpkeCiphertext,
  ) {}

  /** Write `struct EncryptedGroupSecrets`. */
  encode(): Uint8Array {
    return concat(opaque(this.newMember), this.ciphertext.encode());
  }

  /** Read `struct EncryptedGroupSecrets`. */
  static read(reader: Reader): EncryptedGroupSecrets {
    return new EncryptedGroupSecrets(reader.opaque(), HpkeCiphertext.read(reader));
  }
}

/** One group info, encrypted once, and its key for each new member. */
export class Welcome {
  constructor(
    readonly cipherSuite: number,
    readonly secrets: readonly EncryptedGroupSecrets[],
    readonly encryptedGroupInfo: Uint8Array,
  ) {}

  /** Write `struct Welcome`. */
  encode(): Uint8Array {
    return concat(uint16(this.cipherSuite), vector(this.secrets), opaque(this.encryptedGroupInfo));
  }

  /** Read `struct Welcome`. */
  static read(reader: Reader): Welcome {
    return new Welcome(reader.uint16(), reader.vector(EncryptedGroupSecrets.read), reader.opaque());
  }
}
