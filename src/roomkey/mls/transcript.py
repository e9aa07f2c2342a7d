"""Transcript hashes: every commit of the group's history, agreed on by all (RFC 9420 §8.2)."""

from roomkey.crypto.suite import CipherSuite

from .codec import opaque, uint16
from .framing import AuthenticatedContent


def confirmed_transcript_hash(
    suite: CipherSuite, interim_hash: bytes, commit: AuthenticatedContent
) -> bytes:
    """Add a commit and its signature to the interim hash of the epoch it was sent in."""
    signed = uint16(commit.wire_format) + commit.framed.encode() + opaque(commit.signature)
    return suite.hash(interim_hash + signed)


def interim_transcript_hash(
    suite: CipherSuite, confirmed_hash: bytes, confirmation_tag: bytes
) -> bytes:
    """Add a commit's confirmation tag to the confirmed hash of the epoch it starts."""
    return suite.hash(confirmed_hash + opaque(confirmation_tag))
