"""What the page weighs, and what of it nobody needs who only joins and writes."""

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from people import ROOM_KEY, Person
from tests.scripts import load_script

page_size = load_script("tools/page_size.py")


def test_the_whole_page_is_within_its_limit() -> None:
    counted, _ = page_size.weights()
    assert 0 < sum(counted.values()) <= page_size.LIMIT, page_size.report()


def test_who_joins_by_a_link_and_writes_loads_nothing_on_demand(
    person: Callable[..., Person],
) -> None:
    ada, ben = person("Ada"), person("Ben")
    code = ada.create(ROOM_KEY)
    loaded: set[str] = set()
    ben.page.on("request", lambda asked: loaded.add(PurePosixPath(urlsplit(asked.url).path).name))
    ben.open(f"/r/{code}#{quote(ROOM_KEY)}")
    ben.answer_for_key(None)
    ben.is_in_room()
    ben.say("hello")
    ada.sees("hello")
    counted, apart = page_size.weights()
    assert {name for name in counted if name.startswith(("page-", "worker-"))} <= loaded
    assert loaded.isdisjoint(apart)
