"""A group as one of its members sees it: the public face of this package (RFC 9420)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import DecodeError, MlsError

from .capabilities import Capabilities
from .codec import Reader, decode_all, opaque, optional
from .commit import Commit
from .committing import CommitOptions, MadeCommit, frame_member_message, make_commit
from .extension import Extension, ExtensionType
from .framing import Sender, VerifiedContent
from .group_context import GroupContext
from .group_info import GroupInfo
from .group_state import GroupState
from .joining import (
    create_group,
    encode_external_pub,
    join_by_welcome,
    join_from_outside,
    open_welcome,
)
from .key_package import KeyPackageBundle
from .leaf_node import LeafNode
from .message import Message, decode_message, encode_message
from .policy import Environment
from .private_message import PrivateMessage
from .processing import stage_commit
from .proposal import Proposal, ReInit, Update
from .proposal_rules import AppliedProposals
from .proposing import choose_pending, make_update, own_leaf, send_proposal, sign_content
from .public_message import PublicMessage
from .receiving import open_private, receive_proposal, take_application_data, verify_public
from .results import CommitProcessed, Processed
from .signing_identity import SigningIdentity
from .state import GroupSnapshot, decode_state, encode_state
from .welcome import Welcome


class Group:
    """One epoch of a group; a commit leads to the next one, which is another object.

    Only sending and receiving messages and proposals changes a group, and only if it succeeds.
    """

    __slots__ = ("_state",)

    def __init__(self, state: GroupState) -> None:
        self._state = state

    # coming to be

    @classmethod
    def create(
        cls,
        identity: SigningIdentity,
        group_id: bytes,
        environment: Environment,
        *,
        extensions: Sequence[Extension] = (),
        leaf_extensions: Sequence[Extension] = (),
        capabilities: Capabilities | None = None,
    ) -> "Group":
        """Start a group whose context has these extensions, with oneself as its member (§11)."""
        return cls(
            create_group(identity, group_id, environment, extensions, leaf_extensions, capabilities)
        )

    @classmethod
    def join_external(
        cls,
        identity: SigningIdentity,
        group_info: GroupInfo | bytes,
        environment: Environment,
        *,
        psk_ids: Sequence[bytes] = (),
        resync: int | None = None,
        leaf_extensions: Sequence[Extension] = (),
        authenticated_data: bytes = b"",
        tree: bytes | None = None,
    ) -> "PendingCommit":
        """Join by an external commit that brings external keys in (§12.4.3.2).

        `resync` is the index of an own earlier leaf to replace, `tree` the tree if not in the
        group info.
        """
        if isinstance(group_info, bytes):
            message = decode_message(group_info)
            if not isinstance(message, GroupInfo):
                raise DecodeError("not a group info")
            group_info = message
        return PendingCommit.of(
            join_from_outside(
                identity,
                group_info,
                environment,
                psk_ids,
                resync,
                leaf_extensions,
                authenticated_data,
                tree,
            )
        )

    @classmethod
    def join_welcome(
        cls,
        identity: SigningIdentity,
        welcome: Welcome | bytes,
        key_package_bundle: KeyPackageBundle,
        environment: Environment,
        *,
        tree: bytes | None = None,
    ) -> "Group":
        """Join by the Welcome for a key package of one's own (§12.4.3.1)."""
        if isinstance(welcome, bytes):
            message = decode_message(welcome)
            if not isinstance(message, Welcome):
                raise DecodeError("not a welcome")
            welcome = message
        return cls(join_by_welcome(identity, welcome, key_package_bundle, environment, tree))

    @staticmethod
    def peek_welcome(
        identity: SigningIdentity,
        welcome: Welcome,
        key_package_bundle: KeyPackageBundle,
        environment: Environment,
    ) -> GroupInfo:
        """Decrypt a Welcome's group info, for what its extensions say before the group is joined.

        Nothing of it is checked yet: that it is right is for `join_welcome` to say.
        """
        return open_welcome(identity, welcome, key_package_bundle, environment)[2]

    @classmethod
    def decode(cls, snapshot: GroupSnapshot, environment: Environment) -> "Group":
        """Restore a stored group; `encode` it again before it sends.

        Raises DecodeError, ValidationError, or UnsupportedSuite.
        """
        return cls(decode_state(snapshot, environment))

    def encode(self) -> GroupSnapshot:
        """Give the group's state to store, which allows as many messages as are reserved by it."""
        return encode_state(self._state)

    # what it is

    @property
    def suite(self) -> CipherSuite:
        """The group's cipher suite."""
        return self._state.suite

    @property
    def context(self) -> GroupContext:
        """What all members of this epoch agree on."""
        return self._state.context

    @property
    def group_id(self) -> bytes:
        """The group's name, the same in all epochs."""
        return self._state.context.group_id

    @property
    def epoch(self) -> int:
        """The epoch's number."""
        return self._state.context.epoch

    @property
    def own_index(self) -> int:
        """This member's leaf index."""
        return self._state.own_index

    @property
    def is_active(self) -> bool:
        """Whether this member can send: it was not removed, and no ReInit ended the group."""
        return self._state.is_member and self._state.reinit is None

    @property
    def reinit(self) -> ReInit | None:
        """What the group is to go on as, if a ReInit ended it (§11.2)."""
        return self._state.reinit

    @property
    def epoch_authenticator(self) -> bytes:
        """A value that is the same for those, and only those, who agree on this epoch (§8.7)."""
        self._state.require_member()
        return self._state.secrets.epoch_authenticator

    @property
    def resumption_psk(self) -> bytes:
        """This epoch's key for other groups to prove that they follow it (§8.6)."""
        self._state.require_member()
        return self._state.secrets.resumption_psk

    def members(self) -> list[tuple[int, LeafNode]]:
        """List the members' leaf indices and leaves."""
        return list(self._state.tree.leaves())

    def leaf(self, index: int) -> LeafNode | None:
        """Get the leaf at an index; None if nobody is there."""
        return self._state.tree.leaf(index)

    def pending_proposals(self) -> dict[bytes, Proposal]:
        """List the proposals that wait for a commit, by reference."""
        return {name: pending.proposal for name, pending in self._state.pending.items()}

    def export_secret(self, label: bytes, context: bytes, length: int) -> bytes:
        """Derive a secret of this epoch for the application (§8.5)."""
        self._state.require_member()
        return self._state.secrets.export(self._state.suite, label, context, length)

    def group_info(self, with_tree: bool = True) -> bytes:
        """Make what somebody needs to join from outside, as an encoded MLSMessage (§12.4.3)."""
        state = self._state
        state.require_usable()
        _, public_key = state.secrets.external_key_pair(state.suite)
        extensions = [encode_external_pub(public_key)]
        if with_tree:
            extensions.append(Extension(ExtensionType.RATCHET_TREE, state.tree.encode()))
        info = GroupInfo(state.context, tuple(extensions), state.confirmation_tag, state.own_index)
        return encode_message(info.sign(state.suite, state.signing_key))

    def export_tree(self) -> bytes:
        """Give the ratchet tree, for those who join with a group info without it."""
        return self._state.tree.encode()

    # sending

    def protect(self, data: bytes, *, authenticated_data: bytes = b"", padding: int = 0) -> bytes:
        """Encrypt application data for the group, followed by `padding` zero bytes (§6.3).

        Raises SendingExhausted if the state has to be stored first.
        """
        self._state.require_usable()
        signed = sign_content(self._state, data, authenticated_data, public=False)
        return frame_member_message(self._state, signed, private=True, padding=padding)

    def propose(
        self, proposal: Proposal, *, public: bool = False, authenticated_data: bytes = b""
    ) -> bytes:
        """Propose a change for somebody to commit; own updates go by `propose_update` (§12.1)."""
        self._state.require_usable()
        if isinstance(proposal, Update):
            raise MlsError("an own update is proposed by propose_update")
        return send_proposal(self._state, proposal, None, authenticated_data, public=public)

    def propose_update(
        self,
        *,
        leaf_extensions: Sequence[Extension] | None = None,
        public: bool = False,
        authenticated_data: bytes = b"",
    ) -> bytes:
        """Propose a new encryption key for one's own leaf, and keep its private half (§12.1.2)."""
        self._state.require_usable()
        update, private_key = make_update(self._state, leaf_extensions)
        return send_proposal(self._state, update, private_key, authenticated_data, public=public)

    def commit(
        self,
        proposals: Sequence[Proposal] = (),
        *,
        include_pending: bool = True,
        force_path: bool = True,
        public: bool = False,
        authenticated_data: bytes = b"",
        new_identity: SigningIdentity | None = None,
        leaf_extensions: Sequence[Extension] | None = None,
        welcome_extensions: Sequence[Extension] = (),
    ) -> "PendingCommit":
        """Commit pending proposals and these; this group stays as it is (§12.4.1).

        A path, which renews the own keys, is left out only if `force_path` is false, nothing
        needs it and neither identity nor leaf changes. A private commit uses a message key.
        `welcome_extensions` are in the group info for those it adds, and for nobody else to see.
        """
        state = self._state
        state.require_usable()
        items = [*(choose_pending(state, proposals) if include_pending else ()), *proposals]
        leaf = own_leaf(state, new_identity, leaf_extensions)
        identity = new_identity or SigningIdentity(
            state.suite, state.signing_key, leaf.signature_key, leaf.credential
        )
        changes_leaf = new_identity is not None or leaf_extensions is not None
        options = CommitOptions(
            identity,
            leaf,
            public,
            force_path or changes_leaf,
            authenticated_data,
            tuple(welcome_extensions),
        )

        def approve(applied: AppliedProposals) -> None:
            state.environment.policy.check_commit(
                self, state.own_index, applied.proposals, authenticated_data, applied.removed
            )

        sender = Sender.member(state.own_index)
        init_secret = state.secrets.init_secret
        return PendingCommit.of(make_commit(state, items, sender, options, init_secret, approve))

    # receiving

    def process(self, message: bytes | Message) -> Processed:
        """Verify a message and take what it brings; a commit gives the next group (§6, §12.4.2).

        Raises ValidationError, WrongEpoch, GenerationConsumed, OwnMessage, NotAMember, or
        CryptoError, and then nothing has changed.
        """
        state = self._state
        state.require_member()
        if isinstance(message, bytes):
            message = decode_message(message)
        consume: Callable[[], None] | None = None
        if isinstance(message, PrivateMessage):
            verified, consume = open_private(state, message)
        elif isinstance(message, PublicMessage):
            verified = verify_public(state, message)
        else:
            raise MlsError("not a message to the group")
        content = verified.framed.content
        if isinstance(content, Commit):
            # the key of a private commit stays, so that it can be processed after a restart
            return self._process_commit(verified, content)
        result = (
            take_application_data(verified, content)
            if isinstance(content, bytes)
            else receive_proposal(state, verified, content)
        )
        if consume is not None:
            consume()
        return result

    def _process_commit(self, verified: VerifiedContent, commit: Commit) -> CommitProcessed:
        staged = stage_commit(self._state, verified, commit)
        framed = verified.framed
        self._state.environment.policy.check_commit(
            self,
            framed.sender.leaf_index,
            staged.proposals,
            framed.authenticated_data,
            staged.removed,
        )
        return CommitProcessed(
            Group(staged.state),
            staged.committer,
            staged.proposals,
            framed.authenticated_data,
            staged.added,
            list(staged.removed),
            staged.removed_self,
        )


@dataclass(frozen=True, slots=True, repr=False)
class PendingCommit:
    """An own commit that is not accepted yet: what to send, and the group if it is."""

    message: bytes
    group: Group
    welcome: bytes | None = None

    @classmethod
    def of(cls, made: MadeCommit) -> "PendingCommit":
        """Wrap a commit that was made."""
        return cls(made.message, Group(made.state), made.welcome)

    def encode(self) -> bytes:
        """Write the commit and its group for own storage; it holds private keys."""
        welcome = None if self.welcome is None else opaque(self.welcome)
        return opaque(self.message) + optional(welcome) + opaque(self.group.encode().encode())

    @classmethod
    def decode(
        cls, data: bytes, environment: Environment, *, base: Group | None = None
    ) -> "PendingCommit":
        """Read a stored commit; its group has to be encoded again before it sends.

        With `base`, the group committed from, what that one has read since counts as read.
        """

        def read(reader: Reader) -> PendingCommit:
            message, welcome = reader.opaque(), reader.optional(Reader.opaque)
            state = decode_state(GroupSnapshot.decode(reader.opaque()), environment)
            if base is not None and base.epoch in state.past:
                before = base._state
                state.past = before.as_past(before.secret_tree)
            return cls(message, Group(state), welcome)

        return decode_all(read, data)
