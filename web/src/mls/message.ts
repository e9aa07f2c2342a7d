/** MLSMessage: the envelope of everything MLS sends (RFC 9420 §6). */

import { concat } from "../crypto/bytes.ts";
import { DecodeError } from "../errors.ts";
import { decodeAll, PROTOCOL_VERSION, type Reader, uint16 } from "./codec.ts";
import { WireFormat } from "./framing.ts";
import { GroupInfo } from "./group_info.ts";
import { KeyPackage } from "./key_package.ts";
import { PrivateMessage } from "./private_message.ts";
import { PublicMessage } from "./public_message.ts";
import { Welcome } from "./welcome.ts";

export type Message = PublicMessage | PrivateMessage | Welcome | GroupInfo | KeyPackage;

function wireFormat(message: Message): number {
  if (message instanceof PublicMessage) return WireFormat.PUBLIC_MESSAGE;
  if (message instanceof PrivateMessage) return WireFormat.PRIVATE_MESSAGE;
  if (message instanceof Welcome) return WireFormat.WELCOME;
  return message instanceof GroupInfo ? WireFormat.GROUP_INFO : WireFormat.KEY_PACKAGE;
}

/** Write `struct MLSMessage`. */
export function encodeMessage(message: Message): Uint8Array {
  return concat(uint16(PROTOCOL_VERSION), uint16(wireFormat(message)), message.encode());
}

/** Read `struct MLSMessage`, which must fill the data; throws DecodeError. */
export function decodeMessage(data: Uint8Array): Message {
  return decodeAll(readMessage, data);
}

function readMessage(reader: Reader): Message {
  if (reader.uint16() !== PROTOCOL_VERSION) {
    throw new DecodeError("a message is of another protocol version");
  }
  switch (reader.uint16()) {
    case WireFormat.PUBLIC_MESSAGE:
      return PublicMessage.read(reader);
    case WireFormat.PRIVATE_MESSAGE:
      return PrivateMessage.read(reader);
    case WireFormat.WELCOME:
      return Welcome.read(reader);
    case WireFormat.GROUP_INFO:
      return GroupInfo.read(reader);
    case WireFormat.KEY_PACKAGE:
      return KeyPackage.read(reader);
    default:
      throw new DecodeError("a message is of an unknown wire format");
  }
}
