/**
 * Every error Roomkey raises.
 *
 * RoomkeyError
 * ├── DecodeError              bytes that are not what they should be
 * ├── CryptoError              a primitive refused
 * │   ├── BadSignature
 * │   ├── DecryptionFailed
 * │   ├── InvalidKey
 * │   └── UnsupportedSuite
 * ├── MlsError                 the group protocol refused
 * │   ├── ValidationError      carries the id of the rule that was broken (docs/requirements.md)
 * │   ├── WrongEpoch
 * │   ├── GenerationConsumed
 * │   ├── SendingExhausted
 * │   ├── OwnMessage
 * │   └── NotAMember
 * ├── RequestError             the relay answered a request with a code
 * │   ├── MalformedRequest
 * │   ├── UnknownEvent
 * │   ├── UnsupportedVersion
 * │   ├── WrongRoomKey         also: no such room; the two are never told apart
 * │   ├── NotAdmitted
 * │   ├── EpochConflict
 * │   ├── StaleEpoch
 * │   ├── TooLarge
 * │   ├── RateLimited
 * │   ├── RoomFull
 * │   ├── RoomLocked           only after the room key was proved
 * │   ├── TooManyRooms
 * │   ├── TooManyConnections
 * │   ├── ConnectionFull       one connection holds no more rooms
 * │   ├── RoomClosed
 * │   ├── StorageFull
 * │   ├── HandleTaken
 * │   ├── UnknownHandle
 * │   ├── DirectoryFull        the relay takes no more handles
 * │   ├── InboxFull
 * │   └── RelayFault
 * ├── RelayUnreachable         no answer from the relay
 * ├── RelayInconsistent        what the relay shows contradicts itself, or what members signed
 * ├── GhostMember              a leaf whose sealed name does not open
 * ├── PolicyViolation          a member did what its role does not allow
 * ├── RoomBroken               a commit that nobody can follow; a host's client undoes it
 * ├── ChangeUndone             a host's client has undone one
 * ├── RoomKeyNeeded            the room key was changed, and this member was not given the new one
 * ├── RoomKeyUnacceptable      a typed room key that cannot be used
 * ├── ExchangeRefused          numbers that no Diffie-Hellman exchange must be made with
 * ├── IdentityChanged          a handle's identity key is another than the one that is known
 * ├── HandleNeeded             one has no handle to write from
 * └── StateError               the client's own files
 *     ├── StateCorrupt
 *     ├── StateLocked
 *     └── StateFull
 *
 * Each class has a stable `code` for scripts, a `sentence` for a person, and the `nextStep` to take.
 * A `detail` may follow; it never holds user content, keys, names or addresses.
 */

/** The root of the tree: catches everything Roomkey raises on purpose. */
export class RoomkeyError extends Error {
  static readonly code: string = "error";
  static readonly sentence: string = "Something went wrong.";
  static readonly nextStep: string = "Try again.";
  readonly detail: string;

  constructor(detail = "") {
    super();
    this.detail = detail;
    this.message = detail ? `${this.sentence} (${detail})` : this.sentence;
    // The class's own name is shortened in the built page.
    this.name = this.code;
  }

  get code(): string {
    return this.#class.code;
  }

  get sentence(): string {
    return this.#class.sentence;
  }

  get nextStep(): string {
    return this.#class.nextStep;
  }

  get #class(): typeof RoomkeyError {
    return this.constructor as typeof RoomkeyError;
  }
}

/** Bytes from outside do not have the form the protocol gives them. */
export class DecodeError extends RoomkeyError {
  static override readonly code: string = "malformed";
  static override readonly sentence: string = "Received data that is not well formed.";
  static override readonly nextStep: string =
    "Check that both sides run a current version of Roomkey.";
}

/** A cryptographic operation refused its input. */
export class CryptoError extends RoomkeyError {
  static override readonly code: string = "crypto";
  static override readonly sentence: string = "A cryptographic check failed.";
  static override readonly nextStep: string =
    "Do not trust the message; ask the sender to send it again.";
}

/** A signature does not fit its key and content. */
export class BadSignature extends CryptoError {
  static override readonly code: string = "bad_signature";
  static override readonly sentence: string = "A signature is not valid.";
}

/** A ciphertext does not open under this key, nonce and associated data. */
export class DecryptionFailed extends CryptoError {
  static override readonly code: string = "decryption_failed";
  static override readonly sentence: string = "A ciphertext could not be opened.";
}

/** A public or private key is not one of its kind. */
export class InvalidKey extends CryptoError {
  static override readonly code: string = "invalid_key";
  static override readonly sentence: string = "A key is not valid.";
}

/** A group uses a cipher suite this version does not compute with. */
export class UnsupportedSuite extends CryptoError {
  static override readonly code: string = "unsupported_suite";
  static override readonly sentence: string =
    "This room uses cryptography that this version of Roomkey does not know.";
  static override readonly nextStep: string = "Update Roomkey.";
}

/** The group protocol (RFC 9420) refused an operation; the group's state is as before. */
export class MlsError extends RoomkeyError {
  static override readonly code: string = "mls";
  static override readonly sentence: string = "The group refused a message.";
  static override readonly nextStep: string = "Rejoin the room if this goes on.";
}

/** A validation rule of RFC 9420 was broken; `rule` is its id in docs/requirements.md. */
export class ValidationError extends MlsError {
  static override readonly code: string = "mls_validation";
  static override readonly sentence: string = "A group message breaks a rule of the protocol.";
  readonly rule: string;

  constructor(rule: string, detail = "") {
    super(detail ? `${rule}: ${detail}` : rule);
    this.rule = rule;
  }
}

/** A message belongs to an epoch this member does not hold keys for. */
export class WrongEpoch extends MlsError {
  static override readonly code: string = "wrong_epoch";
  static override readonly sentence: string = "A message belongs to another state of the group.";
}

/** A message's key was used already or is out of the window kept for late messages. */
export class GenerationConsumed extends MlsError {
  static override readonly code: string = "generation_consumed";
  static override readonly sentence: string = "A message was received before, or too late.";
}

/** The reserved generations are used up: the state must be stored before more is sent. */
export class SendingExhausted extends MlsError {
  static override readonly code: string = "sending_exhausted";
  static override readonly sentence: string =
    "The group's state must be stored before more is sent.";
}

/** A member cannot process what it sent itself. */
export class OwnMessage extends MlsError {
  static override readonly code: string = "own_message";
  static override readonly sentence: string = "This message was sent from here.";
}

/** This member was removed from the group or has left it. */
export class NotAMember extends MlsError {
  static override readonly code: string = "not_a_member";
  static override readonly sentence: string = "You are no longer in this room.";
  static override readonly nextStep: string =
    "Join again with the room's code and its current room key.";
}

/** The relay refused a request; nothing was stored. `answer` holds what came with the code. */
export class RequestError extends RoomkeyError {
  static override readonly code: string = "refused";
  static override readonly sentence: string = "The relay refused the request.";
  readonly answer: Readonly<Record<string, unknown>>;

  constructor(detail = "", answer: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.answer = answer;
  }
}

/** A request lacks a field, or a field has the wrong type or length. */
export class MalformedRequest extends RequestError {
  static override readonly code: string = "malformed_request";
  static override readonly sentence: string = "The relay did not understand the request.";
  static override readonly nextStep: string =
    "Check that both sides run a current version of Roomkey.";
}

/** The relay knows no event of that name. */
export class UnknownEvent extends RequestError {
  static override readonly code: string = "unknown_event";
  static override readonly sentence: string = "The relay does not know this request.";
  static override readonly nextStep: string =
    "Check that both sides run a current version of Roomkey.";
}

/** Client and relay speak different versions of the protocol. */
export class UnsupportedVersion extends RequestError {
  static override readonly code: string = "unsupported_version";
  static override readonly sentence: string = "This relay speaks another version of the protocol.";
  static override readonly nextStep: string = "Update Roomkey on both sides.";
}

/** The room key is wrong or there is no such room; the relay never says which. */
export class WrongRoomKey extends RequestError {
  static override readonly code: string = "wrong_room_key";
  static override readonly sentence: string = "Wrong room key, or no such room.";
  static override readonly nextStep: string =
    "Check the room code and the room key with whoever gave them to you.";
}

/** The connection has not proved that it belongs to this room. */
export class NotAdmitted extends RequestError {
  static override readonly code: string = "not_admitted";
  static override readonly sentence: string = "This connection is not in the room.";
  static override readonly nextStep: string = "Join the room first.";
}

/** Another commit won this epoch; catch up, then try again. */
export class EpochConflict extends RequestError {
  static override readonly code: string = "epoch_conflict";
  static override readonly sentence: string = "Somebody else changed the group at the same moment.";
  static override readonly nextStep: string = "Wait a moment: it is tried again by itself.";
}

/** A message was encrypted for an epoch that has passed; catch up, encrypt again, send again. */
export class StaleEpoch extends RequestError {
  static override readonly code: string = "stale_epoch";
  static override readonly sentence: string = "The group changed before the message arrived.";
  static override readonly nextStep: string = "Wait a moment: it is sent again by itself.";
}

/** A field is larger than the relay accepts. */
export class TooLarge extends RequestError {
  static override readonly code: string = "too_large";
  static override readonly sentence: string = "This is too large to send.";
  static override readonly nextStep: string = "Send it in smaller parts.";
}

/** Too many requests in too short a time. */
export class RateLimited extends RequestError {
  static override readonly code: string = "rate_limited";
  static override readonly sentence: string = "Too many tries in a short time.";
  static override readonly nextStep: string = "Wait a minute, then try again.";
}

/** The room has as many members as it may have. */
export class RoomFull extends RequestError {
  static override readonly code: string = "room_full";
  static override readonly sentence: string = "This room is full.";
  static override readonly nextStep: string =
    "Ask somebody in the room to make space, or use a larger room.";
}

/** A host locked the room: those who are in it stay, nobody new comes in. */
export class RoomLocked extends RequestError {
  static override readonly code: string = "room_locked";
  static override readonly sentence: string = "This room is locked: nobody new comes in.";
  static override readonly nextStep: string = "Ask a host of the room to unlock it.";
}

/** The relay holds as many rooms as its operator allows. */
export class TooManyRooms extends RequestError {
  static override readonly code: string = "too_many_rooms";
  static override readonly sentence: string = "This relay takes no more rooms.";
  static override readonly nextStep: string = "Ask its operator, or use another relay.";
}

/** The relay, or the address this client comes from, has as many connections as it may have. */
export class TooManyConnections extends RequestError {
  static override readonly code: string = "too_many_connections";
  static override readonly sentence: string = "This relay takes no more connections.";
  static override readonly nextStep: string =
    "Close other windows that use it, or try again in a minute.";
}

/** One connection is in as many rooms as it may be. */
export class ConnectionFull extends RequestError {
  static override readonly code: string = "connection_full";
  static override readonly sentence: string = "This connection is in as many rooms as it may be.";
  static override readonly nextStep: string = "Open the room in another window or program.";
}

/** The room was closed by its host. */
export class RoomClosed extends RequestError {
  static override readonly code: string = "room_closed";
  static override readonly sentence: string = "This room was closed.";
  static override readonly nextStep: string = "Create a new room.";
}

/** The relay's disk is full; nothing was stored, nothing stored before is lost. */
export class StorageFull extends RequestError {
  static override readonly code: string = "storage_full";
  static override readonly sentence: string =
    "The relay's disk is full; the message was not stored.";
  static override readonly nextStep: string =
    "It is sent again by itself; tell the relay's operator.";
}

/** Somebody else has claimed this handle; it stays theirs. */
export class HandleTaken extends RequestError {
  static override readonly code: string = "handle_taken";
  static override readonly sentence: string = "This handle is somebody else's.";
  static override readonly nextStep: string = "Choose another.";
}

/** Nobody has claimed this handle, or its owner has left nothing to be added with. */
export class UnknownHandle extends RequestError {
  static override readonly code: string = "unknown_handle";
  static override readonly sentence: string = "Nobody can be written to by this handle.";
  static override readonly nextStep: string = "Check how it is written.";
}

/** The relay holds as many handles as its operator allows. */
export class DirectoryFull extends RequestError {
  static override readonly code: string = "directory_full";
  static override readonly sentence: string = "This relay takes no more handles.";
  static override readonly nextStep: string = "Ask its operator, or use another relay.";
}

/** So many conversations wait for the owner of a handle that no more fit. */
export class InboxFull extends RequestError {
  static override readonly code: string = "inbox_full";
  static override readonly sentence: string = "This inbox is full.";
  static override readonly nextStep: string = "Try again later.";
}

/** The relay failed in a way it did not foresee. */
export class RelayFault extends RequestError {
  static override readonly code: string = "relay_fault";
  static override readonly sentence: string = "The relay failed to handle the request.";
  static override readonly nextStep: string =
    "Try again; if it goes on, tell the relay's operator.";
}

/** No relay answers at the address given. */
export class RelayUnreachable extends RoomkeyError {
  static override readonly code: string = "relay_unreachable";
  static override readonly sentence: string = "The relay does not answer.";
  static override readonly nextStep: string = "Check its address and your connection.";
}

/** What the relay shows contradicts what it showed before, or what the room's members signed. */
export class RelayInconsistent extends RoomkeyError {
  static override readonly code: string = "relay_inconsistent";
  static override readonly sentence: string =
    "What the relay shows of this room does not add up: something was left out, changed or taken back.";
  static override readonly nextStep: string =
    "Compare safety codes with the others over another way, and tell its operator.";
}

/** A leaf's sealed name does not open, so whoever made it does not know the room key. */
export class GhostMember extends RoomkeyError {
  static override readonly code: string = "ghost_member";
  static override readonly sentence: string =
    "The relay shows a member who does not know the room key.";
  static override readonly nextStep: string = "Do not use this room on this relay.";
}

/** A member did something that only a host may do, or that this room's policy forbids. */
export class PolicyViolation extends RoomkeyError {
  static override readonly code: string = "policy_violation";
  static override readonly sentence: string =
    "A change to the room was refused: its sender may not make it.";
  static override readonly nextStep: string = "Tell the room's host.";
}

/** A commit was accepted that this member cannot follow, and what it led to cannot be joined. */
export class RoomBroken extends RoomkeyError {
  static override readonly code: string = "room_broken";
  static override readonly sentence: string =
    "Somebody in the room sent a change that cannot be followed.";
  static override readonly nextStep: string =
    "It is undone as soon as a host of the room is online; what you write waits.";
}

/** This host's client has led the room on from before a commit that could not be followed. */
export class ChangeUndone extends RoomkeyError {
  static override readonly code: string = "change_undone";
  static override readonly sentence: string =
    "A member sent a change that nobody could follow. It was undone, and the member removed.";
  static override readonly nextStep: string =
    "Change the room key, so that whoever sent it does not come back.";
}

/** The room key was changed, and this member was not given the new one. */
export class RoomKeyNeeded extends RoomkeyError {
  static override readonly code: string = "room_key_needed";
  static override readonly sentence: string =
    "The room key was changed, and this device does not know the new one.";
  static override readonly nextStep: string =
    "Ask somebody in the room for the new room key, and give it here.";
}

/** A room key is empty, too long or not text. */
export class RoomKeyUnacceptable extends RoomkeyError {
  static override readonly code: string = "room_key_unacceptable";
  static override readonly sentence: string = "This room key cannot be used.";
  static override readonly nextStep: string = "Use a generated one, or at least eight characters.";
}

/** Numbers that no Diffie-Hellman exchange must be made with; `problem` is an id of why. */
export class ExchangeRefused extends RoomkeyError {
  static override readonly code: string = "exchange_refused";
  static override readonly sentence: string = "No safe exchange can be made with these numbers.";
  static override readonly nextStep: string = "Choose other numbers, or one of the named groups.";
  readonly problem: string;

  constructor(problem: string, detail = "") {
    super(detail);
    this.problem = problem;
  }
}

/** A handle's identity key is not the one that was seen first; nothing is sent to it. */
export class IdentityChanged extends RoomkeyError {
  static override readonly code: string = "identity_changed";
  static override readonly sentence: string =
    "TAKE CARE: this handle has another identity key than before.";
  static override readonly nextStep: string =
    "Compare the new safety number with its owner by another way, then accept it.";
}

/** Who writes to a handle needs one of its own, to be answered under. */
export class HandleNeeded extends RoomkeyError {
  static override readonly code: string = "handle_needed";
  static override readonly sentence: string = "You have no handle on this relay yet.";
  static override readonly nextStep: string = "Claim one first.";
}

/** The client's own stored state cannot be used. */
export class StateError extends RoomkeyError {
  static override readonly code: string = "state";
  static override readonly sentence: string = "The stored state of this room cannot be used.";
  static override readonly nextStep: string = "Nothing was deleted; see the file named above.";
}

/** The state file is damaged or was sealed under another key. */
export class StateCorrupt extends StateError {
  static override readonly code: string = "state_corrupt";
  static override readonly sentence: string =
    "The stored state cannot be opened: it is damaged or its key is another.";
  static override readonly nextStep: string =
    "Move the file away and join again with the room's code and key.";
}

/** Another process has this room open. */
export class StateLocked extends StateError {
  static override readonly code: string = "state_locked";
  static override readonly sentence: string = "This room is open in another window or program.";
  static override readonly nextStep: string = "Close it there first.";
}

/** The disk is full; the state is as it was before. */
export class StateFull extends StateError {
  static override readonly code: string = "state_full";
  static override readonly sentence: string = "The disk is full; nothing was sent.";
  static override readonly nextStep: string = "Free some space, then try again.";
}
