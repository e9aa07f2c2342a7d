"""Takes envelopes in the order of the log: process, store, then show."""

from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    BadSignature,
    CryptoError,
    DecodeError,
    DecryptionFailed,
    GhostMember,
    MlsError,
    PolicyViolation,
    RelayInconsistent,
    RoomkeyError,
    RoomKeyNeeded,
)
from roomkey.keys.history import open_epoch_secret
from roomkey.keys.root import RoomSecrets
from roomkey.mls import ApplicationMessage, CommitProcessed, Group
from roomkey.wire.transcripts import close_transcript

from .events import (
    Event,
    MemberJoined,
    MemberLeft,
    MessagesMissing,
    MessageUnreadable,
    RoomKeyChanged,
    RoomTrouble,
    RulesChanged,
    SafetyCodeChanged,
)
from .inbox import Envelope
from .members import Member, index_of, member_at, members_of
from .policy import room_policy_of, verify_leave
from .rekeying import receive_root
from .room_policy import RoomPolicy
from .room_state import RoomState
from .tally import decode_sent
from .text import clean_name
from .transcript import Said, Transcript

BROKEN = (MlsError, CryptoError, DecodeError, PolicyViolation, GhostMember)
"""What a commit that this member cannot follow raises."""


class MustRejoin(Exception):
    """This member cannot follow the group from where it is; `cause` says why, if that is known."""

    def __init__(self, cause: RoomkeyError | None = None) -> None:
        super().__init__()
        self.cause = cause


class RoomWasClosed(Exception):
    """A host closed the room."""


class WasRemoved(Exception):
    """This member is no longer in the group."""


class Receiver:
    """Processes one envelope at a time, each in one transaction with the cursor."""

    def __init__(self, state: RoomState, transcript: Transcript) -> None:
        self._state, self._transcript = state, transcript
        self.history_is_broken = False

    def receive(self, envelope: Envelope) -> list[Event]:
        """Take the next envelope; returns what to tell, once it is stored.

        Raises MustRejoin, WasRemoved or RoomWasClosed, and StateError if it cannot be stored.
        """
        state = self._state
        is_own = envelope.leaf == state.leaf_key
        if is_own and not state.store.knows(envelope.request):
            # written by a later state of this very member: what is here is an old copy, and
            # sending from it would use keys twice
            raise MustRejoin
        with state.store.transaction():
            match envelope.kind:
                case "message":
                    events = self._message(envelope, is_own)
                case "commit":
                    events = self._commit(envelope, is_own)
                case "leave":
                    events = self._leave(envelope)
                case _:
                    self.check_closed(envelope)
                    claim = "The relay claimed that the room was closed."
                    events = [RoomTrouble(RelayInconsistent.code, claim)]
            if envelope.kind in ("commit", "message"):
                state.store.saw(envelope.leaf, envelope.time)
            state.save_cursor(envelope.seq)
        return events

    def receive_skipped(self, envelope: Envelope) -> list[Event]:
        """Take an own message whose place a resync passed over; the cursor stays."""
        with self._state.store.transaction():
            return self._own_message(envelope)

    # messages

    def _message(self, envelope: Envelope, is_own: bool) -> list[Event]:
        if is_own and self._state.store.sent(envelope.request, envelope.body):
            return self._own_message(envelope)
        if envelope.epoch > self._state.joined.epoch:
            # what began that epoch was left out: this and all that follows would stay unreadable
            raise MustRejoin(RelayInconsistent())
        place = envelope.seq, envelope.time
        sender = None
        left_out: list[Event] = []
        try:
            sender = self._sender(envelope)
            said, sent = self._open(envelope, sender)
            if self._state.tally.take(envelope.leaf, sent):
                left_out.append(MessagesMissing(*place, sender))
            self._state.save_messages()
            return [*left_out, *self._transcript.add(said)]
        except (MlsError, CryptoError, DecodeError, GhostMember, RelayInconsistent) as error:
            return [*left_out, MessageUnreadable(*place, sender, error.code)]

    def _sender(self, envelope: Envelope) -> Member | None:
        index = index_of(self._state.joined, envelope.leaf)
        return None if index is None else member_at(self._state.joined, self._state.policy, index)

    def _own_message(self, envelope: Envelope) -> list[Event]:
        state = self._state
        queued = state.store.dequeue(envelope.request)
        if queued is None:
            return []
        state.count_sent()
        said = Said(
            envelope.seq,
            envelope.time,
            state.pseudonym,
            state.leaf_key,
            clean_name(state.name),
            queued.content,
            is_own=True,
        )
        return self._transcript.add(said)

    def _open(self, envelope: Envelope, sender: Member | None) -> tuple[Said, int]:
        """Decrypt a message; returns with it how many its sender sent before."""
        state, group = self._state, self._state.joined
        if envelope.epoch != group.epoch:
            raise RelayInconsistent("a message at a place of another epoch")
        message = group.process(envelope.body)
        state.save_messages()
        if not isinstance(message, ApplicationMessage):
            raise DecodeError("not a message")
        leaf = group.leaf(message.sender)
        if leaf is None or leaf.signature_key != envelope.leaf or sender is None:
            raise RelayInconsistent("another sender is named")
        if message.epoch != group.epoch:
            raise DecodeError("a message of another epoch")
        if message.generation <= state.generations.get(message.sender, -1):
            raise RelayInconsistent("a message out of order")
        state.generations[message.sender] = message.generation
        sent = decode_sent(message.authenticated_data)
        author = leaf.credential.identity, leaf.signature_key, sender.name
        return Said(envelope.seq, envelope.time, *author, message.data), sent

    # changes of the group

    def _commit(self, envelope: Envelope, is_own: bool) -> list[Event]:
        state = self._state
        if envelope.epoch != state.joined.epoch:
            raise MustRejoin(RelayInconsistent())
        if is_own and state.store.sent(envelope.request, envelope.body):
            if state.pending is None or state.pending.request != envelope.request:
                raise MustRejoin
            pending = state.pending
            return self._follow(pending.commit.group, envelope, pending.secrets)
        try:
            processed = state.joined.process(envelope.body)
            if not isinstance(processed, CommitProcessed):
                raise DecodeError("not a commit")
        except BROKEN as error:
            raise MustRejoin(error) from error
        if processed.removed_self:
            raise WasRemoved
        secrets = None
        if room_policy_of(processed.group).key_id != room_policy_of(state.joined).key_id:
            secrets = receive_root(processed.group, envelope.root)
        events = self._follow(processed.group, envelope, secrets)
        self._check_history(envelope)
        return events

    def _follow(
        self, following: Group, envelope: Envelope, secrets: RoomSecrets | None
    ) -> list[Event]:
        state = self._state
        rules = room_policy_of(state.joined)
        before = {member.pseudonym: member for member in members_of(state.joined, state.policy)}
        gone = self._statements_by_pseudonym()
        state.adopt(following, envelope.seq, secrets, follows=True)
        after = {member.pseudonym: member for member in members_of(following, state.policy)}
        for leaf_key in gone.values():
            if index_of(following, leaf_key) is None:
                state.store.drop_statement(leaf_key)
        joined: list[Event] = [MemberJoined(after[name]) for name in after if name not in before]
        left: list[Event] = [
            MemberLeft(before[name], was_removed=True)
            for name in before
            if name not in after and name not in gone
        ]
        changed = self._rules_changed(rules, room_policy_of(following))
        return [*joined, *left, *changed, SafetyCodeChanged(following.epoch)]

    def _rules_changed(self, before: RoomPolicy, after: RoomPolicy) -> list[Event]:
        if after == before:
            return []
        events: list[Event] = []
        if after.key_id != before.key_id:
            events.append(RoomKeyChanged(after.key_id))
            if self._state.needs_room_key:
                events.append(RoomTrouble(RoomKeyNeeded.code, RoomKeyNeeded.sentence))
        return [*events, RulesChanged(after.revision)]

    def _statements_by_pseudonym(self) -> dict[str, bytes]:
        statements = self._state.store.statements()
        return {
            leaf.credential.identity.hex(): leaf.signature_key
            for _, leaf in self._state.joined.members()
            if leaf.signature_key in statements
        }

    def _check_history(self, envelope: Envelope) -> None:
        state = self._state
        if state.rules is None or not state.rules.is_shared or state.needs_room_key:
            return
        group, secrets = state.joined, state.secrets
        try:
            opened = open_epoch_secret(
                secrets.history,
                secrets.key_id,
                state.room_id,
                group.epoch,
                envelope.history or b"",
            )
            self.history_is_broken = opened != state.history_secret(group)
        except DecryptionFailed:
            self.history_is_broken = True

    def _leave(self, envelope: Envelope) -> list[Event]:
        state = self._state
        index = index_of(state.joined, envelope.leaf)
        if index is None or envelope.leaf == state.leaf_key:
            return []
        try:
            verify_leave(state.room_id, envelope.leaf, envelope.body)
        except BadSignature:
            claim = "The relay claimed that a member left."
            return [RoomTrouble(RelayInconsistent.code, claim)]
        member = member_at(state.joined, state.policy, index)
        state.store.add_statement(envelope.leaf, envelope.body)
        return [] if member is None else [MemberLeft(member)]

    def check_closed(self, envelope: Envelope) -> None:
        """Raise RoomWasClosed if a host said that the room is closed."""
        rules = self._state.rules
        if envelope.kind != "close" or rules is None or envelope.leaf not in rules.hosts:
            return
        signed = close_transcript(self._state.room_id, envelope.leaf)
        try:
            ED25519.verify(envelope.leaf, signed, envelope.body)
        except BadSignature:
            return
        raise RoomWasClosed
