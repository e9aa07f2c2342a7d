"""What is fetched only when it is used, over a network that fails."""

from collections.abc import Callable

from people import Person
from playwright.sync_api import expect


def test_a_dialog_that_could_not_be_fetched_opens_when_it_is_asked_for_again(
    person: Callable[..., Person],
) -> None:
    ada = person("Ada")
    ada.create()
    files = "**/tool_dialog-*"
    ada.context.route(files, lambda asked: asked.abort())
    ada.use("Safety code")
    expect(ada.page.get_by_text("This part of the page did not load.")).to_be_visible()
    expect(ada.page.get_by_role("dialog", name="Safety code")).to_have_count(0)
    assert all("Failed to load resource" in said for said in ada.complaints), ada.complaints
    ada.complaints.clear()

    ada.context.unroute(files)
    ada.use("Safety code")
    expect(ada.page.get_by_role("dialog", name="Safety code")).to_be_visible()
    sheets = "[...document.querySelectorAll('link[rel=stylesheet]')].map((link) => !!link.sheet)"
    assert all(ada.page.evaluate(sheets))
