"""What somebody who joins later reads of what was said before."""

import re
from collections.abc import Callable

from people import Person
from playwright.sync_api import expect
from python_member import PythonMember
from tab import ROOM_KEY

People = Callable[..., Person]

NOTHING_OLDER = "Nothing older is here: this room keeps messages for 7 days."


def test_in_a_shared_room_who_joins_later_reads_what_came_before_and_sees_that_it_did(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, bob, carol = person("Ada"), person("Bob"), python_member("Carol")
    code = ada.create()
    ada.say("Said to nobody")
    ada.say("Said twice")
    ada.has_sent("Said twice")
    bob.join(code)
    bob.reads("You joined here. What stands above was said before.")
    ada.say("Said to Bob")
    bob.sees("Said to nobody", "Said twice", "Said to Bob")
    assert bob.texts() == ["Said to nobody", "Said twice", "Said to Bob"]
    rows = bob.timeline.locator("> li").all_inner_texts()
    [divider] = [place for place, row in enumerate(rows) if "You joined here" in row]
    [before] = [place for place, row in enumerate(rows) if "Said twice" in row]
    [after] = [place for place, row in enumerate(rows) if "Said to Bob" in row]
    assert before < divider < after
    bob.reads(NOTHING_OLDER)
    carol.join(code, ROOM_KEY)
    carol.sees("Said to nobody", "Said twice", "Said to Bob")


def test_in_a_strict_room_who_joins_later_reads_from_then_on(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, bob, carol = person("Ada"), person("Bob"), python_member("Carol")
    code = ada.create(strict=True)
    ada.reads("Who joins later reads from then on.")
    ada.say("Said to nobody")
    ada.has_sent("Said to nobody")
    bob.join(code)
    ada.has_people("Ada", "Bob")
    ada.say("Said to Bob")
    bob.sees("Said to Bob")
    bob.sees_no("Said to nobody")
    bob.reads("In this room, what was said before is not shown to those who come later.")
    bob.page.reload()
    bob.sees("Said to Bob")
    bob.sees_no("Said to nobody")
    carol.join(code, ROOM_KEY)
    carol.has_people("Ada", "Bob", "Carol")
    assert carol.texts() == []


def test_older_messages_come_in_as_one_scrolls_up_and_newer_ones_are_counted(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    carol, ada = python_member("Carol"), person("Ada")
    code = carol.create(ROOM_KEY)
    carol.say_all(f"Message {number}" for number in range(400))
    ada.join(code)
    ada.sees("Message 399")
    ada.message("Message 399").focus()
    ada.page.keyboard.press("Home")
    expect(ada.page.get_by_text(NOTHING_OLDER)).to_have_count(0)
    oldest = ada.page.locator(".message-text").first
    while ada.message("Message 0").count() == 0:
        before = oldest.inner_text()
        ada.page.keyboard.press("Home")
        expect(oldest).not_to_have_text(before)
    expect(ada.page.get_by_text(NOTHING_OLDER)).to_be_visible()
    # most are not in the page
    assert ada.timeline.get_by_role("article").count() < 100
    carol.say("And one more")
    newest = ada.page.get_by_role("button", name="Jump to the newest message: 1 new message")
    newest.click()
    ada.sees("And one more")
    expect(ada.message("And one more")).to_be_in_viewport()
    expect(ada.page).not_to_have_title(re.compile(r"^\(\d+\)"))


def test_what_was_said_is_found_on_this_device_and_gone_to(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    carol, ada = python_member("Carol"), person("Ada")
    code = carol.create(ROOM_KEY)
    carol.say("The needle is here")
    carol.say_all(f"Hay {number}" for number in range(120))
    ada.join(code)
    ada.sees("Hay 119")
    ada.page.keyboard.press("Control+f")
    ada.dialog.get_by_label("Words to look for").fill("NEEDLE")
    ada.reads("1 message found")
    ada.page.keyboard.press("Enter")
    expect(ada.message("The needle is here")).to_be_in_viewport()
    expect(ada.message("The needle is here")).to_be_focused()
