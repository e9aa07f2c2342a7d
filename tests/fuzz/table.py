"""Everything of the Python packages that meets bytes from outside."""

from .client_decoders import decoders as client_decoders
from .decoder import Decoder
from .directory_decoders import decoders as directory_decoders
from .group_decoders import decoders as group_decoders
from .page_decoders import decoders as page_decoders
from .relay_decoders import decoders as relay_decoders
from .room_decoders import decoders as room_decoders

DECODERS: dict[str, Decoder] = {
    decoder.name: decoder
    for decoders in (
        relay_decoders,
        client_decoders,
        group_decoders,
        room_decoders,
        directory_decoders,
        page_decoders,
    )
    for decoder in decoders()
}
