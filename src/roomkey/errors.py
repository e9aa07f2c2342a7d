"""Every error Roomkey raises.

RoomkeyError
├── DecodeError              bytes that are not what they should be
├── CryptoError              a primitive refused
│   ├── BadSignature
│   ├── DecryptionFailed
│   ├── InvalidKey
│   └── UnsupportedSuite
├── MlsError                 the group protocol refused
│   ├── ValidationError      carries the id of the rule that was broken (docs/requirements.md)
│   ├── WrongEpoch
│   ├── GenerationConsumed
│   ├── SendingExhausted
│   ├── OwnMessage
│   └── NotAMember
├── RequestError             the relay answered a request with a code
│   ├── MalformedRequest
│   ├── UnknownEvent
│   ├── UnsupportedVersion
│   ├── WrongRoomKey         also: no such room; the two are never told apart
│   ├── NotAdmitted
│   ├── EpochConflict
│   ├── StaleEpoch
│   ├── TooLarge
│   ├── RateLimited
│   ├── RoomFull
│   ├── RoomLocked           only after the room key was proved
│   ├── TooManyRooms
│   ├── TooManyConnections
│   ├── ConnectionFull       one connection holds no more rooms
│   ├── RoomClosed
│   ├── StorageFull
│   ├── HandleTaken
│   ├── UnknownHandle
│   ├── DirectoryFull        the relay takes no more handles
│   ├── InboxFull
│   └── RelayFault
├── RelayUnreachable         no answer from the relay
├── RelayInconsistent        what the relay shows contradicts itself, or what members signed
├── GhostMember              a leaf whose sealed name does not open
├── PolicyViolation          a member did what its role does not allow
├── RoomBroken               a commit that nobody can follow; a host's client undoes it
├── ChangeUndone             a host's client has undone one
├── RoomKeyNeeded            the room key was changed, and this member was not given the new one
├── RoomKeyUnacceptable      a typed room key that cannot be used
├── ExchangeRefused          numbers that no Diffie-Hellman exchange must be made with
├── IdentityChanged          a handle's identity key is another than the one that is known
├── HandleNeeded             one has no handle to write from
└── StateError               the client's own files
    ├── StateCorrupt
    ├── StateLocked
    └── StateFull

Each class has a stable `code` for scripts, a `sentence` for a person, and the `next_step` to take.
A `detail` may follow; it never holds user content, keys, names or addresses.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class RoomkeyError(Exception):
    """The root of the tree: catches everything Roomkey raises on purpose."""

    code: ClassVar[str] = "error"
    sentence: ClassVar[str] = "Something went wrong."
    next_step: ClassVar[str] = "Try again."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.sentence} ({self.detail})" if self.detail else self.sentence


class DecodeError(RoomkeyError):
    """Bytes from outside do not have the form the protocol gives them."""

    code = "malformed"
    sentence = "Received data that is not well formed."
    next_step = "Check that both sides run a current version of Roomkey."


class CryptoError(RoomkeyError):
    """A cryptographic operation refused its input."""

    code = "crypto"
    sentence = "A cryptographic check failed."
    next_step = "Do not trust the message; ask the sender to send it again."


class BadSignature(CryptoError):
    """A signature does not fit its key and content."""

    code = "bad_signature"
    sentence = "A signature is not valid."


class DecryptionFailed(CryptoError):
    """A ciphertext does not open under this key, nonce and associated data."""

    code = "decryption_failed"
    sentence = "A ciphertext could not be opened."


class InvalidKey(CryptoError):
    """A public or private key is not one of its kind."""

    code = "invalid_key"
    sentence = "A key is not valid."


class UnsupportedSuite(CryptoError):
    """A group uses a cipher suite this version does not compute with."""

    code = "unsupported_suite"
    sentence = "This room uses cryptography that this version of Roomkey does not know."
    next_step = "Update Roomkey."


class MlsError(RoomkeyError):
    """The group protocol (RFC 9420) refused an operation; the group's state is as before."""

    code = "mls"
    sentence = "The group refused a message."
    next_step = "Rejoin the room if this goes on."


class ValidationError(MlsError):
    """A validation rule of RFC 9420 was broken; `rule` is its id in docs/requirements.md."""

    code = "mls_validation"
    sentence = "A group message breaks a rule of the protocol."

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule}: {detail}" if detail else rule)
        self.rule = rule


class WrongEpoch(MlsError):
    """A message belongs to an epoch this member does not hold keys for."""

    code = "wrong_epoch"
    sentence = "A message belongs to another state of the group."


class GenerationConsumed(MlsError):
    """A message's key was used already or is out of the window kept for late messages."""

    code = "generation_consumed"
    sentence = "A message was received before, or too late."


class SendingExhausted(MlsError):
    """The reserved generations are used up: the state must be stored before more is sent."""

    code = "sending_exhausted"
    sentence = "The group's state must be stored before more is sent."


class OwnMessage(MlsError):
    """A member cannot process what it sent itself."""

    code = "own_message"
    sentence = "This message was sent from here."


class NotAMember(MlsError):
    """This member was removed from the group or has left it."""

    code = "not_a_member"
    sentence = "You are no longer in this room."
    next_step = "Join again with the room's code and its current room key."


class RequestError(RoomkeyError):
    """The relay refused a request; nothing was stored. `answer` holds what came with the code."""

    code = "refused"
    sentence = "The relay refused the request."

    def __init__(self, detail: str = "", answer: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.answer: Mapping[str, Any] = answer or {}


class MalformedRequest(RequestError):
    """A request lacks a field, or a field has the wrong type or length."""

    code = "malformed_request"
    sentence = "The relay did not understand the request."
    next_step = "Check that both sides run a current version of Roomkey."


class UnknownEvent(RequestError):
    """The relay knows no event of that name."""

    code = "unknown_event"
    sentence = "The relay does not know this request."
    next_step = "Check that both sides run a current version of Roomkey."


class UnsupportedVersion(RequestError):
    """Client and relay speak different versions of the protocol."""

    code = "unsupported_version"
    sentence = "This relay speaks another version of the protocol."
    next_step = "Update Roomkey on both sides."


class WrongRoomKey(RequestError):
    """The room key is wrong or there is no such room; the relay never says which."""

    code = "wrong_room_key"
    sentence = "Wrong room key, or no such room."
    next_step = "Check the room code and the room key with whoever gave them to you."


class NotAdmitted(RequestError):
    """The connection has not proved that it belongs to this room."""

    code = "not_admitted"
    sentence = "This connection is not in the room."
    next_step = "Join the room first."


class EpochConflict(RequestError):
    """Another commit won this epoch; catch up, then try again."""

    code = "epoch_conflict"
    sentence = "Somebody else changed the group at the same moment."
    next_step = "Wait a moment: it is tried again by itself."


class StaleEpoch(RequestError):
    """A message was encrypted for an epoch that has passed; catch up, encrypt again, send again."""

    code = "stale_epoch"
    sentence = "The group changed before the message arrived."
    next_step = "Wait a moment: it is sent again by itself."


class TooLarge(RequestError):
    """A field is larger than the relay accepts."""

    code = "too_large"
    sentence = "This is too large to send."
    next_step = "Send it in smaller parts."


class RateLimited(RequestError):
    """Too many requests in too short a time."""

    code = "rate_limited"
    sentence = "Too many tries in a short time."
    next_step = "Wait a minute, then try again."


class RoomFull(RequestError):
    """The room has as many members as it may have."""

    code = "room_full"
    sentence = "This room is full."
    next_step = "Ask somebody in the room to make space, or use a larger room."


class RoomLocked(RequestError):
    """A host locked the room: those who are in it stay, nobody new comes in."""

    code = "room_locked"
    sentence = "This room is locked: nobody new comes in."
    next_step = "Ask a host of the room to unlock it."


class TooManyRooms(RequestError):
    """The relay holds as many rooms as its operator allows."""

    code = "too_many_rooms"
    sentence = "This relay takes no more rooms."
    next_step = "Ask its operator, or use another relay."


class TooManyConnections(RequestError):
    """The relay, or the address this client comes from, has as many connections as it may have."""

    code = "too_many_connections"
    sentence = "This relay takes no more connections."
    next_step = "Close other windows that use it, or try again in a minute."


class ConnectionFull(RequestError):
    """One connection is in as many rooms as it may be."""

    code = "connection_full"
    sentence = "This connection is in as many rooms as it may be."
    next_step = "Open the room in another window or program."


class RoomClosed(RequestError):
    """The room was closed by its host."""

    code = "room_closed"
    sentence = "This room was closed."
    next_step = "Create a new room."


class StorageFull(RequestError):
    """The relay's disk is full; nothing was stored, nothing stored before is lost."""

    code = "storage_full"
    sentence = "The relay's disk is full; the message was not stored."
    next_step = "It is sent again by itself; tell the relay's operator."


class HandleTaken(RequestError):
    """Somebody else has claimed this handle; it stays theirs."""

    code = "handle_taken"
    sentence = "This handle is somebody else's."
    next_step = "Choose another."


class UnknownHandle(RequestError):
    """Nobody has claimed this handle, or its owner has left nothing to be added with."""

    code = "unknown_handle"
    sentence = "Nobody can be written to by this handle."
    next_step = "Check how it is written."


class DirectoryFull(RequestError):
    """The relay holds as many handles as its operator allows."""

    code = "directory_full"
    sentence = "This relay takes no more handles."
    next_step = "Ask its operator, or use another relay."


class InboxFull(RequestError):
    """So many conversations wait for the owner of a handle that no more fit."""

    code = "inbox_full"
    sentence = "This inbox is full."
    next_step = "Try again later."


class RelayFault(RequestError):
    """The relay failed in a way it did not foresee."""

    code = "relay_fault"
    sentence = "The relay failed to handle the request."
    next_step = "Try again; if it goes on, tell the relay's operator."


class RelayUnreachable(RoomkeyError):
    """No relay answers at the address given."""

    code = "relay_unreachable"
    sentence = "The relay does not answer."
    next_step = "Check its address and your connection."


class RelayInconsistent(RoomkeyError):
    """What the relay shows contradicts what it showed before, or what the room's members signed."""

    code = "relay_inconsistent"
    sentence = (
        "What the relay shows of this room does not add up: "
        "something was left out, changed or taken back."
    )
    next_step = "Compare safety codes with the others over another way, and tell its operator."


class GhostMember(RoomkeyError):
    """A leaf's sealed name does not open, so whoever made it does not know the room key."""

    code = "ghost_member"
    sentence = "The relay shows a member who does not know the room key."
    next_step = "Do not use this room on this relay."


class PolicyViolation(RoomkeyError):
    """A member did something that only a host may do, or that this room's policy forbids."""

    code = "policy_violation"
    sentence = "A change to the room was refused: its sender may not make it."
    next_step = "Tell the room's host."


class RoomBroken(RoomkeyError):
    """A commit was accepted that this member cannot follow, and what it led to cannot be joined."""

    code = "room_broken"
    sentence = "Somebody in the room sent a change that cannot be followed."
    next_step = "It is undone as soon as a host of the room is online; what you write waits."


class ChangeUndone(RoomkeyError):
    """This host's client has led the room on from before a commit that could not be followed."""

    code = "change_undone"
    sentence = (
        "A member sent a change that nobody could follow. It was undone, and the member removed."
    )
    next_step = "Change the room key, so that whoever sent it does not come back."


class RoomKeyNeeded(RoomkeyError):
    """The room key was changed, and this member was not given the new one."""

    code = "room_key_needed"
    sentence = "The room key was changed, and this device does not know the new one."
    next_step = "Ask somebody in the room for the new room key, and give it here."


class RoomKeyUnacceptable(RoomkeyError):
    """A room key is empty, too long or not text."""

    code = "room_key_unacceptable"
    sentence = "This room key cannot be used."
    next_step = "Use a generated one, or at least eight characters."


class ExchangeRefused(RoomkeyError):
    """Numbers that no Diffie-Hellman exchange must be made with; `problem` is an id of why."""

    code = "exchange_refused"
    sentence = "No safe exchange can be made with these numbers."
    next_step = "Choose other numbers, or one of the named groups."

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(detail)
        self.problem = problem


class IdentityChanged(RoomkeyError):
    """A handle's identity key is not the one that was seen first; nothing is sent to it."""

    code = "identity_changed"
    sentence = "TAKE CARE: this handle has another identity key than before."
    next_step = "Compare the new safety number with its owner by another way, then accept it."


class HandleNeeded(RoomkeyError):
    """Who writes to a handle needs one of its own, to be answered under."""

    code = "handle_needed"
    sentence = "You have no handle on this relay yet."
    next_step = "Claim one first."


class StateError(RoomkeyError):
    """The client's own stored state cannot be used."""

    code = "state"
    sentence = "The stored state of this room cannot be used."
    next_step = "Nothing was deleted; see the file named above."


class StateCorrupt(StateError):
    """The state file is damaged or was sealed under another key."""

    code = "state_corrupt"
    sentence = "The stored state cannot be opened: it is damaged or its key is another."
    next_step = "Move the file away and join again with the room's code and key."


class StateLocked(StateError):
    """Another process has this room open."""

    code = "state_locked"
    sentence = "This room is open in another window or program."
    next_step = "Close it there first."


class StateFull(StateError):
    """The disk is full; the state is as it was before."""

    code = "state_full"
    sentence = "The disk is full; nothing was sent."
    next_step = "Free some space, then try again."


def by_code(code: str) -> type[RoomkeyError]:
    """Find the error with a code; the root of the tree if there is none."""
    waiting = [RoomkeyError]
    for cls in waiting:
        if cls.code == code:
            return cls
        waiting += cls.__subclasses__()
    return RoomkeyError
