"""How it works, shown to somebody who never heard of it: by a real relay, then without it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe import audit
from people import PHONE, Person
from playwright.sync_api import Page, expect
from relay_process import Relay

PATH = "/how-it-works"
STILL: dict[str, Any] = {"reduced_motion": "reduce"}

People = Callable[..., Person]


def _region(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name)


def _break(reader: Person) -> None:
    reader.page.get_by_role("button", name="Try every number").click()
    reader.reads("after trying 4")


def test_the_small_exchange_is_walked_changed_and_broken(person: People) -> None:
    reader = person("Reader")
    reader.open()
    reader.page.get_by_role("link", name="How it works").click()
    expect(reader.page).to_have_title("How it works · Roomkey")
    reader.page.get_by_role("button", name="Show all").click()
    board = _region(reader.page, "Who knows what")
    for known in ("A = 6", "B = 16", "s = 9"):
        expect(board.get_by_text(known).first).to_be_visible()
    reader.reads("Both have 9, and nobody ever sent it.")
    _break(reader)

    reader.page.get_by_label("Prime number p").fill("21")
    reader.reads("21 is not a prime number: 21 = 3 × 7.")
    reader.page.get_by_label("Prime number p").fill("29")
    reader.reads("9 reaches 14 of 28 numbers")
    reader.page.get_by_role("button", name="Back to 23, 9, 4, 3").click()
    reader.reads("5 reaches 22 of 22 numbers")
    reader.page.get_by_label("Public number sent to Alice").fill("5")
    reader.page.get_by_role("button", name="Send").click()
    reader.reads("Refused. This number is no power of g")


def _fill_what_is_computed(reader: Person) -> None:
    """Ask the worker for all that it computes, and have somebody join the group."""
    page = reader.page
    page.locator("#large button").click()
    expect(page.locator("#large dd")).to_have_count(8)
    page.locator("#key input").fill("copper lantern under the bridge")
    page.locator("#key button").click()
    expect(page.locator("#key .how-step")).to_have_count(6)
    page.locator("#group button").first.click()
    expect(page.locator("#group .how-node[data-new]")).to_have_count(3)
    page.locator("#relay input").fill("See you at four")
    page.locator("#relay button").click()
    expect(page.locator("#relay dd")).to_have_count(7)


def test_the_worker_computes_with_real_numbers_keys_and_messages(person: People) -> None:
    reader = person("Reader")
    asked: list[str] = []
    reader.page.on("websocket", lambda socket: asked.append(socket.url))
    reader.page.on("request", lambda request: asked.append(request.method))
    reader.open(PATH)
    _fill_what_is_computed(reader)
    large = reader.page.locator("#large dd").all_inner_texts()
    assert len(large[0]) == 617
    assert large[6] == large[7]
    assert pow(int(large[4]), int(large[3]), int(large[0])) == int(large[7])

    walk = reader.page.locator("#key dd").all_inner_texts()
    sent, _, output, sent_again, output_again, sent_other, output_other, _ = walk
    assert output == output_again != output_other
    assert len({sent, sent_again, sent_other}) == 3

    envelope = "".join(reader.page.locator("#relay dd").all_inner_texts()).replace(" ", "")
    assert b"four" not in bytes.fromhex(envelope)
    reader.reads("Your text has 15 bytes.")
    assert set(asked) == {"GET"}, "nothing that was typed left the page"

    reader.page.locator("#key input").fill("short")
    reader.page.locator("#key button").click()
    reader.reads("At least eight characters.")


def test_the_page_can_be_used_with_the_keyboard_alone(person: People) -> None:
    reader = person("Reader")
    reader.open(PATH)
    press = reader.page.keyboard.press
    reader.page.get_by_label("Base g").focus()
    press("Tab")
    press("Tab")
    press("Tab")
    expect(reader.page.get_by_role("button", name="Play")).to_be_focused()
    for _ in range(3):
        press("Tab")
    expect(reader.page.get_by_role("button", name="Show all")).to_be_focused()
    press("Enter")
    reader.reads("Step 7 of 7")
    press("Tab")
    expect(reader.page.get_by_role("button", name="Try every number")).to_be_focused()
    press("Space")
    reader.reads("after trying 4")


def test_the_contents_lead_to_each_part_and_lose_nothing_that_was_typed(person: People) -> None:
    reader = person("Reader")
    reader.open(PATH)
    reader.page.get_by_label("Base g").fill("5")
    links = reader.page.get_by_role("navigation", name="On this page").get_by_role("link")
    expect(links).to_have_count(9)
    for link in links.all():
        link.press("Enter")
        title = reader.page.get_by_role("heading", name=link.inner_text(), exact=True)
        expect(title).to_be_in_viewport()
    expect(reader.page.get_by_label("Base g")).to_have_value("5")


def test_where_motion_is_unwanted_all_steps_stand_there_at_once(person: People) -> None:
    reader = person("Reader", **STILL)
    reader.open(PATH)
    reader.reads("Both have 9, and nobody ever sent it.")
    expect(reader.page.get_by_role("button", name="Play")).to_have_count(0)
    _break(reader)


@pytest.mark.parametrize("device", [{}, PHONE], ids=["wide", "phone"])
def test_the_page_is_accessible(person: People, device: dict[str, Any]) -> None:
    reader = person("Reader", **device)
    reader.open(PATH)
    reader.page.get_by_role("button", name="Show all").click()
    _break(reader)
    reader.page.get_by_role("button", name="Send").click()
    reader.reads("Refused. A public number")
    _fill_what_is_computed(reader)
    audit(reader, "how it works")
    reader.page.get_by_label("Prime number p").fill("21")
    reader.reads("21 is not a prime number")
    audit(reader, "how it works, with numbers that cannot be used")
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_printed_it_shows_every_step_and_no_controls(person: People) -> None:
    reader = person("Reader")
    reader.open(PATH)
    reader.reads("Step 1 of 7")
    reader.page.emulate_media(media="print")
    reader.reads("Both have 9, and nobody ever sent it.")
    expect(reader.page.locator("#steps .how-step:visible")).to_have_count(7)
    expect(reader.page.locator(".how button:visible")).to_have_count(0)


def test_it_speaks_german(person: People) -> None:
    reader = person("Reader", locale="de-AT")
    reader.open(PATH)
    expect(reader.page).to_have_title("Wie das geht · Roomkey")
    reader.page.get_by_role("button", name="Alle zeigen").click()
    reader.reads("Beide haben 9, und niemand hat diese Zahl je gesendet.")
    reader.page.get_by_label("Primzahl p").fill("4")
    reader.reads("Zu klein: p muss mindestens 5 sein")


def test_it_works_when_the_relay_is_gone(person: People, own_relay: Relay) -> None:
    reader = person("Reader", at=own_relay)
    reader.open(PATH)
    reader.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    own_relay.stop()
    reader.page.reload()
    reader.page.get_by_role("button", name="Show all").click()
    reader.reads("Both have 9, and nobody ever sent it.")
    reader.page.get_by_role("button", name="Language and theme").click()
    reader.page.get_by_role("menuitemradio", name="Deutsch").click()
    reader.reads(re.compile("Beide haben 9"))
    _fill_what_is_computed(reader)
