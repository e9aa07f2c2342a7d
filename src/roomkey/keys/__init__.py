"""From the room key people share to the keys a room uses; the law is docs/protocol/keys.md.

No I/O, no clock, and no randomness but what the caller hands in.
"""
