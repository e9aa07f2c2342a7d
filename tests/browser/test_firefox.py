"""The page in Firefox, which shares no code with Chromium."""

import time
from collections.abc import Callable

from firefox import PATIENCE, Firefox, FirefoxPage
from people import Person
from relay_process import Relay

ENTER = "\ue007"


def labelled(label: str) -> str:
    """Write the expression for the field, or the button, that a person knows by this."""
    return (
        "[...document.querySelectorAll('label, button')]"
        f".filter((one) => one.textContent.trim() === {label!r} && one.offsetParent)"
        ".map((one) => one.control ?? one)[0]"
    )


COMPOSER = "document.querySelector('[aria-label=\"Write a message\"]')"


def wait_for(page: FirefoxPage, expression: str) -> None:
    """Wait until an expression is true on a page."""
    until = time.monotonic() + PATIENCE
    while page.evaluate(f"String(Boolean({expression}))") != "true":
        assert time.monotonic() < until, f"{expression}; {page.complaints}"
        time.sleep(0.1)


def test_people_in_firefox_and_chromium_read_each_other(
    firefox: Firefox, relay: Relay, person: Callable[..., Person]
) -> None:
    page = firefox.new_page()
    page.goto(f"{relay.address}/")
    wait_for(page, f"{labelled('Room key')}?.value.split(' ').length === 6")
    key = page.evaluate(f"{labelled('Room key')}.value")
    page.type_into(labelled("Your name"), "Ada")
    page.click(labelled("Create room"))
    wait_for(page, COMPOSER)
    page.type_into(COMPOSER, f"hello from Firefox{ENTER}")

    ben = person("Ben")
    ben.join(page.evaluate("location.pathname.split('/').at(-1)"), key)
    ben.sees("hello from Firefox")
    ben.say("hello from Chromium")
    wait_for(page, "document.body.innerText.includes('from Chromium')")
    assert page.complaints == []
    page.close()
