"""A room of three, one with the Python client: what is said and done there."""

import re

from album import DESKTOP, PHONE, show_as
from people import Person, gather
from playwright.sync_api import expect
from python_member import PythonMember
from tab import ROOM_KEY, Tab

from scenes.stage import TITLE, Stage


def talk(ada: Tab, grace: Tab, konrad: PythonMember) -> None:
    """A conversation with everything that messages have."""
    ada.say("The night train to Vienna runs again. Shall we take it in **October**?")
    grace.sees("The night train to Vienna runs again. Shall we take it in October?")
    grace.say("Yes! I always wanted to fall asleep in one country and wake up in another.")
    konrad.sees("Yes! I always wanted to fall asleep in one country and wake up in another.")
    konrad.react("Yes! I always wanted to fall asleep in one country and wake up in another.", "❤️")
    konrad.say(
        "It leaves at 20:38 from platform 5. A compartment of *six* berths is cheapest:\n\n"
        "- three of us, one cello\n- two berths for luggage\n- one to spare"
    )
    ada.sees("Yes! I always wanted to fall asleep in one country and wake up in another.")
    ada.say("I wrote something that watches the price:")
    ada.say(
        '```\nwhile price() > 120:\n    sleep(3600)\nring("book now")\n```\n'
        "The numbers are from [their site](https://trains.example/prices)."
    )
    expect(grace.timeline.locator("pre")).to_have_count(1)
    grace.act("I wrote something that watches the price:", "Reply")
    grace.say("Does it wake us, too? `ring()` at four in the morning, please no.")
    ada.sees("Does it wake us, too? ring() at four in the morning, please no.")
    ada.act("Does it wake us, too? ring() at four in the morning, please no.", "React")
    ada.page.get_by_role("button", name="😂").click()
    konrad.react("Does it wake us, too? `ring()` at four in the morning, please no.", "😂")
    konrad.say("> fall asleep in one country\n\nThree, in fact. We cross two borders.")
    konrad.say("The code for the luggage locker is 4711", expires_after=3600)
    ada.sees("The code for the luggage locker is 4711")
    ada.say("Then it is settld.")
    ada.has_sent("Then it is settld.")
    ada.act("Then it is settld.", "Edit")
    ada.say("Then it is settled.")
    grace.sees("Then it is settled.")
    grace.say("I bring the tea 🫖")
    for one in (ada, grace):
        one.sees("Then it is settled.", "I bring the tea 🫖")
    expect(ada.timeline.locator(".reaction")).to_have_count(2)


def room(stage: Stage) -> None:
    """A room of three, one with the Python client: what is said and done there."""
    ada, grace = stage.person("Ada"), stage.person("Grace")
    konrad = stage.python_member("Konrad")
    code = gather(ada, grace, title=TITLE)
    konrad.join(code, ROOM_KEY)
    ada.has_people("Ada", "Grace", "Konrad")
    talk(ada, grace, konrad)
    stage.take(ada, "room")
    ada.timeline.get_by_role("article").first.scroll_into_view_if_needed()
    stage.take(ada, "room-above")
    grace.composer.fill("And the")
    grace.composer.press_sequentially(" c")
    ada.reads("Grace is typing")
    ada.act("I bring the tea 🫖", "Reply")
    stage.take(ada, "room-reply-and-typing")
    ada.page.keyboard.press("Escape")
    ada.act("Then it is settled.", "Edit")
    stage.take(ada, "room-edit")
    ada.page.keyboard.press("Escape")
    with stage.opened(ada, "message-menu", is_menu=True):
        ada.open_menu_of("Then it is settled.")
    with stage.opened(ada, "message-picker", is_menu=True):
        ada.act("I bring the tea 🫖", "React")
    with stage.opened(ada, "message-delete"):
        ada.act("Then it is settled.", "Delete")
    with stage.opened(ada, "message-who-reacted"):
        ada.act("Does it wake us, too? ring() at four in the morning, please no.", "Who reacted")
    with stage.opened(ada, "message-options", is_menu=True):
        ada.page.get_by_role("button", name="Message options").click()
    ada.page.get_by_role("button", name="Message options").click()
    ada.page.get_by_role("menuitemradio", name="Disappear after 1 day").click()
    stage.take(ada, "room-disappearing")
    ada.page.get_by_role("button", name="Keep messages again").click()
    with stage.opened(ada, "search"):
        ada.page.keyboard.press("Control+f")
        ada.dialog.get_by_label("Words to look for").fill("train")
        expect(ada.dialog.locator("mark").first).to_be_visible()
    with stage.opened(ada, "room-menu", is_menu=True):
        ada.page.get_by_role("button", name="Room menu").click()
    tools(stage, ada)
    following(stage, ada, code)


def tools(stage: Stage, ada: Tab) -> None:
    if stage.form is PHONE:
        sheet(stage, ada)
    for tool in (
        "Invite",
        "Safety code",
        "Save the conversation",
        "Leave",
        "Forget on this device",
    ):
        with stage.opened(ada, f"tool-{slug(tool)}"):
            ada.panel.get_by_role("button", name=tool, exact=True).click()
            expect(ada.dialog).to_be_visible()
    with stage.opened(ada, "tool-invite-with-key"):
        ada.use("Invite")
        ada.dialog.get_by_role("radio", name="with the key", exact=True).check()
        ada.dialog.get_by_role("button", name="Show the room key").click()
    for tool in ("Room settings", "Change the room key", "Close the room"):
        with stage.opened(ada, f"host-{slug(tool)}"):
            ada.panel.get_by_role("button", name=tool, exact=True).click()
            expect(ada.dialog).to_be_visible()
    if stage.form is DESKTOP:
        with stage.opened(ada, "host-member"):
            row = ada.panel.get_by_role("listitem").filter(has_text="Konrad")
            row.get_by_role("button", name="Actions for").click()
    with stage.opened(ada, "host-name-host"):
        ada.use_on("Grace", "Make a host")
    with stage.opened(ada, "host-remove"):
        ada.use_on("Konrad", "Remove")
        expect(ada.dialog.get_by_label("New room key")).not_to_have_value("")


def sheet(stage: Stage, ada: Tab) -> None:
    # wide, the window has no sheet; narrow again, it is still open
    show_as(ada, PHONE)
    ada.page.get_by_role("button", name=re.compile("^People and room")).click()
    stage.take(ada, "people")
    show_as(ada, PHONE)
    ada.page.locator(".sheet").evaluate("sheet => sheet.scrollTo(0, sheet.scrollHeight)")
    stage.take(ada, "people-end")
    show_as(ada, PHONE)
    ada.page.keyboard.press("Escape")
    expect(ada.dialog).to_have_count(0)
    show_as(ada, DESKTOP)


def following(stage: Stage, ada: Person, code: str) -> None:
    second = ada.tab()
    second.open(f"/r/{code}")
    expect(second.connection).to_have_text("Online through another tab")
    second.sees("Then it is settled.")
    stage.take(second, "room-followed")
    second.page.close()


def slug(text: str) -> str:
    return text.lower().replace(" ", "-")
