"""One client in both languages at once, to see that they do the same; then it is thrown away."""

from collections.abc import Sequence

from mls_members import ENVIRONMENT
from mls_node_members import Answer, Members

from roomkey.mls import Commit, Group, GroupSnapshot, PublicMessage, decode_message


class Twins:
    """What the members of each host make of one state."""

    def __init__(self, hosts: Sequence[Members]) -> None:
        self._hosts = hosts

    def same(self, state: Answer, command: str, **arguments: object) -> Answer:
        """See that a command that leaves nothing to chance gives one answer and one state."""
        outcomes = []
        for host in self._hosts:
            assert host.ask("import", "twin", **state)["ok"]
            answer = host.ask(command, "twin", **arguments)
            stored = host.ask("store", "twin") if state["snapshot"] or answer["ok"] else None
            outcomes.append((answer, stored))
            host.ask("forget", "twin")
        assert outcomes[0] == outcomes[1], f"{command} {arguments} in {state}"
        return outcomes[0][0]

    def same_refusal(self, state: Answer, command: str, **arguments: object) -> None:
        """See that a command is refused for one reason."""
        answer = self.same(state, command, **arguments)
        assert not answer["ok"], f"{command} {arguments} in {state}"

    def same_choice(self, state: Answer, proposals: Sequence[str]) -> None:
        """See that a commit takes the same proposals, and leads to a state of one shape."""
        outcomes = []
        for host in self._hosts:
            assert host.ask("import", "twin", **state)["ok"]
            made = host.ask("commit", "twin", proposals=proposals, public=True)
            assert made["ok"], made
            message = decode_message(bytes.fromhex(made["message"]))
            assert isinstance(message, PublicMessage)
            assert isinstance(message.framed.content, Commit)
            host.ask("accept", "twin")
            shape = _shape(host.ask("store", "twin")["snapshot"])
            outcomes.append((message.framed.content.proposals, shape))
            host.ask("forget", "twin")
        assert outcomes[0] == outcomes[1], f"{proposals} in {state}"


def _shape(snapshot: str) -> tuple[object, ...]:
    """Say which keys a state holds, as far as chance has no part in it."""
    group = Group.decode(GroupSnapshot.decode(bytes.fromhex(snapshot)), ENVIRONMENT)
    state = group._state
    return (
        state.context.epoch,
        state.context.extensions,
        [type(node).__name__ for node in state.tree.nodes],
        sorted(state.private_keys),
        sorted(state.pending),
        [
            (epoch, past.signature_keys, sorted(past.secret_tree._ratchets))
            for epoch, past in state.past.items()
        ],
        sorted(state.secret_tree._nodes),
        sorted(state.secret_tree._ratchets),
    )
