"""Members of groups behind one set of commands: those of Python.

`ask` sends a command to a member by its id and gives the answer, as JSON would carry it: bytes are
hexadecimal, and a refusal is {"ok": False, "code": ..., "rule": ...}.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import PolicyViolation, RoomkeyError, ValidationError
from roomkey.mls import (
    ApplicationMessage,
    Commit,
    Credential,
    Environment,
    Group,
    GroupSnapshot,
    KeyPackageBundle,
    PendingCommit,
    Policy,
    PreSharedKeyId,
    Processed,
    Proposal,
    ProposalReceived,
    PublicMessage,
    Sender,
    SigningIdentity,
    create_key_package,
    encode_message,
)
from roomkey.mls.codec import Reader, decode_all
from roomkey.mls.framing import (
    AuthenticatedContent,
    FramedContent,
    WireFormat,
    decode_content,
)
from roomkey.mls.proposal import decode_proposal, encode_proposal

NOW = 1_800_000_000
PSK_ID, PSK = b"shared", b"\x11" * 32
EXTENSION, PROPOSAL = 0xF100, 0xF0F0
"""The extension and the proposal type that these members know beyond those of the RFC."""

Answer = dict[str, Any]


class RoomPolicy(Policy):
    """Joining from outside takes the shared key."""

    supported_extensions = (EXTENSION,)
    supported_proposals = (PROPOSAL,)

    def check_external_commit(self, psk_ids: Sequence[PreSharedKeyId], *_: object) -> None:
        if all(psk_id.id != PSK_ID for psk_id in psk_ids):
            raise PolicyViolation("no room key")


ENVIRONMENT = Environment(
    lambda: NOW,
    psks=lambda psk_id: PSK if psk_id.id == PSK_ID else None,
    policy=RoomPolicy(),
)


@dataclass
class Client:
    """Who a member is, and the group it is in."""

    identity: SigningIdentity
    group: Group | None = None
    pending: PendingCommit | None = None
    renewed: SigningIdentity | None = None
    bundle: KeyPackageBundle | None = None
    stored: GroupSnapshot | None = None

    def enter(self, group: Group) -> None:
        """Go on with a group, which is stored."""
        self.group = group
        self.store()

    def store(self) -> GroupSnapshot:
        """Store the group's state."""
        assert self.group is not None
        self.stored = self.group.encode()
        return self.stored

    def drop(self) -> None:
        """Forget an own commit that another one came before."""
        self.pending = self.renewed = None


class PythonMembers:
    """Members in this process."""

    name = "python"

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}

    def ask(self, command: str, member: str, **arguments: Any) -> Answer:
        act: Callable[..., Answer] = getattr(self, f"_{command}")
        try:
            return {"ok": True, **act(member, arguments)}
        except RoomkeyError as error:
            rule = error.rule if isinstance(error, ValidationError) else ""
            return {"ok": False, "code": error.code, "rule": rule}

    def _group(self, member: str) -> Group:
        group = self._clients[member].group
        assert group is not None
        return group

    # coming to be

    def _new(self, member: str, wish: Answer) -> Answer:
        identity = SigningIdentity.generate(cipher_suite(wish["suite"]), _bytes(wish, "name"))
        self._clients[member] = Client(identity)
        return {"signature_key": identity.public_key.hex()}

    def _forget(self, member: str, _wish: Answer) -> Answer:
        del self._clients[member]
        return {}

    def _create(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        client.enter(Group.create(client.identity, _bytes(wish, "group_id"), ENVIRONMENT))
        return {}

    def _key_package(self, member: str, _wish: Answer) -> Answer:
        client = self._clients[member]
        bundle = create_key_package(client.identity, ENVIRONMENT, lifetime_seconds=86400)
        client.bundle = KeyPackageBundle.decode(bundle.encode())
        return {"key_package": bundle.key_package.encode().hex()}

    def _join_external(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        pending = Group.join_external(
            client.identity,
            _bytes(wish, "group_info"),
            ENVIRONMENT,
            psk_ids=[bytes.fromhex(name) for name in wish.get("psks", [])],
            resync=wish.get("resync"),
            authenticated_data=_bytes(wish, "authenticated_data"),
            tree=None if wish.get("tree") is None else _bytes(wish, "tree"),
        )
        return _made(client, pending)

    def _join_welcome(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        assert client.bundle is not None
        group = Group.join_welcome(
            client.identity, _bytes(wish, "welcome"), client.bundle, ENVIRONMENT
        )
        client.enter(group)
        return {"epoch": group.epoch}

    # sending

    def _propose(self, member: str, wish: Answer) -> Answer:
        (proposal,) = _proposals(wish)
        return {"message": self._group(member).propose(proposal, **_options(wish)).hex()}

    def _propose_update(self, member: str, wish: Answer) -> Answer:
        return {"message": self._group(member).propose_update(**_options(wish)).hex()}

    def _commit(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        credential, suite = client.identity.credential, client.identity.suite
        fresh = None
        if wish.get("new_identity"):
            fresh = SigningIdentity.generate(suite, credential.identity)
        pending = self._group(member).commit(
            _proposals(wish),
            include_pending=wish.get("include_pending", True),
            force_path=wish.get("force_path", True),
            new_identity=fresh,
            **_options(wish),
        )
        client.renewed = fresh
        return _made(client, pending)

    def _restart_pending(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        assert client.pending is not None
        base = client.group if wish.get("base") else None
        client.pending = PendingCommit.decode(client.pending.encode(), ENVIRONMENT, base=base)
        return {}

    def _accept(self, member: str, _wish: Answer) -> Answer:
        client = self._clients[member]
        assert client.pending is not None
        client.enter(client.pending.group)
        client.identity = client.renewed or client.identity
        client.drop()
        return {}

    def _drop(self, member: str, _wish: Answer) -> Answer:
        self._clients[member].drop()
        return {}

    def _protect(self, member: str, wish: Answer) -> Answer:
        message = self._group(member).protect(
            _bytes(wish, "data"),
            authenticated_data=_bytes(wish, "authenticated_data"),
            padding=wish.get("padding", 0),
        )
        return {"message": message.hex()}

    def _forge(self, member: str, wish: Answer) -> Answer:
        """Sign and tag any content as a member who cheats would."""
        group = self._group(member)
        state = group._state
        reader = Reader(_bytes(wish, "content"))
        content = decode_content(wish["content_type"], reader)
        reader.finish()
        sender = Sender.member(state.own_index)
        framed = FramedContent(group.group_id, group.epoch, sender, b"", content)
        unsigned = AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed)
        signed = unsigned.sign(state.suite, state.signing_key, state.context)
        if isinstance(content, Commit):
            signed = replace(signed, confirmation_tag=bytes(state.suite.hash_length))
        membership_key = state.secrets.membership_key
        message = PublicMessage.protect(signed, state.suite, state.context, membership_key)
        return {"message": encode_message(message).hex()}

    # receiving

    def _process(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        done = self._group(member).process(_bytes(wish, "message"))
        result = _result(done)
        if result["kind"] == "commit":
            client.drop()
            client.enter(done.group)  # type: ignore[union-attr]
        return result

    # storing

    def _store(self, member: str, _wish: Answer) -> Answer:
        return {"snapshot": self._clients[member].store().encode().hex()}

    def _crash(self, member: str, _wish: Answer) -> Answer:
        client = self._clients[member]
        assert client.stored is not None
        client.drop()
        client.group = Group.decode(GroupSnapshot.decode(client.stored.encode()), ENVIRONMENT)
        return {}

    def _export(self, member: str, wish: Answer) -> Answer:
        client = self._clients[member]
        snapshot = None if wish.get("groupless") else client.store().encode().hex()
        return {
            "suite": client.identity.suite.id,
            "private_key": client.identity.private_key.hex(),
            "name": client.identity.credential.identity.hex(),
            "public_key": client.identity.public_key.hex(),
            "snapshot": snapshot,
            "bundle": None if client.bundle is None else client.bundle.encode().hex(),
        }

    def _import(self, member: str, wish: Answer) -> Answer:
        identity = SigningIdentity(
            cipher_suite(wish["suite"]),
            _bytes(wish, "private_key"),
            _bytes(wish, "public_key"),
            Credential.basic(_bytes(wish, "name")),
        )
        client = self._clients[member] = Client(identity)
        if wish["bundle"] is not None:
            client.bundle = KeyPackageBundle.decode(_bytes(wish, "bundle"))
        if wish["snapshot"] is not None:
            snapshot = GroupSnapshot.decode(_bytes(wish, "snapshot"))
            client.group = Group.decode(snapshot, ENVIRONMENT)
        return {}

    # looking

    def _look(self, member: str, _wish: Answer) -> Answer:
        group = self._group(member)
        return {
            "epoch": group.epoch,
            "authenticator": group.epoch_authenticator.hex(),
            "resumption": group.resumption_psk.hex(),
            "exported": group.export_secret(b"test", b"context", 40).hex(),
            "tree_hash": group.context.tree_hash.hex(),
            "transcript": group.context.confirmed_transcript_hash.hex(),
            "extensions": [[item.type, item.data.hex()] for item in group.context.extensions],
            "members": [[index, leaf.signature_key.hex()] for index, leaf in group.members()],
            "pending": sorted(reference.hex() for reference in group.pending_proposals()),
        }

    def _place(self, member: str, _wish: Answer) -> Answer:
        group = self._group(member)
        return {"own_index": group.own_index, "active": group.is_active}

    def _group_info(self, member: str, wish: Answer) -> Answer:
        with_tree = wish.get("with_tree", True)
        return {"group_info": self._group(member).group_info(with_tree=with_tree).hex()}

    def _tree(self, member: str, _wish: Answer) -> Answer:
        return {"tree": self._group(member).export_tree().hex()}


def _bytes(wish: Answer, name: str) -> bytes:
    return bytes.fromhex(wish.get(name) or "")


def _proposals(wish: Answer) -> list[Proposal]:
    encoded = wish.get("proposals", [])
    return [decode_all(decode_proposal, bytes.fromhex(item)) for item in encoded]


def _options(wish: Answer) -> Answer:
    return {
        "public": wish.get("public", False),
        "authenticated_data": _bytes(wish, "authenticated_data"),
    }


def _made(client: Client, pending: PendingCommit) -> Answer:
    client.pending = pending
    welcome = None if pending.welcome is None else pending.welcome.hex()
    return {"message": pending.message.hex(), "welcome": welcome}


def _result(done: Processed) -> Answer:
    authenticated_data = done.authenticated_data.hex()
    if isinstance(done, ApplicationMessage):
        return {
            "kind": "application",
            "sender": done.sender,
            "data": done.data.hex(),
            "authenticated_data": authenticated_data,
            "epoch": done.epoch,
            "generation": done.generation,
        }
    if isinstance(done, ProposalReceived):
        return {
            "kind": "proposal",
            "sender": done.sender,
            "proposal": encode_proposal(done.proposal).hex(),
            "reference": done.reference.hex(),
            "authenticated_data": authenticated_data,
        }
    return {
        "kind": "commit",
        "sender": done.sender,
        "proposals": [
            [encode_proposal(sent.proposal).hex(), sent.sender] for sent in done.proposals
        ],
        "authenticated_data": authenticated_data,
        "added": done.added,
        "removed": done.removed,
        "removed_self": done.removed_self,
        "epoch": done.group.epoch,
    }
