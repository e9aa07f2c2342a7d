"""Coming into a room: by its code, by links, by a QR code; and what does not lead in."""

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
import zxingcpp
from people import Person, gather
from PIL import Image
from playwright.sync_api import expect
from tab import ROOM_KEY, Tab

People = Callable[..., Person]

REFUSAL = (
    "Wrong room key, or no such room. Check the code and the key with whoever gave them to you."
)


def test_a_room_is_made_under_a_key_from_this_device_and_its_code_is_in_the_address(
    person: People,
) -> None:
    ada = person("Ada")
    code = ada.create(key=None, title="Tea at four")
    expect(ada.page.get_by_role("heading", name="Tea at four")).to_be_visible()
    expect(ada.page.get_by_role("heading", name="Nobody else is here yet")).to_be_visible()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", code)
    key = room_key_of(ada)
    assert re.fullmatch(r"([a-z-]+ ){5}[a-z-]+", key)
    bob = person("Bob")
    bob.join(code, key)
    ada.has_people("Ada", "Bob")
    bob.has_people("Ada", "Bob")


@pytest.mark.parametrize("form", ["{}", " {} ", "lower", "bare"])
def test_a_code_leads_in_however_it_is_typed(person: People, form: str) -> None:
    ada = person("Ada")
    ada.open()
    code = "7GQ2M-0XK4T"
    typed = {"lower": code.lower(), "bare": code.replace("-", "")}.get(form, form.format(code))
    ada.go_to(typed)
    expect(ada.join_button).to_be_visible()
    assert ada.code == code


def test_a_link_leads_to_its_room_and_does_not_join_by_itself(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    ada.create()
    link = invite_link(ada)
    assert "#" not in link
    heard: list[str] = []
    bob.page.on("websocket", lambda socket: heard.append(socket.url))
    bob.page.goto(link)
    expect(bob.join_button).to_be_visible()
    ada.say("Still alone")
    ada.has_sent("Still alone")
    ada.has_people("Ada")
    assert heard == []
    bob.answer_for_key(ROOM_KEY)
    bob.is_in_room()
    ada.has_people("Ada", "Bob")


def test_the_key_of_a_link_leaves_the_address_bar_and_opens_the_room(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = ada.create()
    ada.page.get_by_role("radio", name="with the key", exact=True).check()
    link = invite_link(ada)
    assert link == f"{ada.address}/r/{code}#{quote(ROOM_KEY)}"
    bob.open(f"/r/{code}")
    expect(bob.join_button).to_be_visible()
    expect(bob.page.get_by_label("Room key")).to_have_value("")
    # now it is only another fragment, and the page stays
    bob.page.goto(link)
    bob.reads("The room key came with the link.")
    assert "#" not in bob.page.url
    bob.open()
    bob.page.go_back()
    expect(bob.join_button).to_be_visible()
    assert "#" not in bob.page.url
    bob.page.goto(link)
    bob.answer_for_key(None)
    bob.is_in_room()
    assert bob.code == code
    ada.has_people("Ada", "Bob")


def test_a_pasted_link_with_the_key_opens_the_room_and_one_of_another_server_does_not(
    person: People,
) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = ada.create()
    bob.open()
    bob.go_to(f"https://chat.example/r/{code}#{quote(ROOM_KEY)}")
    bob.reads("This link leads to another server, chat.example. Open it there.")
    bob.go_to(f"{ada.address}/r/{code}#{quote(ROOM_KEY)}")
    bob.answer_for_key(None)
    bob.is_in_room()


@pytest.mark.parametrize("has_key", [False, True])
def test_the_qr_code_says_the_link(person: People, has_key: bool) -> None:
    ada = person("Ada")
    code = ada.create()
    if has_key:
        ada.page.get_by_role("radio", name="with the key", exact=True).check()
    shown = ada.page.locator(".qr").screenshot()
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown)))
    assert found.text == invite_link(ada)
    assert found.text.startswith(f"{ada.address}/r/{code}")
    assert (quote(ROOM_KEY) in found.text) == has_key


def test_a_wrong_key_and_an_unknown_code_are_refused_in_the_same_words_and_nothing_is_joined(
    person: People,
) -> None:
    ada, eve = person("Ada"), person("Eve")
    code = ada.create()
    unknown = "0" * 5 + "-" + "0" * 5
    for where, key in ((code, "not the key of this room"), (unknown, ROOM_KEY)):
        eve.ask_to_join(where, key)
        expect(eve.page.get_by_role("alert")).to_have_text(REFUSAL)
        field = eve.page.get_by_label("Room key")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(key)
    ada.say("Nobody came")
    ada.has_sent("Nobody came")
    ada.has_people("Ada")
    eve.open()
    eve.reads("No rooms yet.")
    eve.ask_to_join(code, "not the key of this room")
    expect(eve.page.get_by_role("alert")).to_have_text(REFUSAL)
    eve.page.get_by_label("Room key").fill(ROOM_KEY)
    eve.join_button.click()
    eve.is_in_room()
    ada.has_people("Ada", "Eve")


def test_a_key_is_the_same_however_it_is_written(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = ada.create("Crème brûlée, twice")
    bob.join(code, " Cre\u0300me bru\u0302le\u0301e, twice ")
    ada.has_people("Ada", "Bob")


def test_of_two_people_with_one_name_the_page_says_that_they_look_alike(person: People) -> None:
    ada, bob, other = person("Ada"), person("Paypal"), person("P\u0430ypal")
    code = gather(ada, bob)
    other.join(code)
    warnings = ada.panel.get_by_text("looks like another name")
    expect(warnings).to_have_count(2)


def room_key_of(tab: Tab) -> str:
    """The room key that the invitation shows."""
    tab.page.get_by_role("button", name="Show the room key").click()
    return tab.page.locator(".invite-key").inner_text()


def invite_link(tab: Tab) -> str:
    return tab.page.locator(".invite-address").inner_text()
