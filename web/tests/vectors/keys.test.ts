/** The committed vectors of docs/protocol/keys.md, failures included. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as oprf from "../../src/crypto/oprf.ts";
import { RoomkeyError } from "../../src/errors.ts";
import { signAdmission, verifyAdmission } from "../../src/keys/admission.ts";
import {
  archiveTranscript,
  makeArchiveCopy,
  openArchive,
  sealArchive,
} from "../../src/keys/archive.ts";
import { blind, finish, finishRoot } from "../../src/keys/client_exchange.ts";
import {
  openEpochSecret,
  openKeyChain,
  sealEpochSecret,
  sealKeyChain,
} from "../../src/keys/history.ts";
import { openNewRoot, sealNewRoot } from "../../src/keys/new_root.ts";
import { normalizeRoomKey } from "../../src/keys/room_key.ts";
import { deriveRoot, deriveSecrets, pskId, RoomSecrets } from "../../src/keys/root.ts";
import { safetyCode, safetyWords } from "../../src/keys/safety_code.ts";
import { openName, openTitle, sealName, sealTitle } from "../../src/keys/sealed_name.ts";
import * as transcripts from "../../src/wire/transcripts.ts";
import { fixed, hex, unhex } from "../bytes.ts";

const NOTHING = new Uint8Array(32);

/** One vector: its fields by name, bytes in hexadecimal. */
class Vector {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  get refused(): boolean {
    return this.#fields.result === "refused";
  }

  get kind(): string | undefined {
    return this.has("kind") ? this.text("kind") : undefined;
  }

  has(name: string): boolean {
    return name in this.#fields;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw new Error(`the vector has no text ${name}`);
    return value;
  }

  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== "number") throw new Error(`the vector has no number ${name}`);
    return value;
  }

  bytes(name: string): Uint8Array {
    return unhex(this.text(name));
  }

  list(name: string): unknown {
    return this.#fields[name];
  }

  /** The keys a seal is made with. */
  secrets(): RoomSecrets {
    const names = this.has("names") ? this.bytes("names") : NOTHING;
    const history = this.has("history") ? this.bytes("history") : NOTHING;
    return new RoomSecrets(this.number("key_id"), NOTHING, NOTHING, names, history);
  }
}

function vectors(file: string, ...kinds: readonly string[]): [why: string, vector: Vector][] {
  const url = new URL(`../../../vectors/keys/${file}.json`, import.meta.url);
  const found = (JSON.parse(readFileSync(url, "utf8")) as Record<string, unknown>[])
    .map((fields) => new Vector(fields))
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind ?? ""));
  if (found.length === 0) throw new Error(`${file}.json holds no vectors of this kind`);
  return found.map((vector) => [vector.refused ? vector.text("why") : "valid", vector]);
}

/** Check that `action` throws the error the vector names. */
async function expectRefusal(vector: Vector, action: () => unknown): Promise<void> {
  const error = await Promise.resolve()
    .then(action)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(RoomkeyError);
  expect((error as RoomkeyError).code).toBe(vector.text("error"));
}

describe("a typed room key has one normal form or is refused", () => {
  test.each(vectors("room_key"))("%s", async (_, vector) => {
    if (vector.refused) {
      await expectRefusal(vector, () => normalizeRoomKey(vector.text("typed")));
      return;
    }
    const normalized = vector.text("normalized");
    expect(normalizeRoomKey(vector.text("typed"))).toBe(normalized);
    expect(normalizeRoomKey(normalized)).toBe(normalized);
  });
});

describe("a room key leads to the same keys or the answer is refused", () => {
  test.each(vectors("root"))("%s", async (_, vector) => {
    const uniform = fixed(vector.bytes("blind_uniform"));
    const [exchange, blinded] = blind(vector.text("typed"), vector.bytes("room_id"), uniform);
    if (vector.refused) {
      await expectRefusal(vector, () => finish(exchange, vector.bytes("evaluated")));
      return;
    }
    expect(hex(blinded)).toBe(vector.text("blinded"));
    const evaluated = oprf.evaluate(vector.bytes("oprf_key"), blinded);
    expect(hex(evaluated)).toBe(vector.text("evaluated"));
    const root = vector.text("root");
    expect(hex(await deriveRoot(vector.bytes("oprf_output"), vector.bytes("room_id")))).toBe(root);
    expect(hex(await finishRoot(exchange, evaluated))).toBe(root);
    const found = await finish(exchange, evaluated, 3);
    expect(found.keyId).toBe(3);
    expect(hex(found.admissionPublicKey)).toBe(vector.text("admission_public"));
    for (const name of ["admission", "psk", "names", "history"] as const) {
      expect(hex(found[name])).toBe(vector.text(name));
    }
  });
});

describe("an admission is verified over its room, nonce and leaf", () => {
  test.each(vectors("transcripts", "admission"))("%s", async (_, vector) => {
    const bound = [vector.bytes("room_id"), vector.bytes("nonce"), vector.bytes("leaf_key")];
    const [roomId, nonce, leaf] = bound as [Uint8Array, Uint8Array, Uint8Array];
    const signature = vector.bytes("signature");
    const verify = () => verifyAdmission(vector.bytes("public"), roomId, nonce, leaf, signature);
    if (vector.refused) {
      await expectRefusal(vector, verify);
      return;
    }
    const signer = new RoomSecrets(0, vector.bytes("private"), NOTHING, NOTHING, NOTHING);
    const transcript = transcripts.admissionTranscript(roomId, nonce, leaf);
    expect(hex(transcript)).toBe(vector.text("transcript"));
    expect(signAdmission(signer, roomId, nonce, leaf)).toEqual(signature);
    verify();
  });
});

test.each(vectors("transcripts", "resume", "leave", "close"))(
  "each transcript has its layout",
  (_, vector) => {
    const [roomId, nonce] = [vector.bytes("room_id"), vector.bytes("nonce")];
    const leaf = vector.bytes("leaf_key");
    const layouts: Record<string, Uint8Array> = {
      resume: transcripts.resumeTranscript(roomId, nonce, leaf),
      leave: transcripts.leaveTranscript(roomId, leaf),
      close: transcripts.closeTranscript(roomId, leaf),
    };
    expect(layouts[vector.text("kind")]).toEqual(vector.bytes("transcript"));
  },
);

describe("a sealed name opens only where it belongs", () => {
  test.each(vectors("sealed_name", "name"))("%s", async (_, vector) => {
    const [roomId, leaf] = [vector.bytes("room_id"), vector.bytes("leaf_key")];
    const [names, sealed] = [vector.bytes("names"), vector.bytes("sealed")];
    const open = () => openName(names, vector.number("key_id"), roomId, leaf, sealed);
    if (vector.refused) {
      await expectRefusal(vector, open);
      return;
    }
    const name = vector.text("text");
    expect(open()).toBe(name);
    const salt = fixed(vector.bytes("salt"));
    expect(sealName(vector.secrets(), roomId, leaf, name, salt)).toEqual(sealed);
  });
});

test.each(vectors("sealed_name", "title"))("a sealed title opens", (_, vector) => {
  const [roomId, names] = [vector.bytes("room_id"), vector.bytes("names")];
  const [sealed, title] = [vector.bytes("sealed"), vector.text("text")];
  expect(openTitle(names, vector.number("key_id"), roomId, sealed)).toBe(title);
  const salt = fixed(vector.bytes("salt"));
  expect(sealTitle(vector.secrets(), roomId, title, salt)).toEqual(sealed);
});

describe("an epoch's secret opens only for its room key and epoch", () => {
  test.each(vectors("history", "epoch"))("%s", async (_, vector) => {
    const [roomId, sealed] = [vector.bytes("room_id"), vector.bytes("sealed")];
    const epoch = BigInt(vector.number("epoch"));
    const history = vector.bytes("history");
    const open = () => openEpochSecret(history, vector.number("key_id"), roomId, epoch, sealed);
    if (vector.refused) {
      await expectRefusal(vector, open);
      return;
    }
    expect(open()).toEqual(vector.bytes("epoch_secret"));
    const salt = fixed(vector.bytes("salt"));
    expect(sealEpochSecret(vector.secrets(), roomId, epoch, open(), salt)).toEqual(sealed);
  });
});

describe("the key chain leads to the room key before", () => {
  test.each(vectors("history", "chain"))("%s", async (_, vector) => {
    const [roomId, sealed] = [vector.bytes("room_id"), vector.bytes("sealed")];
    const keyId = vector.number("key_id");
    const open = () => openKeyChain(vector.bytes("history"), keyId, roomId, sealed);
    if (vector.refused) {
      await expectRefusal(vector, open);
      return;
    }
    const past = open();
    expect(past.keyId).toBe(keyId - 1);
    expect(past.names).toEqual(vector.bytes("old_names"));
    expect(past.history).toEqual(vector.bytes("old_history"));
    const old = new RoomSecrets(past.keyId, NOTHING, NOTHING, past.names, past.history);
    const salt = fixed(vector.bytes("salt"));
    expect(sealKeyChain(vector.secrets(), old, roomId, salt)).toEqual(sealed);
  });
});

describe("an archive copy opens with its sender's signature or not at all", () => {
  test.each(vectors("history", "archive"))("%s", async (_, vector) => {
    const [roomId, secret] = [vector.bytes("room_id"), vector.bytes("epoch_secret")];
    const [epoch, sealed] = [BigInt(vector.number("epoch")), vector.bytes("sealed")];
    const open = () => openArchive(secret, roomId, epoch, sealed);
    if (vector.refused) {
      await expectRefusal(vector, open);
      return;
    }
    const [pseudonym, content] = [vector.bytes("pseudonym"), vector.bytes("content")];
    const copy = makeArchiveCopy(
      vector.bytes("private"),
      roomId,
      epoch,
      pseudonym,
      vector.number("key_id"),
      vector.bytes("sealed_name"),
      content,
    );
    const signed = archiveTranscript(roomId, epoch, pseudonym, content);
    expect(hex(signed)).toBe(vector.text("transcript"));
    expect(hex(copy.signature)).toBe(vector.text("signature"));
    expect(hex(copy.signatureKey)).toBe(vector.text("signature_key"));
    const salt = fixed(vector.bytes("salt"));
    expect(sealArchive(secret, roomId, epoch, copy, salt)).toEqual(sealed);
    expect(open()).toEqual(copy);
  });
});

describe("a new root opens only in its epoch and for its key id", () => {
  test.each(vectors("new_root"))("%s", async (_, vector) => {
    const [exported, roomId] = [vector.bytes("exported"), vector.bytes("room_id")];
    const [keyId, sealed] = [vector.number("key_id"), vector.bytes("sealed")];
    const open = () => openNewRoot(exported, keyId, roomId, sealed);
    if (vector.refused) {
      await expectRefusal(vector, open);
      return;
    }
    expect(hex(open())).toBe(vector.text("root"));
    const admission = deriveSecrets(open(), keyId).admissionPublicKey;
    expect(hex(admission)).toBe(vector.text("admission_public"));
    const salt = fixed(vector.bytes("salt"));
    expect(sealNewRoot(exported, keyId, roomId, open(), salt)).toEqual(sealed);
  });
});

test.each(vectors("codes", "psk_id"))("a PSK id follows from the key id", (_, vector) => {
  expect(hex(pskId(vector.number("key_id")))).toBe(vector.text("psk_id"));
});

describe("a safety code follows from the epoch authenticator", () => {
  test.each(vectors("codes", "safety_code"))("%s", async (_, vector) => {
    const authenticator = vector.bytes("epoch_authenticator");
    if (vector.refused) {
      await expectRefusal(vector, () => safetyCode(authenticator));
      return;
    }
    const code = safetyCode(authenticator);
    expect(code.digits).toEqual(vector.list("digits"));
    expect(await safetyWords(code.wordPlaces)).toEqual(vector.list("words"));
  });
});
