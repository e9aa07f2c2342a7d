"""The cryptographic primitives, and the only door to the libraries that implement them.

Nothing in here knows about groups, rooms or the relay. Everything takes and returns `bytes`, raises
from `roomkey.errors`, and draws randomness from a source its caller hands in.
"""
