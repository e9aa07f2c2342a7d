"""MLSMessage: the envelope of everything MLS sends (RFC 9420 §6)."""

from typing import TypeAlias

from roomkey.errors import DecodeError

from .codec import PROTOCOL_VERSION, Reader, decode_all, uint16
from .framing import WireFormat
from .group_info import GroupInfo
from .key_package import KeyPackage
from .private_message import PrivateMessage
from .public_message import PublicMessage
from .welcome import Welcome

Message: TypeAlias = PublicMessage | PrivateMessage | Welcome | GroupInfo | KeyPackage


def _wire_format(message: Message) -> int:
    match message:
        case PublicMessage():
            return WireFormat.PUBLIC_MESSAGE
        case PrivateMessage():
            return WireFormat.PRIVATE_MESSAGE
        case Welcome():
            return WireFormat.WELCOME
        case GroupInfo():
            return WireFormat.GROUP_INFO
        case KeyPackage():
            return WireFormat.KEY_PACKAGE


def encode_message(message: Message) -> bytes:
    """Write `struct MLSMessage`."""
    return uint16(PROTOCOL_VERSION) + uint16(_wire_format(message)) + message.encode()


def decode_message(data: bytes) -> Message:
    """Read `struct MLSMessage`, which must fill the data; raises DecodeError."""
    return decode_all(_read, data)


def _read(reader: Reader) -> Message:
    if reader.uint16() != PROTOCOL_VERSION:
        raise DecodeError("a message is of another protocol version")
    match reader.uint16():
        case WireFormat.PUBLIC_MESSAGE:
            return PublicMessage.decode(reader)
        case WireFormat.PRIVATE_MESSAGE:
            return PrivateMessage.decode(reader)
        case WireFormat.WELCOME:
            return Welcome.decode(reader)
        case WireFormat.GROUP_INFO:
            return GroupInfo.decode(reader)
        case WireFormat.KEY_PACKAGE:
            return KeyPackage.decode(reader)
        case _:
            raise DecodeError("a message is of an unknown wire format")
