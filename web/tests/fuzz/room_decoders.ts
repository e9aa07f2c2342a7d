/** What a relay and members say to each other, and what is stored; each with bytes that it reads. */

import { numberField } from "../../src/client/admission.ts";
import { Content, Disposition, Expiration, pad, unpad } from "../../src/client/content.ts";
import { fromHex } from "../../src/client/hex.ts";
import { Envelope } from "../../src/client/inbox.ts";
import {
  decodeSealedName,
  decodeStatements,
  encodeSealedName,
  encodeStatements,
} from "../../src/client/policy.ts";
import { RoomPolicy } from "../../src/client/room_policy.ts";
import { openSignal, SignalKind, sealSignal } from "../../src/client/signals.ts";
import { decodeSent, encodeSent } from "../../src/client/tally.ts";
import { cleanName, cleanText } from "../../src/client/text.ts";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { ED25519 } from "../../src/crypto/signature.ts";
import { makeArchiveCopy, openArchive, sealArchive } from "../../src/keys/archive.ts";
import {
  openEpochSecret,
  openKeyChain,
  sealEpochSecret,
  sealKeyChain,
} from "../../src/keys/history.ts";
import { ARCHIVE, KEY_CHAIN, SEALED_NAME, SEALED_TITLE, u32, u64 } from "../../src/keys/labels.ts";
import { openNewRoot, sealNewRoot } from "../../src/keys/new_root.ts";
import { deriveSecrets } from "../../src/keys/root.ts";
import { openName, openTitle, sealName, sealTitle } from "../../src/keys/sealed_name.ts";
import { seal } from "../../src/keys/sealing.ts";
import { decodeEntry, encodeEntry } from "../../src/store/slots.ts";
import { readInvite } from "../../src/ui/invite.ts";
import { parseMarkdown } from "../../src/ui/text/markdown.ts";
import * as cbor from "../../src/wire/cbor.ts";
import { errorFor } from "../../src/wire/codes.ts";
import * as messagePack from "../../src/wire/message_pack.ts";
import { eventPacket, readPacket } from "../../src/wire/packets.ts";
import * as roomCode from "../../src/wire/room_code.ts";
import { transcript } from "../../src/wire/transcripts.ts";

export type Read = (data: Uint8Array) => unknown;
export type Decoder = readonly [name: string, read: Read, examples: readonly Uint8Array[]];

const ROOM = new Uint8Array(16);
const KEY = new Uint8Array(32);
const EPOCH = 3n;
const SECRETS = deriveSecrets(KEY);
const NEWER = deriveSecrets(Uint8Array.of(...KEY.subarray(1), 1), 1);
const [PRIVATE, LEAF] = ED25519.generate(systemRandom);
const TARGET = new Uint8Array(32).fill(1);

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const arrayBuffer = (data: Uint8Array) => data.slice().buffer as ArrayBuffer;
const zeros = (length: number) => new Uint8Array(length);

const CONTENTS = [
  new Content(ROOM, "Hello **there**", { extensions: [["roomkey.clock", 1_800_000_000_000]] }),
  new Content(ROOM, "An answer", { inReplyTo: TARGET, topic: bytes("tea") }),
  new Content(ROOM, "Gone soon", { expires: new Expiration(true, 60) }),
  new Content(ROOM, "Better", { replaces: TARGET, language: "en" }),
  new Content(ROOM, undefined, { replaces: TARGET }),
  new Content(ROOM, "👍", { disposition: Disposition.REACTION, inReplyTo: TARGET }),
].map((content) => content.encode());

const INVITES = [
  "https://chat.example.org/r/7GQ2M-0XK4T#orbit%20lantern",
  "chat.example.org/r/7gq2m0xk4t",
  "/r/7GQ2M-0XK4T",
  "7GQ2M-0XK4T",
].map(bytes);
// what an invitation is compared with: the page's own address
globalThis.location ??= new URL("https://chat.example.org/") as unknown as Location;

const NAME = sealName(SECRETS, ROOM, LEAF, "Ada");
const PADDED = pad(CONTENTS[0] ?? ROOM);
const COPY = makeArchiveCopy(PRIVATE, ROOM, EPOCH, ROOM, 0, NAME, PADDED);
const ENVELOPE = {
  room: ROOM,
  seq: 2,
  time: 1_800_000_000_000,
  kind: "message",
  epoch: 3,
  leaf: LEAF,
  request: ROOM,
  body: bytes("sealed"),
  history: bytes("sealed"),
};

const RULES = new RoomPolicy({
  revision: 0,
  history: "shared",
  retention: 86_400,
  maxMembers: 100,
  locked: false,
  hosts: [LEAF],
  keyId: 0,
  admission: KEY,
  sealedTitle: sealTitle(SECRETS, ROOM, "Tea"),
}).sign(PRIVATE, ROOM);

/** What a member with the room key sealed, in the place of what it should have. */
function within(open: Read, key: Uint8Array, label: Uint8Array, ...context: Uint8Array[]): Read {
  return (data) => open(seal(key, label, context, data, zeros));
}

const name: Read = (data) => openName(SECRETS.names, 0, ROOM, LEAF, data);
const title: Read = (data) => openTitle(SECRETS.names, 0, ROOM, data);
const archive: Read = (data) => openArchive(KEY, ROOM, EPOCH, data);
const chain: Read = (data) => openKeyChain(NEWER.history, 1, ROOM, data);
const blocks = (length: number) => [Uint8Array.of(0, length, ...bytes("Ada"), ...zeros(59))];

/** List them. */
export function roomDecoders(): Decoder[] {
  const signal = { kind: SignalKind.HERE, time: 1_800_000_000_000 };
  const archived = transcript(
    COPY.pseudonym,
    COPY.signatureKey,
    u32(0),
    COPY.sealedName,
    COPY.content,
    COPY.signature,
  );
  const answer = messagePack.encode({ ok: false, code: "rate_limited", retry_after: 3 });
  const pushed = eventPacket("room.envelope", ENVELOPE, 1);
  const open = bytes('0{"sid":"x","pingInterval":25000,"pingTimeout":20000,"upgrades":[]}');
  const texts = [bytes("Hello **there** `code` https://example.org\n> quoted\n- one\n- two")];
  texts.push(bytes("[a](b) ~~c~~ _d_ # e\n```\nf\n```"), bytes("\x1b[31mred\x9d👍\u202e"));
  return [
    ["packet", (data) => readPacket(arrayBuffer(data)), [pushed]],
    ["packet of text", (data) => readPacket(text(data)), [open, bytes("2"), bytes("40")]],
    ["MessagePack", messagePack.decode, [messagePack.encode(ENVELOPE), answer]],
    ["envelope", (data) => Envelope.read(messagePack.decode(data)), [messagePack.encode(ENVELOPE)]],
    [
      "answer",
      (data) => numberField(messagePack.decode(data), "seq"),
      [messagePack.encode(ENVELOPE)],
    ],
    ["refusal", (data) => errorFor(Object(messagePack.decode(data))), [answer]],
    ["CBOR", cbor.decode, CONTENTS],
    ["record", cbor.decodeRecord, [cbor.encode(new Map([["a", [1, "b", zeros(9)]]]))]],
    ["content", Content.decode, CONTENTS],
    ["padding", unpad, [PADDED]],
    ["stored entry", decodeEntry, [encodeEntry("key", zeros(9))]],
    ["room code", (data) => roomCode.parse(text(data)), [bytes("7GQ2M-0XK4T")]],
    ["hexadecimal", (data) => fromHex(text(data)), [bytes("00ff7a")]],
    ["text to show", (data) => [cleanText(text(data)), cleanName(text(data))], texts],
    ["Markdown", (data) => parseMarkdown(text(data)), texts],
    ["invitation", (data) => readInvite(text(data)), INVITES],
    ["count of messages", decodeSent, [encodeSent(3)]],
    ["rules", RoomPolicy.decode, [RULES.encode()]],
    ["sealed name in a leaf", decodeSealedName, [encodeSealedName(0, NAME).data]],
    ["leave statements", decodeStatements, [encodeStatements(new Map([[0, zeros(64)]]))]],
    [
      "signal",
      (data) => openSignal(KEY, LEAF, ROOM, EPOCH, data),
      [sealSignal(KEY, PRIVATE, ROOM, EPOCH, signal)],
    ],
    ["sealed name", name, [NAME]],
    ["name by a member", within(name, SECRETS.names, SEALED_NAME, ROOM, u32(0), LEAF), blocks(3)],
    ["sealed title", title, [RULES.sealedTitle]],
    [
      "title by a member",
      within(title, SECRETS.names, SEALED_TITLE, ROOM, u32(0), zeros(0)),
      blocks(3),
    ],
    ["archive copy", archive, [sealArchive(KEY, ROOM, EPOCH, COPY)]],
    ["archive copy by a member", within(archive, KEY, ARCHIVE, ROOM, u64(EPOCH)), [archived]],
    [
      "epoch secret",
      (data) => openEpochSecret(SECRETS.history, 0, ROOM, EPOCH, data),
      [sealEpochSecret(SECRETS, ROOM, EPOCH, KEY)],
    ],
    ["key chain", chain, [sealKeyChain(NEWER, SECRETS, ROOM)]],
    ["key chain by a member", within(chain, NEWER.history, KEY_CHAIN, ROOM, u32(1)), [zeros(64)]],
    ["new root", (data) => openNewRoot(KEY, 1, ROOM, data), [sealNewRoot(KEY, 1, ROOM, KEY)]],
  ];
}
