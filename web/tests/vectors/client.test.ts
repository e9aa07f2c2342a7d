/** The committed vectors of content, room policy and signals, failures included. */

import { readFileSync } from "node:fs";
import { shake256 } from "@noble/hashes/sha3.js";
import { describe, expect, test } from "vitest";
import {
  Content,
  type ContentExtensions,
  type ContentType,
  computeMessageId,
  Expiration,
  pad,
  unpad,
} from "../../src/client/content.ts";
import { merge, readFamilies, signOf, textOf } from "../../src/client/merging.ts";
import { type History, RoomPolicy } from "../../src/client/room_policy.ts";
import { openSignal, SIGNAL_BYTES, type SignalWord, sealSignal } from "../../src/client/signals.ts";
import { addRow, rowOf } from "../../src/client/transcript.ts";
import { utf8 } from "../../src/crypto/bytes.ts";
import { HKDF_SHA256 } from "../../src/crypto/hkdf.ts";
import { CryptoError, DecodeError, PolicyViolation } from "../../src/errors.ts";
import { MemoryKeystore } from "../../src/store/keystore.ts";
import { fixed, hex, unhex } from "../bytes.ts";

type Named<T> = T & { readonly name: string };

function vectors<T extends object>(path: string): Named<T>[] {
  const url = new URL(`../../../vectors/${path}.json`, import.meta.url);
  const found = JSON.parse(readFileSync(url, "ascii")) as (T & { why?: string; what?: string })[];
  expect(found.length).toBeGreaterThan(0);
  return found.map((vector, at) => ({ ...vector, name: vector.why ?? vector.what ?? `${at}` }));
}

interface ContentVector {
  readonly result: "valid" | "refused";
  readonly encoded?: string;
  readonly text_length?: number;
  readonly salt: string;
  readonly text: string | null;
  readonly disposition: number;
  readonly content_type: ContentType;
  readonly language: string;
  readonly replaces: string | null;
  readonly topic: string;
  readonly expires: readonly [boolean, number] | null;
  readonly in_reply_to: string | null;
  readonly extensions: readonly [number | string, number | string | { bytes: string }][];
  readonly kind: string;
  readonly sha256: string;
  readonly sender: string;
  readonly room_id: string;
  readonly message_id: string;
}

function contentOf(vector: ContentVector): Content {
  if (vector.text_length !== undefined) {
    const salt = HKDF_SHA256.hash(utf8("salt")).slice(0, 16);
    return new Content(salt, "x".repeat(vector.text_length));
  }
  const extensions: ContentExtensions = vector.extensions.map(([name, value]) => [
    name,
    typeof value === "object" ? unhex(value.bytes) : value,
  ]);
  const id = (text: string | null) => (text === null ? undefined : unhex(text));
  return new Content(unhex(vector.salt), vector.text ?? undefined, {
    disposition: vector.disposition,
    contentType: vector.content_type,
    language: vector.language,
    replaces: id(vector.replaces),
    topic: unhex(vector.topic),
    expires: vector.expires === null ? undefined : new Expiration(...vector.expires),
    inReplyTo: id(vector.in_reply_to),
    extensions,
  });
}

describe("content has one encoding and one id, or is malformed", () => {
  test.each(vectors<ContentVector>("content/content"))("$name", (vector) => {
    if (vector.result === "refused") {
      expect(() => Content.decode(unhex(vector.encoded ?? ""))).toThrow(DecodeError);
      return;
    }
    const content = contentOf(vector);
    const encoded = content.encode();
    expect(hex(HKDF_SHA256.hash(encoded))).toBe(vector.sha256);
    if (vector.encoded !== undefined) expect(hex(encoded)).toBe(vector.encoded);
    const again = Content.decode(encoded);
    expect(again).toEqual(content);
    expect(again.kind).toBe(vector.kind);
    const id = computeMessageId(unhex(vector.sender), unhex(vector.room_id), encoded);
    expect(hex(id)).toBe(vector.message_id);
  });
});

interface PaddingVector {
  readonly result: "valid" | "refused";
  readonly padded: string;
  readonly length: number;
  readonly content_sha256: string;
  readonly padded_length: number;
  readonly padded_sha256: string;
}

describe("padding hides the length and comes off, or is malformed", () => {
  test.each(vectors<PaddingVector>("content/padding"))("$name", (vector) => {
    if (vector.result === "refused") {
      expect(() => unpad(unhex(vector.padded))).toThrow(DecodeError);
      return;
    }
    const content =
      vector.length === 0 ? new Uint8Array() : shake256(utf8("content"), { dkLen: vector.length });
    expect(hex(HKDF_SHA256.hash(content))).toBe(vector.content_sha256);
    const padded = pad(content);
    expect(padded.length).toBe(vector.padded_length);
    expect(hex(HKDF_SHA256.hash(padded))).toBe(vector.padded_sha256);
    expect(hex(unpad(padded))).toBe(hex(content));
  });
});

interface MergingVector {
  readonly room_id: string;
  readonly log: readonly {
    readonly seq: number;
    readonly time: number;
    readonly pseudonym: string;
    readonly leaf: string;
    readonly encoded: string;
  }[];
  readonly shown: readonly unknown[];
}

describe("messages are shown as their log says, in whatever order it is read", () => {
  const cases = vectors<MergingVector>("content/merging").flatMap((vector) => [
    { ...vector, name: `${vector.name}, forwards` },
    { ...vector, name: `${vector.name}, backwards`, log: [...vector.log].reverse() },
  ]);
  test.each(cases)("$name", async ({ room_id, log, shown }) => {
    const store = await new MemoryKeystore().open("vectors", { create: true });
    for (const { seq, time, ...entry } of log) {
      const said = {
        seq,
        time,
        pseudonym: unhex(entry.pseudonym),
        leaf: unhex(entry.leaf),
        name: "",
        content: unhex(entry.encoded),
        isOwn: false,
        isHistory: false,
      };
      await addRow(store, rowOf(said, unhex(room_id)));
    }
    const ids = [...store.index.from(0)].filter(({ about }) => about === undefined);
    const families = await readFamilies(
      store,
      ids.map(({ id }) => id),
    );
    const merged = families.map(merge).filter((message) => message !== undefined);
    const written = merged.map((message) => ({
      id: hex(message.stored.messageId),
      seq: message.stored.seq,
      text: textOf(message),
      is_edited: message.edit !== undefined,
      is_deleted: message.isDeleted,
      reactions: message.reactions.map((reaction) => ({
        id: hex(reaction.messageId),
        sign: signOf(reaction),
        pseudonym: hex(reaction.pseudonym),
      })),
    }));
    expect(written).toEqual(shown);
  });
});

interface PolicyVector {
  readonly result: "valid" | "refused";
  readonly encoded: string;
  readonly room_id: string;
  readonly private: string;
  readonly revision: number;
  readonly history: History;
  readonly retention: number;
  readonly max_members: number;
  readonly locked: boolean;
  readonly hosts: readonly string[];
  readonly key_id: number;
  readonly admission: string;
  readonly sealed_title: string;
  readonly signer: string;
  readonly signature: string;
}

describe("rules have one encoding, or are malformed", () => {
  test.each(vectors<PolicyVector>("policy/room_policy"))("$name", (vector) => {
    if (vector.result === "refused") {
      expect(() => RoomPolicy.decode(unhex(vector.encoded))).toThrow(DecodeError);
      return;
    }
    const rules = new RoomPolicy({
      revision: vector.revision,
      history: vector.history,
      retention: vector.retention,
      maxMembers: vector.max_members,
      locked: vector.locked,
      hosts: vector.hosts.map(unhex),
      keyId: vector.key_id,
      admission: unhex(vector.admission),
      sealedTitle: unhex(vector.sealed_title),
    }).sign(unhex(vector.private), unhex(vector.room_id));
    expect([hex(rules.signer), hex(rules.signature)]).toEqual([vector.signer, vector.signature]);
    expect(hex(rules.encode())).toBe(vector.encoded);
    const again = RoomPolicy.decode(rules.encode());
    expect(again).toEqual(rules);
    again.verify(unhex(vector.room_id));
  });
});

interface ChangeVector {
  readonly room_id: string;
  readonly before: string;
  readonly after: string;
  readonly in_a_commit: "valid" | "refused";
  readonly in_a_resync: "valid" | "refused";
}

describe("rules follow others as a host may make them", () => {
  test.each(vectors<ChangeVector>("policy/changes"))("$name", (vector) => {
    const roomId = unhex(vector.room_id);
    const before = RoomPolicy.decode(unhex(vector.before));
    const after = RoomPolicy.decode(unhex(vector.after));
    const checks: [string, () => void][] = [
      [vector.in_a_commit, () => after.verifyNext(roomId, before)],
      [vector.in_a_resync, () => after.verify(roomId, before)],
    ];
    for (const [result, check] of checks) {
      if (result === "valid") expect(check).not.toThrow();
      else expect(check).toThrow(PolicyViolation);
    }
  });
});

interface SignalVector {
  readonly result: "valid" | "refused";
  readonly room_id: string;
  readonly epoch: number;
  readonly leaf_key: string;
  readonly key: string;
  readonly private: string;
  readonly salt: string;
  readonly kind: SignalWord;
  readonly time: number;
  readonly body: string;
}

describe("a signal opens for its sender and epoch, or not at all", () => {
  test.each(vectors<SignalVector>("signals/signals"))("$name", (vector) => {
    const [key, leaf, roomId] = [vector.key, vector.leaf_key, vector.room_id].map(unhex);
    if (key === undefined || leaf === undefined || roomId === undefined) throw new Error();
    const epoch = BigInt(vector.epoch);
    const open = () => openSignal(key, leaf, roomId, epoch, unhex(vector.body));
    if (vector.result === "refused") {
      expect(open).toThrow();
      expect(refusal(open)).toSatisfy((error) => {
        return error instanceof CryptoError || error instanceof DecodeError;
      });
      return;
    }
    const signal = { kind: vector.kind, time: vector.time };
    expect(open()).toEqual(signal);
    const salt = fixed(unhex(vector.salt));
    const body = sealSignal(key, unhex(vector.private), roomId, epoch, signal, salt);
    expect(hex(body)).toBe(vector.body);
    expect(body.length).toBe(SIGNAL_BYTES);
    expect(SIGNAL_BYTES).toBe(129);
  });
});

function refusal(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
