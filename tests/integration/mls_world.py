"""A group whose members live in two languages, and the relay between them.

The relay takes one commit for each epoch and hands it to everybody; messages arrive late and in
any order. What two members get from the same bytes is compared, whatever it is.
"""

from collections.abc import Callable, Sequence

from mls_members import EXTENSION, PROPOSAL, PSK_ID
from mls_node_members import Answer, Members
from mls_talk import Member, Talk

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import (
    Extension,
    GroupContextExtensions,
    PreSharedKey,
    PreSharedKeyId,
    Proposal,
    PublicMessage,
    ReInit,
    Remove,
    UnknownProposal,
    decode_message,
)
from roomkey.mls.framing import ContentType, encode_content
from roomkey.mls.proposal import ProposalType, encode_proposal

MOST = 8
RESTARTS = 4
"""How often a member goes back to its stored state in an epoch; each passes over some keys."""


class World(Talk):
    """One group from its founding on; `trace` says what happened in it."""

    # coming in

    def newcomer(self, host: Members | None = None) -> Member:
        """Start a client."""
        self.names += 1
        name = f"member {self.names}"
        member = Member(name, host or self.random.choice(self.hosts))
        answer = self.ask(member, "new", suite=self.suite, name=name.encode().hex())
        member.signature_key = answer["signature_key"]
        return member

    def found(self) -> None:
        """Start the group."""
        founder = self.newcomer()
        self.ask(founder, "create", group_id=b"group".hex())
        self.members = [founder]

    def join_from_outside(self, resync: Member | None = None) -> None:
        """Join with the shared key, or instead of one's own earlier leaf."""
        if resync is None and len(self.members) >= MOST:
            return
        others = [member for member in self.members if member is not resync]
        if not others:
            return
        somebody = self.random.choice(others)
        bare = self.chance(0.3)
        wish: Answer = {
            "group_info": self.ask(somebody, "group_info", with_tree=not bare)["group_info"],
            "tree": self.ask(somebody, "tree")["tree"] if bare else None,
            "psks": [PSK_ID.hex()],
            "authenticated_data": self.random.randbytes(self.random.choice((0, 3))).hex(),
        }
        if resync is None:
            joiner = self.newcomer()
        else:
            wish["resync"], joiner = self.index_of(resync), resync
        if self.chance(0.4):
            spoilt = {**wish, "group_info": self.spoil(wish["group_info"]), "resync": None}
            client = self.ask(joiner, "export", groupless=True)
            self.twins.same_refusal(client, "join_external", **spoilt)
        message = self.ask(joiner, "join_external", **wish)["message"]
        if self.chance(0.4):
            self.deliver_spoilt(somebody, message)
        if resync is not None:
            self._gone(resync)
            joiner.read, joiner.read_when_stored = set(), set()
        self._deliver_commit(message, joiner)
        self.members.append(joiner)
        self._start_epoch("")

    def take_own_place_again(self) -> None:
        """Join from outside instead of one's own earlier leaf."""
        if len(self.members) > 1:
            self.join_from_outside(self.anybody())

    def _gone(self, member: Member) -> None:
        self.members.remove(member)
        for sent in self.sent:
            if member in sent.waiting:
                sent.waiting.remove(member)

    # changing

    def _encoded(self, proposal: Proposal) -> str:
        return encode_proposal(proposal).hex()

    def _add(self) -> str:
        newcomer = self.newcomer()
        self.invited.append(newcomer)
        package = self.ask(newcomer, "key_package")["key_package"]
        return f"{ProposalType.ADD:04x}{package}"

    def _change(self, by: Member, *, adds: bool) -> str | None:
        kind = self.random.choice(("psk", "settings", "custom", "remove", "add"))
        if kind == "psk":
            nonce = self.random.randbytes(cipher_suite(self.suite).hash_length)
            return self._encoded(PreSharedKey(PreSharedKeyId.external(PSK_ID, nonce)))
        if kind == "settings":
            settings = Extension(EXTENSION, self.random.randbytes(5))
            return self._encoded(GroupContextExtensions((settings,)))
        if kind == "custom":
            return self._encoded(UnknownProposal(PROPOSAL, self.random.randbytes(4)))
        if kind == "remove" and len(self.members) > 2:
            return self._encoded(Remove(self.index_of(self.anybody(by))))
        if kind == "add" and adds and len(self.members) + len(self.invited) < MOST:
            return self._add()
        return None

    def propose(self) -> None:
        """Propose a change, which everybody has before the commit that names it."""
        by = self.anybody()
        options = {"public": self.chance(0.5), "authenticated_data": "aa"}
        change = None if self.chance(0.4) else self._change(by, adds=True)
        if change is None:
            message = self.ask(by, "propose_update", **options)["message"]
        else:
            message = self.ask(by, "propose", proposals=[change], **options)["message"]
        self.store(by)
        seen: list[Answer] = []
        for member in self.shuffled(self.members):
            if member is not by:
                seen.append(self.ask(member, "process", message=message))
                self.store(member)
        _all_same(seen)

    def commit(self) -> None:
        """Commit what waits and some more, perhaps while somebody else tries to."""
        by = self.anybody()
        changes = [self._change(by, adds=True) for _ in range(self.random.choice((0, 0, 0, 1, 2)))]
        kinds = {change[:4]: change for change in changes if change is not None}
        wish = {
            "proposals": list(kinds.values()),
            "public": self.chance(0.3),
            "force_path": self.chance(0.7),
            "new_identity": self.chance(0.1),
            "authenticated_data": self.random.randbytes(self.random.choice((0, 4))).hex(),
        }
        if self.chance(0.3):
            self.twins.same_choice(self.export(by), wish["proposals"])
        answer = self.ask(by, "commit", **wish)
        lost = None
        if len(self.members) > 2 and self.chance(0.3):
            lost = self.ask(self.anybody(by), "commit")["message"]
        heard = [self.deliver(by)]
        if self.chance(0.5):
            self.ask(by, "restart_pending", base=True)
            heard.append(self.deliver(by))
        self._deliver_commit(answer["message"], by)
        if lost is not None:
            self.see_refused(by, lost, {"wrong_epoch"})
        for sent in heard:
            if sent is not None:
                self.see_refused(by, sent.message, {"generation_consumed", "wrong_epoch"})
        self._start_epoch(answer["welcome"] or "")

    def _deliver_commit(self, message: str, by: Member) -> None:
        self.deliver_last_chances()
        seen: list[Answer] = []
        for member in self.shuffled(self.members):
            if member is by:
                continue
            if self.chance(0.2):
                self.twins.same(self.export(member), "process", message=message)
            result = self.ask(member, "process", message=message)
            removed, reached = result.pop("removed_self"), result.pop("epoch")
            assert reached == self.epoch + (0 if removed else 1)
            if removed:
                assert not self.ask(member, "place")["active"]
                assert member.host.ask("look", member.id)["code"] == "not_a_member"
                member.host.ask("forget", member.id)
                self._gone(member)
            seen.append(result)
        _all_same(seen)
        self.ask(by, "accept")

    def _start_epoch(self, welcome: str) -> None:
        """Let those in who were added, and see that all agree."""
        self.epoch += 1
        everybody = dict(self.ask(self.members[0], "look")["members"])
        keys = set(everybody.values())
        for newcomer in self.invited:
            if newcomer.signature_key in keys:
                self._accept_welcome(newcomer, welcome, len(self.invited) == 1)
            else:
                newcomer.host.ask("forget", newcomer.id)
        self.invited = []
        for member in self.members:
            member.read_when_stored = set(member.read)
            member.restarts = 0
            member.signature_key = everybody[self.index_of(member)]
        assert len(self.members) == len(everybody)
        self.agree()

    def _accept_welcome(self, newcomer: Member, welcome: str, alone: bool) -> None:
        client = self.ask(newcomer, "export", groupless=True)
        if alone and self.chance(0.5):
            self.twins.same_refusal(client, "join_welcome", welcome=self.spoil(welcome))
        if self.chance(0.5):
            self.twins.same(client, "join_welcome", welcome=welcome)
        assert self.ask(newcomer, "join_welcome", welcome=welcome)["epoch"] == self.epoch
        self.members.append(newcomer)

    def agree(self) -> None:
        """See that everybody has the same view of the epoch."""
        views = [self.ask(member, "look") for member in self.members]
        assert views[0]["epoch"] == self.epoch
        for member, view in zip(self.members, views, strict=True):
            assert view == views[0], f"{member.host.name} and {self.members[0].host.name}"

    # breaking

    def tamper(self) -> None:
        """Spoil a message or a commit on its way."""
        waiting = [sent.message for sent in self.sent if sent.waiting]
        if waiting and self.chance(0.5):
            original, by = self.random.choice(waiting), None
        else:
            by = self.anybody()
            original = self.ask(by, "commit", public=self.chance(0.6))["message"]
            self.ask(by, "drop")
        for member in self.shuffled(self.members)[:3]:
            if member is not by:
                self.deliver_spoilt(member, original)

    def deliver_spoilt(self, member: Member, message: str) -> None:
        """Deliver a spoilt message: it is refused, and nothing changes."""
        spoilt = self.spoil(message)
        before = self.store(member)
        answer = member.host.ask("process", member.id, message=spoilt)
        assert not answer["ok"], f"{member.host.name} took {spoilt} in {before}"
        assert self.store(member) == before
        self.twins.same_refusal(self.export(member), "process", message=spoilt)

    def cheat(self) -> None:
        """Sign what was spoilt before: whatever it comes to, both languages say the same."""
        if len(self.members) == 1:
            return
        by, python = self.anybody(), self.hosts[0]
        state = self.export(by)
        assert python.ask("import", "cheat", **state)["ok"]
        change = self._change(by, adds=False)
        proposals = [] if change is None else [change]
        made = python.ask("commit", "cheat", proposals=proposals, public=True)
        original = decode_message(bytes.fromhex(made["message"]))
        assert isinstance(original, PublicMessage)
        content = encode_content(original.framed.content).hex()
        content_type = ContentType.COMMIT
        if change is not None and self.chance(0.5):
            content, content_type = change, ContentType.PROPOSAL
        for _ in range(6):
            wish = {"content": self.spoil(content), "content_type": content_type}
            forged = python.ask("forge", "cheat", **wish)
            if forged["ok"]:
                receiver = self.export(self.anybody(by))
                self.twins.same(receiver, "process", message=forged["message"])
        python.ask("forget", "cheat")

    # starting again

    def other_host(self, member: Member) -> Members:
        """Give the host of the other language."""
        return next(host for host in self.hosts if host is not member.host)

    def restart(self) -> None:
        """Store the state and go on with it."""
        member = self.anybody()
        if member.restarts < RESTARTS:
            self.store(member)
            self._crash(member)

    def crash(self) -> None:
        """Lose what was read since the state was last stored."""
        member = self.anybody()
        if member.restarts < RESTARTS:
            self._crash(member)

    def _crash(self, member: Member) -> None:
        member.restarts += 1
        self.ask(member, "crash")
        for number in sorted(member.read - member.read_when_stored):
            self.sent[number].waiting.append(member)
        member.read = set(member.read_when_stored)
        self._store_before_sending(member)

    def move(self) -> None:
        """Go on with the stored state in the other language; both write it alike."""
        member = self.anybody()
        if member.restarts >= RESTARTS:
            return
        member.restarts += 1
        state = self.export(member)
        if self.chance(0.5):
            self.twins.same(state, "store")
        host = self.other_host(member)
        assert host.ask("import", member.id, **state)["ok"]
        member.host.ask("forget", member.id)
        member.host = host
        self._store_before_sending(member)

    def _store_before_sending(self, member: Member) -> None:
        for command in ("protect", "commit", "propose_update"):
            answer = member.host.ask(command, member.id)
            assert answer.get("code") == "sending_exhausted", answer
        self.store(member)

    # ending

    def end(self) -> None:
        """End the group; its members say how it goes on."""
        by = self.anybody()
        wish = {"proposals": [self._encoded(ReInit(b"next", 1, self.suite))]}
        message = self.ask(by, "commit", include_pending=False, **wish)["message"]
        for member in self.shuffled(self.members):
            if member is not by:
                self.ask(member, "process", message=message)
        self.ask(by, "accept")
        self.epoch += 1
        for member in self.members:
            assert not self.ask(member, "place")["active"]
            assert member.host.ask("protect", member.id, data="")["code"] == "mls"

    def close(self) -> None:
        """Forget everybody."""
        for member in [*self.members, *self.invited]:
            member.host.ask("forget", member.id)

    def live(self, steps: int) -> None:
        """Let a group live for that many steps, then read whatever is left."""
        self.found()
        for host in self.hosts:
            joiner = self.names
            self.join_from_outside()
            assert self.names == joiner + 1, host.name
        names, weights = zip(*WEIGHTS.items(), strict=True)
        for _ in range(steps):
            (name,) = self.random.choices(names, weights)
            self.trace.append(name)
            act: Callable[[], None] = getattr(self, name)
            act()
        self.trace.append("deliver_all")
        self.deliver_all()
        self.agree()
        if self.chance(0.3):
            self.trace.append("end")
            self.end()


def _all_same(results: Sequence[Answer]) -> None:
    for result in results:
        assert result == results[0]


WEIGHTS = {
    "join_from_outside": 3,
    "take_own_place_again": 2,
    "propose": 5,
    "commit": 8,
    "send": 8,
    "deliver": 12,
    "replay": 3,
    "tamper": 5,
    "cheat": 4,
    "restart": 2,
    "crash": 3,
    "move": 3,
}
