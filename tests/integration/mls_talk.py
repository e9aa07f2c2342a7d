"""The members of a group in two languages, and the messages on their way between them.

Messages arrive late, in any order, and are read once by everybody they were sent to.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mls_node_members import Answer, Members
from mls_twins import Twins

from roomkey.mls.group_state import MAX_PAST_EPOCHS


@dataclass(eq=False)
class Member:
    """A member, and what it has read."""

    id: str
    host: Members
    signature_key: str = ""
    read: set[int] = field(default_factory=set)
    read_when_stored: set[int] = field(default_factory=set)
    restarts: int = 0


@dataclass
class Sent:
    """An application message, and who has not read it yet."""

    number: int
    message: str
    sender: int
    epoch: int
    authenticated_data: str
    waiting: list[Member]

    @property
    def data(self) -> str:
        """What the message says."""
        return (b"message %d" % self.number).hex()


class Talk:
    """What members say to each other, and what they store."""

    def __init__(self, suite: int, seed: int, hosts: Sequence[Members]) -> None:
        self.suite = suite
        self.random = random.Random(f"{suite} {seed}")
        self.hosts = hosts
        self.twins = Twins(hosts)
        self.members: list[Member] = []
        self.invited: list[Member] = []
        self.sent: list[Sent] = []
        self.epoch = 0
        self.names = 0
        self.trace: list[str] = []

    # asking

    def ask(self, member: Member, command: str, **arguments: object) -> Answer:
        """Let a member do what must work; it stores its state if it has to."""
        answer = member.host.ask(command, member.id, **arguments)
        if answer.get("code") == "sending_exhausted":
            self.store(member)
            answer = member.host.ask(command, member.id, **arguments)
        assert answer["ok"], f"{command} by {member.host.name}: {answer}"
        return answer

    def store(self, member: Member) -> str:
        """Store a member's state, and give it."""
        member.read_when_stored = set(member.read)
        snapshot: str = member.host.ask("store", member.id)["snapshot"]
        return snapshot

    def export(self, member: Member) -> Answer:
        """Store a member's state, and give all that makes the member."""
        member.read_when_stored = set(member.read)
        return self.ask(member, "export")

    def chance(self, share: float) -> bool:
        """Decide."""
        return self.random.random() < share

    def shuffled(self, members: Iterable[Member]) -> list[Member]:
        """Give members in any order."""
        chosen = list(members)
        self.random.shuffle(chosen)
        return chosen

    def anybody(self, *but: Member) -> Member:
        """Choose a member."""
        return self.random.choice([member for member in self.members if member not in but])

    def index_of(self, member: Member) -> int:
        """Ask a member for its leaf."""
        index: int = self.ask(member, "place")["own_index"]
        return index

    # talking

    def send(self) -> None:
        """Send some messages; they arrive whenever they do."""
        by = self.anybody()
        sender = self.index_of(by)
        for _ in range(self.random.randint(1, 4)):
            data = self.random.randbytes(self.random.choice((0, 6))).hex()
            sent = Sent(len(self.sent), "", sender, self.epoch, data, [])
            sent.message = self.ask(
                by,
                "protect",
                data=sent.data,
                authenticated_data=data,
                padding=self.random.choice((0, 1, 70)),
            )["message"]
            sent.waiting = [member for member in self.members if member is not by]
            self.sent.append(sent)

    def deliver(self, member: Member | None = None) -> Sent | None:
        """Deliver a message that waits, if there is one."""
        ways = [
            (sent, waiting)
            for sent in self.sent
            for waiting in sent.waiting
            if member in (None, waiting)
        ]
        if not ways:
            return None
        sent, reader = self.random.choice(ways)
        self._read(sent, reader)
        return sent

    def _read(self, sent: Sent, member: Member) -> None:
        result = self.ask(member, "process", message=sent.message)
        del result["generation"]
        assert result == {
            "ok": True,
            "kind": "application",
            "sender": sent.sender,
            "data": sent.data,
            "authenticated_data": sent.authenticated_data,
            "epoch": sent.epoch,
        }
        sent.waiting.remove(member)
        member.read.add(sent.number)
        if self.chance(0.5):
            self.store(member)

    def deliver_last_chances(self) -> None:
        """Deliver what would be too old in the next epoch."""
        for sent in self.sent:
            if self.epoch - sent.epoch >= MAX_PAST_EPOCHS:
                for member in self.shuffled(sent.waiting):
                    self._read(sent, member)

    def deliver_all(self) -> None:
        """Deliver whatever waits, in any order."""
        ways = [(sent, member) for sent in self.sent for member in sent.waiting]
        self.random.shuffle(ways)
        for sent, member in ways:
            self._read(sent, member)
        assert not any(sent.waiting for sent in self.sent)

    def replay(self) -> None:
        """Deliver a message again."""
        member = self.anybody()
        if member.read:
            sent = self.sent[self.random.choice(sorted(member.read))]
            self.see_refused(member, sent.message, {"generation_consumed", "wrong_epoch"})

    # breaking

    def spoil(self, message: str) -> str:
        """Change a message in some way."""
        data = bytearray.fromhex(message)
        at = self.random.randrange(len(data))
        match self.random.choice(("bit", "bit", "byte", "cut", "more", "zeros")):
            case "bit":
                data[at] ^= 1 << self.random.randrange(8)
            case "byte":
                data[at] ^= self.random.randint(1, 255)
            case "cut":
                del data[at:]
            case "more":
                data += self.random.randbytes(self.random.randint(1, 5))
            case "zeros":
                data[at : at + 8] = bytes(len(data[at : at + 8]))
        if data.hex() == message:
            data[at] ^= 0x41
        return data.hex()

    def see_refused(self, member: Member, message: str, codes: set[str]) -> None:
        """See that a message is refused for one of these reasons, and changes nothing."""
        before = self.store(member)
        answer = member.host.ask("process", member.id, message=message)
        assert answer.get("code") in codes, answer
        assert self.store(member) == before
