"""The home page, and the ways into a room."""

from urllib.parse import quote

from playwright.sync_api import expect
from tab import ROOM_KEY

from scenes.stage import TITLE, Stage


def home(stage: Stage) -> None:
    """The home page, from a new device to one with rooms, and what is wrong there."""
    ada = stage.person("Ada")
    ada.open()
    form = ada.page.get_by_role("region", name="New room")
    expect(form.get_by_label("Room key")).not_to_have_value("")
    expect(form.get_by_text("Out of reach")).to_be_visible()
    stage.take(ada, "home-new")
    form.get_by_text("Title, history, size").click()
    stage.take(ada, "home-choices")
    form.get_by_label("Room key").fill("password")
    expect(form.get_by_text("Guessed at once")).to_be_visible()
    form.get_by_role("button", name="Create room").click()
    ada.go_to("nothing")
    ada.reads("A room code is ten letters and digits, like 7GQ2M-0XK4T.")
    stage.take(ada, "home-errors")
    ada.create(title=TITLE)
    ada.create(title="A title that is much too long for one line of a small screen")
    ada.create()
    ada.open()
    expect(ada.page.locator(".room-rows > li")).to_have_count(3)
    stage.take(ada, "home-rooms")
    with stage.opened(ada, "home-settings", is_menu=True):
        ada.page.get_by_role("button", name="Language and theme").click()
    with stage.opened(ada, "home-forget"):
        ada.page.get_by_role("button", name=f"Forget {TITLE}").click()
    with stage.opened(ada, "home-forget-everything"):
        ada.page.get_by_role("button", name="Forget everything").click()
    ada.page.get_by_label("Leave nothing on this device").check()
    ada.reads("Nothing is kept on this device.")
    stage.take(ada, "home-private")
    ada.open("/r/nowhere")
    ada.reads("There is nothing here")
    stage.take(ada, "unknown")


def joining(stage: Stage) -> None:
    """The ways into a room."""
    ada, grace = stage.person("Ada"), stage.person("Grace")
    code = ada.create(title=TITLE)
    ada.reads("Nobody else is here yet")
    stage.take(ada, "empty")
    ada.page.get_by_role("radio", name="with the key", exact=True).check()
    ada.page.get_by_role("button", name="Show the room key").click()
    stage.take(ada, "empty-with-key")
    grace.open()
    grace.go_to(code)
    expect(grace.join_button).to_be_visible()
    stage.take(grace, "join-by-code")
    grace.answer_for_key("not the key of this room")
    grace.reads("Wrong room key, or no such room.")
    stage.take(grace, "join-wrong-key")
    grace.page.goto(f"{grace.address}/r/{code}#{quote(ROOM_KEY)}")
    grace.reads("The room key came with the link.")
    stage.take(grace, "join-by-link")
    ada.panel.get_by_role("switch", name="Locked").check()
    ada.reads("A host locked the room")
    grace.answer_for_key(None)
    grace.reads("This room is locked")
    stage.take(grace, "join-locked")
