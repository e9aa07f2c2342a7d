"""A relay's link to its peers: what is told is heard by the others, and Redis may come and go."""

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
import redis
from gevent.queue import Empty, Queue

from roomkey.relay import peers as link
from roomkey.relay.faults import RedisUnusable
from roomkey.relay.peers import Peers

URL, SECRET = "unix:///nowhere/redis.sock", b"s" * 32


class Server:
    """A Redis that can go away; who is connected to it then is connected no more."""

    def __init__(self) -> None:
        self.is_there = True
        self.kept: dict[str, int] = {}
        self.batches: list[int] = []
        self.listening: list[Subscription] = []
        self.kept_alive = 0
        self.is_heard = self.is_told = True

    def answer(self) -> None:
        if not self.is_there:
            raise redis.ConnectionError("a text that may name an address")

    def go_away(self) -> None:
        self.is_there, self.kept, self.listening = False, {}, []


class Client:
    """What `redis.Redis` is asked by a relay."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.is_closed = False

    def set(self, key: str, value: int, ex: int) -> None:
        self._server.answer()
        assert value == 1
        self._server.kept[key] = ex
        self._server.kept_alive += 1

    def delete(self, key: str) -> None:
        self._server.answer()
        self._server.kept.pop(key, None)

    def close(self) -> None:
        self.is_closed = True

    def pubsub(self) -> "Subscription":
        return Subscription(self._server)

    def pipeline(self, *, transaction: bool) -> "Pipeline":
        assert not transaction
        return Pipeline(self._server)

    def register_script(self, script: str) -> Callable[..., Any]:
        def run(keys: list[str], args: list[Any]) -> Any:
            self._server.answer()
            return [script, keys, args]

        return run


class Pipeline:
    """Messages that are told at once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._messages: list[tuple[str, bytes]] = []

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def publish(self, channel: str, message: bytes) -> None:
        self._messages.append((channel, message))

    def execute(self) -> None:
        self._server.answer()
        if not self._server.is_told:
            raise ValueError("a text that may name an address")
        self._server.batches.append(len(self._messages))
        for channel, message in self._messages:
            for listener in self._server.listening:
                if listener.channel == channel:
                    listener.heard.put({"type": "message", "data": message})


class Subscription:
    """Messages of one channel, as they come."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.channel = ""
        self.heard: Any = Queue()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *_error: object) -> None:
        if self in self._server.listening:
            self._server.listening.remove(self)

    def subscribe(self, channel: str) -> None:
        self._server.answer()
        if not self._server.is_heard:
            raise OSError("a text that may name an address")
        self.channel = channel
        self._server.listening.append(self)
        self.heard.put({"type": "subscribe", "data": 1})

    def get_message(self, timeout: float) -> dict[str, Any] | None:
        if not self._server.is_heard:
            raise OSError("a text that may name an address")
        try:
            message: dict[str, Any] = self.heard.get(timeout=min(timeout, 0.01))
        except Empty:
            self._server.answer()
            return None
        return message


class Relay:
    """One relay's link, and what it was told."""

    def __init__(self, secret: bytes = SECRET) -> None:
        self.link = Peers(URL, secret)
        self.told: list[list[Any]] = []
        self.times_listening = 0
        self.link.on_told = self.told.append
        self.link.on_listening = self._note

    def _note(self) -> None:
        self.times_listening += 1

    def start(self) -> None:
        self.link.start()
        until(lambda: self.times_listening == 1)


def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        gevent.sleep(0.001)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(redis, "Redis", lambda connection_pool: Client(made))  # noqa: ARG005
    monkeypatch.setattr(link, "_AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(link, "_ALIVE_SECONDS", 1)
    return made


@pytest.fixture
def relays(server: Server) -> Iterator[tuple[Relay, Relay]]:
    assert server.is_there
    made = (Relay(), Relay())
    for relay in made:
        relay.start()
    yield made
    for relay in made:
        relay.link.close()


def test_what_one_tells_the_others_hear_in_order_and_itself_does_not(
    relays: tuple[Relay, Relay],
) -> None:
    one, other = relays
    for number in range(5):
        one.link.tell("room.signal", b"room", {"seq": number, 1: b"\x00"})
    until(lambda: len(other.told) == 5)
    other.link.tell("drop", b"room", b"leaf")
    until(lambda: one.told == [["drop", b"room", b"leaf"]])
    assert other.told == [["room.signal", b"room", {"seq": n, 1: b"\x00"}] for n in range(5)]


def test_who_has_another_secret_hears_nothing(server: Server, relays: tuple[Relay, Relay]) -> None:
    stranger = Relay(b"another")
    stranger.start()
    relays[0].link.tell("drop", b"room", b"leaf")
    until(lambda: len(relays[1].told) == 1)
    stranger.link.close()
    assert stranger.told == []
    assert len(server.kept) == 2


def test_a_redis_that_comes_and_goes_is_noted_once_each_time_and_listened_to_again(
    server: Server, relays: tuple[Relay, Relay], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = relays
    server.go_away()
    until(lambda: not one.link.is_reachable and not other.link.is_reachable)
    one.link.tell("drop", b"room", b"is lost")
    for _ in range(20):
        gevent.sleep(0.002)
    server.is_there = True
    until(lambda: one.times_listening == other.times_listening == 2)
    assert one.link.is_reachable
    assert other.link.is_reachable
    one.link.tell("drop", b"room", b"is heard")
    until(lambda: other.told == [["drop", b"room", b"is heard"]])
    said = capsys.readouterr()
    text = said.out + said.err
    assert (text.count("redis_lost"), text.count("redis_found")) == (2, 2)
    assert "a text" not in text


def test_a_relay_says_again_and_again_that_it_lives_and_at_last_that_it_does_not(
    server: Server,
) -> None:
    relay = Relay()
    assert server.kept == {relay.link.alive_key(relay.link.me): 1}
    relay.start()
    until(lambda: server.kept_alive > 2)
    server.is_there = False
    until(lambda: not relay.link.is_reachable)
    server.is_there = True
    until(lambda: relay.link.is_reachable)
    relay.link.close()
    assert server.kept == {}


def test_that_redis_is_back_is_also_found_by_who_says_that_it_lives(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    relay = Relay()
    # nothing is listened to: only that it lives is said
    saying = gevent.spawn(relay.link._be_alive)
    server.is_there = False
    until(lambda: not relay.link.is_reachable)
    server.is_there = True
    until(lambda: relay.link.is_reachable)
    saying.kill()
    said = capsys.readouterr()
    assert "redis_lost" in said.out + said.err
    assert "redis_found" in said.out + said.err


def test_what_waits_is_told_at_the_end_and_in_bounded_pieces(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "_MOST_AT_ONCE", 4)
    one, other = Relay(), Relay()
    other.start()
    for number in range(6):
        one.link.tell(number)
    telling = gevent.spawn(one.link._tell_all)
    until(lambda: len(other.told) == 6)
    telling.kill()
    assert server.batches == [4, 2]
    one.link.tell("last")
    one.link.close()
    until(lambda: other.told[-1] == ["last"])
    other.link.close()


def test_beyond_what_can_wait_what_is_told_is_lost_and_nobody_waits(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "_MOST_WAITING", 3)
    one, other = Relay(), Relay()
    other.start()
    for number in range(9):
        one.link.tell(number)
    one.link.close()
    until(lambda: len(other.told) == 3)
    assert other.told == [[0], [1], [2]]
    other.link.close()
    assert server.batches == [3, 0]


def test_a_relay_ends_though_redis_is_away(server: Server) -> None:
    relay = Relay()
    relay.start()
    client: Any = relay.link._client
    relay.link.tell("drop", b"room", b"leaf")
    server.go_away()
    relay.link.close()
    assert client.is_closed


def test_a_relay_that_cannot_listen_is_not_well_however_often_it_says_that_it_lives(
    server: Server, relays: tuple[Relay, Relay], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = relays
    server.is_heard = False
    until(lambda: not one.link.is_reachable and not other.link.is_reachable)
    before = server.kept_alive
    until(lambda: server.kept_alive > before + 4)
    assert not one.link.is_reachable
    assert not other.link.is_reachable
    server.is_heard = True
    until(lambda: one.times_listening > 1 and other.times_listening > 1)
    assert one.link.is_reachable
    one.link.tell("drop", b"room", b"leaf")
    until(lambda: other.told == [["drop", b"room", b"leaf"]])
    said = capsys.readouterr()
    text = said.out + said.err
    assert (text.count("redis_lost"), text.count("redis_found")) == (2, 2)
    assert text.count("OSError") == 2
    assert "a text" not in text


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xc1", id="no MessagePack"),
        pytest.param(b"\xa4Ann\xff", id="no text"),
        pytest.param(b"\x90", id="from nobody"),
        pytest.param(b"\x07", id="a number"),
        pytest.param(b"\x92\x01\xa3Ann", id="taken up by nobody"),
    ],
)
def test_what_a_peer_tells_in_no_form_is_passed_over_and_the_next_is_heard(
    server: Server,
    relays: tuple[Relay, Relay],
    capsys: pytest.CaptureFixture[str],
    message: bytes,
) -> None:
    one, other = relays

    def take(told: list[Any]) -> None:
        _event, _room, _content = told
        other.told.append(told)

    other.link.on_told = take
    for listener in server.listening:
        listener.heard.put({"type": "message", "data": message})
    one.link.tell("drop", b"room", b"leaf")
    until(lambda: other.told == [["drop", b"room", b"leaf"]])
    assert other.link.is_reachable
    assert other.times_listening == 1
    said = capsys.readouterr()
    assert "peer_unheard" in said.out + said.err
    assert "Ann" not in said.out + said.err


def test_what_cannot_be_told_is_noted_and_the_next_is_told(
    server: Server, relays: tuple[Relay, Relay], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = relays
    server.is_told = False
    one.link.tell("is lost")
    said = ""
    while "peers_untold" not in said:
        gevent.sleep(0.001)
        heard = capsys.readouterr()
        said += heard.out + heard.err
    server.is_told = True
    one.link.tell("is told")
    until(lambda: other.told == [["is told"]])
    assert "ValueError" in said
    assert "a text" not in said


def test_a_script_is_run_with_its_keys_and_values_or_redis_is_unusable(server: Server) -> None:
    relay = Relay()
    assert relay.link.run("return 1", ["key"], [7]) == ["return 1", ["key"], [7]]
    server.go_away()
    with pytest.raises(RedisUnusable) as refused:
        relay.link.run("return 1", ["key"], [7])
    assert "a text" not in str(refused.value)


def test_names_in_redis_are_the_same_for_peers_and_tell_nobody_anything() -> None:
    one, other = Peers.__new__(Peers), Peers.__new__(Peers)
    one._secret, other._secret = SECRET, b"another"
    names = {one.key("rate", "192.0.2.1"), one.key("rate", b"room"), one.key("open", "192.0.2.1")}
    assert len(names | {other.key("rate", "192.0.2.1")}) == 4
    assert one.key("rate", "192.0.2.1") in names
    assert all("192" not in name and "room" not in name.removeprefix("roomkey") for name in names)


@pytest.mark.parametrize(
    "url", ["unix:///nowhere/redis.sock", "redis://localhost:many", "gopher://localhost"]
)
def test_a_redis_that_is_not_there_or_has_no_such_address_is_unusable(url: str) -> None:
    with pytest.raises(RedisUnusable) as refused:
        Peers(url, SECRET)
    assert "nowhere" not in str(refused.value)
