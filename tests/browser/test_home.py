"""The home page, before any room."""

from collections.abc import Callable

from people import Person
from playwright.sync_api import expect


def test_a_key_is_made_on_the_device_and_is_out_of_reach(person: Callable[..., Person]) -> None:
    ada = person("Ada")
    ada.open()
    form = ada.page.get_by_role("region", name="New room")
    key = form.get_by_label("Room key")
    expect(key).not_to_have_value("")
    first = key.input_value()
    assert len(first.split()) == 6
    expect(form.get_by_text("Out of reach")).to_be_visible()
    form.get_by_role("button", name="New key").click()
    expect(key).not_to_have_value(first)


def test_the_key_of_a_link_leaves_the_address_bar_and_opens_nothing(
    person: Callable[..., Person],
) -> None:
    ada = person("Ada")
    asked: list[str] = []
    ada.page.on("websocket", lambda socket: asked.append(socket.url))
    ada.open("/r/7GQ2M-0XK4T#a%20secret%20key")
    expect(ada.page.get_by_role("button", name="Join", exact=True)).to_be_visible()
    assert "secret" not in ada.page.url
    expect(ada.page.get_by_label("Room key")).to_have_value("a secret key")
    assert asked == []
