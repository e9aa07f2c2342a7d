import { CLOCK_EXTENSION, Content, paddingFor, SALT_BYTES } from "../client/content.ts";
import { encodeSent } from "../client/tally.ts";
import { concat, equal, toHex, utf8 } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { cipherSuite, XWING_SUITE } from "../crypto/suite.ts";
import { ROOM_ID_LENGTH } from "../keys/labels.ts";
import { opaque, PROTOCOL_VERSION, uint8, uint16, uint64 } from "../mls/codec.ts";
import { WireFormat } from "../mls/framing.ts";
import {
  decodeMessage,
  Environment,
  Group,
  PrivateMessage,
  SigningIdentity,
} from "../mls/index.ts";
import type { EnvelopePart, SealedMessage } from "./demo.ts";

/** Write a text in a room of one member that is made here for it, as the client does. */
export function sealMessage(text: string): SealedMessage {
  const suite = cipherSuite(XWING_SUITE);
  const identity = SigningIdentity.generate(suite, systemRandom(ROOM_ID_LENGTH));
  const environment = new Environment(() => Math.floor(Date.now() / 1000));
  const group = Group.create(identity, systemRandom(ROOM_ID_LENGTH), environment);
  // it sends only as many messages as are reserved where it is stored
  group.encode();
  const extensions = [[CLOCK_EXTENSION, Date.now()]] as const;
  const content = new Content(systemRandom(SALT_BYTES), text, { extensions }).encode();
  const padding = paddingFor(content.length);
  const sent = group.protect(content, { authenticatedData: encodeSent(0), padding });
  return {
    parts: partsOf(sent).map(([part, bytes]) => [part, toHex(bytes)] as const),
    textBytes: utf8(text).length,
    contentBytes: content.length,
    paddedBytes: content.length + padding,
    sentBytes: sent.length,
  };
}

/** Take a private message apart into the fields of RFC 9420, 6.3, which give it again together. */
function partsOf(sent: Uint8Array): readonly (readonly [EnvelopePart, Uint8Array])[] {
  const message = decodeMessage(sent);
  if (!(message instanceof PrivateMessage)) throw new TypeError("not a private message");
  const parts: readonly (readonly [EnvelopePart, Uint8Array])[] = [
    ["version", concat(uint16(PROTOCOL_VERSION), uint16(WireFormat.PRIVATE_MESSAGE))],
    ["room", opaque(message.groupId)],
    ["epoch", uint64(message.epoch)],
    ["kind", uint8(message.contentType)],
    ["added", opaque(message.authenticatedData)],
    ["sender", opaque(message.encryptedSenderData)],
    ["ciphertext", opaque(message.ciphertext)],
  ];
  if (!equal(concat(...parts.map(([, bytes]) => bytes)), sent)) throw new TypeError("other parts");
  return parts;
}
