/** What a message says, as the IETF's MIMI content in CBOR (docs/protocol/content.md). */

import { bigEndian, concat, equal, fromBigEndian, fromUtf8, utf8 } from "../crypto/bytes.ts";
import { HKDF_SHA256 } from "../crypto/hkdf.ts";
import { DecodeError, RoomkeyError, TooLarge } from "../errors.ts";
import { decode, encode } from "../wire/cbor.ts";
import { isUint } from "./uint.ts";

export const SALT_BYTES = 16;
const MESSAGE_ID_BYTES = 32;
export const MAX_TEXT_BYTES = 64_000;
export const MAX_SIGN_BYTES = 64;
const MAX_TOPIC_BYTES = 64;
const MAX_EXTENSIONS = 16;
const MAX_EXTENSION_BYTES = 1024;
export const BUCKETS = [256, 1024, 4096, 16384, 65536] as const;
const LARGEST_BUCKET = BUCKETS[BUCKETS.length - 1] as number;

const MARKDOWN = "text/markdown;variant=GFM";
export const PLAIN = "text/plain;charset=utf-8";
export const CLOCK_EXTENSION = "roomkey.clock";

const MAX_UINT32 = 2 ** 32 - 1;
const NULL_PART = 0;
const SINGLE_PART = 1;
const FIELDS = 7;
const MAX_CONTAINERS = 4;

/** What a body is for (the draft's baseDispos). */
export const Disposition = { RENDER: 1, REACTION: 2 } as const;

/** What a content is, by its shape; there are no others. */
export type ContentKind = "message" | "edit" | "deletion" | "reaction" | "retraction";

export type ContentType = typeof MARKDOWN | typeof PLAIN;

/** When a message is to be forgotten: seconds after it was shown, or seconds since 1970. */
export class Expiration {
  constructor(
    readonly relative: boolean,
    readonly seconds: number,
  ) {}
}

type ExtensionName = number | string;
type ExtensionValue = number | string | Uint8Array;
export type ContentExtensions = readonly (readonly [ExtensionName, ExtensionValue])[];

/** The fields of a message that most messages leave as they are. */
export interface ContentOptions {
  readonly disposition?: number;
  readonly contentType?: ContentType;
  readonly language?: string;
  readonly replaces?: Uint8Array | undefined;
  readonly topic?: Uint8Array;
  readonly expires?: Expiration | undefined;
  readonly inReplyTo?: Uint8Array | undefined;
  readonly extensions?: ContentExtensions;
}

/** A message, or what changes one: a body, or none when it takes back what it replaces. */
export class Content {
  readonly salt: Uint8Array;
  readonly text: string | undefined;
  readonly disposition: number;
  readonly contentType: ContentType;
  readonly language: string;
  readonly replaces: Uint8Array | undefined;
  readonly topic: Uint8Array;
  readonly expires: Expiration | undefined;
  readonly inReplyTo: Uint8Array | undefined;
  readonly extensions: ContentExtensions;

  constructor(salt: Uint8Array, text: string | undefined, options: ContentOptions = {}) {
    this.salt = salt;
    this.text = text;
    this.disposition = options.disposition ?? Disposition.RENDER;
    this.contentType = options.contentType ?? MARKDOWN;
    this.language = options.language ?? "";
    this.replaces = options.replaces;
    this.topic = options.topic ?? new Uint8Array();
    this.expires = options.expires;
    this.inReplyTo = options.inReplyTo;
    this.extensions = options.extensions ?? [];
  }

  /** The sender's clock when it wrote this, in milliseconds since 1970; undefined if not said. */
  get senderClock(): number | undefined {
    const value = this.extensions.find(([name]) => name === CLOCK_EXTENSION)?.[1];
    return typeof value === "number" ? value : undefined;
  }

  /** What this is by its shape (content.md, section Form); throws DecodeError. */
  get kind(): ContentKind {
    const isReaction = this.disposition === Disposition.REACTION;
    const isNew = this.replaces === undefined;
    const hasText = this.text !== undefined;
    const answers = this.inReplyTo !== undefined;
    if (isNew && hasText && !isReaction) return "message";
    check(this.expires === undefined);
    if (isNew && hasText) {
      const length = utf8(this.text).length;
      check(answers && length >= 1 && length <= MAX_SIGN_BYTES);
      return "reaction";
    }
    if (!isNew && hasText && !isReaction) return "edit";
    check(!isNew && !hasText && !answers);
    return isReaction ? "retraction" : "deletion";
  }

  /** The id of what this changes: a message, or the reaction that is taken back. */
  get target(): Uint8Array | undefined {
    return this.kind === "reaction" ? this.inReplyTo : this.replaces;
  }

  /** Write deterministic CBOR; throws TooLarge above 64,000 bytes of text. */
  encode(): Uint8Array {
    const part: unknown[] = [this.disposition, this.language];
    if (this.text === undefined) {
      part.push(NULL_PART);
    } else {
      const body = utf8(this.text);
      if (body.length > MAX_TEXT_BYTES) {
        throw new TooLarge(`a message has at most ${MAX_TEXT_BYTES} bytes`);
      }
      part.push(SINGLE_PART, this.contentType, body);
    }
    const expires = this.expires && [this.expires.relative, this.expires.seconds];
    const fields = [
      this.salt,
      this.replaces ?? null,
      this.topic,
      expires ?? null,
      this.inReplyTo ?? null,
      sorted(this.extensions),
      part,
    ];
    return encode(fields);
  }

  /** Read exactly what `encode` writes; throws DecodeError for anything else. */
  static decode(data: Uint8Array): Content {
    if (data.length > LARGEST_BUCKET) throw new DecodeError("content is too long");
    let content: Content;
    let canonical: Uint8Array;
    try {
      content = fromFields(decode(data, MAX_CONTAINERS));
      canonical = content.encode();
      content.kind;
    } catch (error) {
      if (error instanceof RoomkeyError && !(error instanceof TooLarge)) throw error;
      throw new DecodeError("content is not well formed");
    }
    // one message, one encoding: the message id must not depend on how it was written
    if (!equal(canonical, data)) throw new DecodeError("content is not in its only form");
    return content;
  }
}

/** Put extensions in the order of their names' encodings: shorter first, then by bytes. */
function sorted(extensions: ContentExtensions): Map<ExtensionName, ExtensionValue> {
  const keyed = extensions.map((item) => ({ item, key: encode(item[0]) }));
  keyed.sort((left, right) => compare(left.key, right.key));
  return new Map(keyed.map(({ item }) => item));
}

function compare(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length) return left.length - right.length;
  for (const [at, byte] of left.entries()) {
    const difference = byte - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Name a message by who wrote it, where, and every byte of it; 32 bytes.
 *
 * `sender` is the writer's pseudonym, `encoded` the content as it was sent.
 */
export function computeMessageId(
  sender: Uint8Array,
  roomId: Uint8Array,
  encoded: Uint8Array,
): Uint8Array {
  const fields = [sender, roomId, encoded].flatMap((part) => [bigEndian(part.length, 4), part]);
  return concat(Uint8Array.of(1), HKDF_SHA256.hash(concat(...fields)).subarray(0, 31));
}

/** Return how many zero bytes bring content of `length` bytes to the next bucket. */
export function paddingFor(length: number): number {
  const bucket = BUCKETS.find((size) => length <= size);
  if (bucket === undefined) throw new TooLarge(`content has at most ${LARGEST_BUCKET} bytes`);
  return bucket - length;
}

/** Return content behind its length (four bytes, big-endian) and zeros up to its bucket. */
export function pad(encoded: Uint8Array): Uint8Array {
  return concat(bigEndian(encoded.length, 4), encoded, new Uint8Array(paddingFor(encoded.length)));
}

/** Return what `pad` was given; throws DecodeError unless every other byte is as it wrote it. */
export function unpad(padded: Uint8Array): Uint8Array {
  const length = Number(fromBigEndian(padded.subarray(0, 4)));
  const encoded = padded.slice(4, 4 + length);
  if (padded.length < 4 || encoded.length !== length || length > LARGEST_BUCKET) {
    throw new DecodeError("padding");
  }
  if (!equal(pad(encoded), padded)) throw new DecodeError("padding");
  return encoded;
}

function fromFields(fields: unknown): Content {
  const [salt, replaces, topic, expires, inReplyTo, extensions, part] = array(fields, FIELDS);
  check(isBytes(topic) && topic.length <= MAX_TOPIC_BYTES);
  check(isBytes(salt) && salt.length === SALT_BYTES);
  const { text, ...form } = readPart(part);
  return new Content(salt, text, {
    ...form,
    replaces: messageId(replaces),
    topic,
    expires: expiration(expires),
    inReplyTo: messageId(inReplyTo),
    extensions: readExtensions(extensions),
  });
}

function check(condition: boolean): asserts condition {
  if (!condition) throw new DecodeError("content is not well formed");
}

function array(value: unknown, length: number): unknown[] {
  check(Array.isArray(value) && value.length === length);
  return value;
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function messageId(value: unknown): Uint8Array | undefined {
  if (value === null) return undefined;
  check(isBytes(value) && value.length === MESSAGE_ID_BYTES);
  return value;
}

function expiration(value: unknown): Expiration | undefined {
  if (value === null) return undefined;
  const [relative, seconds] = array(value, 2);
  check(typeof relative === "boolean" && isUint(seconds, MAX_UINT32) && seconds > 0);
  return new Expiration(relative, seconds);
}

function readExtensions(value: unknown): ContentExtensions {
  check(value instanceof Map && value.size <= MAX_EXTENSIONS);
  const items: [ExtensionName, ExtensionValue][] = [];
  for (const [name, item] of value as Map<unknown, unknown>) {
    check(isExtensionName(name) && isExtensionValue(item));
    items.push([name, item]);
  }
  return items;
}

function isExtensionName(name: unknown): name is ExtensionName {
  if (typeof name === "string") return name !== "" && utf8(name).length <= 255;
  return Number.isInteger(name) && Math.abs(name as number) <= MAX_UINT32;
}

function isExtensionValue(value: unknown): value is ExtensionValue {
  if (typeof value === "string") return utf8(value).length <= MAX_EXTENSION_BYTES;
  if (isBytes(value)) return value.length <= MAX_EXTENSION_BYTES;
  return isUint(value);
}

interface Part {
  readonly disposition: number;
  readonly language: string;
  readonly contentType: ContentType;
  readonly text: string | undefined;
}

function readPart(value: unknown): Part {
  check(Array.isArray(value) && value.length >= 3);
  const [disposition, language, cardinality] = value as unknown[];
  check(disposition === Disposition.RENDER || disposition === Disposition.REACTION);
  check(typeof language === "string" && [...language].length <= 35);
  check(isUint(cardinality, SINGLE_PART));
  if (cardinality === NULL_PART) {
    array(value, 3);
    return { disposition, language, contentType: MARKDOWN, text: undefined };
  }
  const [, , , contentType, body] = array(value, 5);
  check(contentType === MARKDOWN || contentType === PLAIN);
  check(isBytes(body) && body.length <= MAX_TEXT_BYTES);
  return { disposition, language, contentType, text: fromUtf8(body) };
}
