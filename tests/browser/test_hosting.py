"""What hosts do with a room and its people, and what the others see of it."""

import re
import sqlite3
from collections.abc import Callable

from axe import audit
from people import Person, gather
from playwright.sync_api import expect
from python_member import PythonMember
from relay_process import Relay
from tab import ROOM_KEY, Tab

People = Callable[..., Person]

WRONG_KEY = re.compile("^Wrong room key, or no such room.")
REMOVED = "No longer a member"


def test_who_is_removed_with_a_new_key_reads_nothing_further_and_the_old_key_opens_nothing(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, bob, carol, dan = person("Ada"), person("Bob"), python_member("Carol"), person("Dan")
    code = gather(ada, bob)
    carol.join(code, ROOM_KEY)
    ada.say("For all three")
    bob.sees("For all three")
    new_key = remove_with_new_key(ada, "Bob")
    assert new_key != ROOM_KEY
    bob.reads("Nothing can be sent or received.")
    expect(bob.connection).to_have_text(REMOVED)
    expect(bob.composer).to_have_count(0)
    ada.say("Without Bob")
    carol.sees("For all three", "Without Bob")
    carol.has_people("Ada", "Carol")
    ada.has_people("Ada", "Carol")
    expect(ada.notice("Bob was removed by a host")).to_be_visible()

    bob.page.reload()
    expect(bob.connection).to_have_text(REMOVED)
    bob.sees("For all three")
    bob.sees_no("Without Bob")
    bob.page.get_by_role("button", name="Join again").click()
    bob.answer_for_key(ROOM_KEY)
    expect(bob.page.get_by_role("alert")).to_have_text(WRONG_KEY)
    dan.ask_to_join(code)
    expect(dan.page.get_by_role("alert")).to_have_text(WRONG_KEY)
    dan.answer_for_key(new_key)
    dan.sees("Without Bob")
    ada.has_people("Ada", "Carol", "Dan")


def test_who_is_removed_without_a_new_key_can_come_back(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob)
    ada.use_on("Bob", "Remove")
    ada.dialog.get_by_role("radio", name="keep it").check()
    ada.confirm("Remove")
    ada.has_people("Ada")
    bob.page.get_by_role("button", name="Join again").click()
    bob.answer_for_key(ROOM_KEY)
    bob.is_in_room()
    ada.has_people("Ada", "Bob")


def test_the_room_key_is_changed_and_those_inside_go_on(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, bob, carol = person("Ada"), person("Bob"), python_member("Carol")
    code = gather(ada, bob)
    new_key = change_key(ada)
    expect(bob.timeline.get_by_text("A host changed the room key")).to_be_visible()
    bob.say("Still here")
    ada.sees("Still here")
    carol.join(code, new_key)
    carol.sees("Still here")
    ada.has_people("Ada", "Bob", "Carol")
    ada.use("Invite")
    ada.dialog.get_by_role("button", name="Show the room key").click()
    expect(ada.dialog.get_by_text(new_key, exact=True)).to_be_visible()
    # what the others get with the change opens the room, but is not the key as people type it
    bob.use("Invite")
    bob.reads("This device does not have the room key.")


def test_a_member_whom_the_relay_keeps_the_new_key_from_is_asked_for_it_and_goes_on_with_it(
    person: People, own_relay: Relay
) -> None:
    ada, bob, dan = (person(name, own_relay) for name in ("Ada", "Bob", "Dan"))
    code = gather(ada, bob)
    bob.open()
    new_key = change_key(ada)
    ada.say("Under the new key")
    ada.has_sent("Under the new key")
    own_relay.stop()
    with sqlite3.connect(own_relay.data / "relay.sqlite3") as database:
        taken = database.execute("UPDATE envelopes SET root = NULL WHERE root IS NOT NULL")
        assert taken.rowcount == 1
    own_relay.start()

    bob.page.get_by_role("link", name=code).click()
    bob.sees("Under the new key")
    bob.reads("This device did not get the new one.")
    field = bob.page.get_by_label("New room key")
    field.fill("something else entirely")
    bob.page.get_by_role("button", name="Use the new key").click()
    bob.reads("That is not the new room key.")
    dan.join(code, new_key)
    field.fill(new_key)
    bob.page.get_by_role("button", name="Use the new key").click()
    bob.reads("The new room key fits.")
    expect(field).to_have_count(0)
    bob.say("Here again")
    for one in (ada, bob, dan):
        one.sees("Here again")
        one.has_people("Ada", "Bob", "Dan")
    assert ada.safety_digits() == bob.safety_digits() == dan.safety_digits()


def test_who_is_removed_while_away_is_told_once_the_new_key_is_given(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    bob.open()
    new_key = remove_with_new_key(ada, "Bob")
    bob.open(f"/r/{code}")
    bob.reads("The room key was changed")
    audit(bob, "the room key was changed")
    bob.page.get_by_label("New room key").fill(new_key)
    bob.page.get_by_role("button", name="Use the new key").click()
    expect(bob.connection).to_have_text(REMOVED)


def test_a_locked_room_lets_nobody_new_in_until_it_is_unlocked(person: People) -> None:
    ada, bob, dan = person("Ada"), person("Bob"), person("Dan")
    code = gather(ada, bob)
    lock = ada.panel.get_by_role("switch", name="Locked")
    lock.check()
    expect(bob.timeline.get_by_text("A host locked the room")).to_be_visible()
    dan.ask_to_join(code)
    expect(dan.page.get_by_role("alert")).to_contain_text("This room is locked")
    bob.say("Just us")
    ada.sees("Just us")
    lock.uncheck()
    expect(bob.timeline.get_by_text("A host unlocked the room")).to_be_visible()
    dan.join_button.click()
    dan.sees("Just us")
    ada.has_people("Ada", "Bob", "Dan")


def test_a_host_names_another_and_a_title_and_then_closes_the_room_for_everybody(
    person: People,
) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    expect(bob.panel.get_by_role("region", name="For hosts")).to_have_count(0)
    ada.use_on("Bob", "Make a host")
    ada.confirm("Make a host")
    expect(bob.panel.get_by_role("region", name="For hosts")).to_be_visible()
    bob.use("Room settings")
    bob.dialog.get_by_label("Title").fill("Tea at four")
    bob.confirm("Save")
    expect(ada.page.get_by_role("heading", name="Tea at four")).to_be_visible()
    ada.say("The last word")
    bob.sees("The last word")

    bob.use("Close the room")
    bob.dialog.get_by_label("Room code").fill("7GQ2M-0XK4T")
    bob.confirm("Close the room")
    expect(bob.dialog.get_by_role("alert")).to_have_text("That is not this room's code.")
    bob.dialog.get_by_label("Room code").fill(code.lower())
    bob.confirm("Close the room")
    for one in (ada, bob):
        one.reads("This room was closed")
        expect(one.connection).to_have_text("Closed")
        one.sees("The last word")
        expect(one.composer).to_have_count(0)
    ada.page.reload()
    ada.reads("This room was closed")
    ada.sees("The last word")
    expect(ada.composer).to_have_count(0)


def test_who_leaves_gives_up_the_place_and_keeps_nothing(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    bob.use("Leave")
    bob.confirm("Leave")
    bob.reads("You left the room.")
    bob.reads("No rooms yet.")
    expect(ada.notice("Bob left")).to_be_visible()
    ada.has_people("Ada")
    bob.open(f"/r/{code}")
    expect(bob.join_button).to_be_visible()


def new_key_in_dialog(host: Tab, deed: str) -> str:
    """Go through with a deed that changes the key; answers the key as it is shown afterwards."""
    field = host.dialog.get_by_label("New room key")
    expect(field).not_to_have_value("")
    made = field.input_value()
    host.confirm(deed)
    expect(host.dialog.locator(".new-key")).to_have_text(made)
    host.confirm("Done")
    return made


def change_key(host: Tab) -> str:
    host.use("Change the room key")
    return new_key_in_dialog(host, "Change the key")


def remove_with_new_key(host: Tab, name: str) -> str:
    host.use_on(name, "Remove")
    return new_key_in_dialog(host, "Remove and change the key")
