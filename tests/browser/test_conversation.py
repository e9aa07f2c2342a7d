"""Several people in one room, one of them at the Python client."""

import re
from collections.abc import Callable

from people import Person, gather
from playwright.sync_api import expect
from python_member import PythonMember
from tab import ROOM_KEY

People = Callable[..., Person]


def test_three_people_of_two_clients_read_one_another_and_see_one_safety_code(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, bob, carol = person("Ada"), person("Bob"), python_member("Carol")
    code = gather(ada, bob)
    carol.join(code, ROOM_KEY)
    everybody = (ada, bob, carol)
    for one in everybody:
        one.has_people("Ada", "Bob", "Carol")
    ada.say("Good morning")
    bob.say("Good morning, Ada")
    carol.say("Good morning to both")
    for one in everybody:
        one.sees("Good morning", "Good morning, Ada", "Good morning to both")
    ada.has_sent("Good morning")
    assert ada.safety_digits() == bob.safety_digits() == carol.safety_digits()


def test_a_browser_joins_a_room_that_the_python_client_made(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    carol, ada = python_member("Carol"), person("Ada")
    code = carol.create(ROOM_KEY, title="Tea at four", retention=3600)
    carol.say("Come in")
    ada.join(code)
    ada.sees("Come in")
    expect(ada.page.get_by_role("heading", name="Tea at four")).to_be_visible()
    ada.reads("Messages are kept for 1 hour.")
    ada.say("I am here")
    carol.sees("I am here")
    assert carol.safety_digits() == ada.safety_digits()


def test_an_edit_an_answer_reactions_and_a_deletion_reach_the_others(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, bob, carol = person("Ada"), person("Bob"), python_member("Carol")
    carol.join(gather(ada, bob), ROOM_KEY)
    ada.say("Shall we meat?")
    bob.sees("Shall we meat?")
    ada.act("Shall we meat?", "Edit")
    ada.say("Shall we meet?")
    bob.sees("Shall we meet?")
    bob.sees_no("Shall we meat?")
    expect(bob.message("Shall we meet?")).to_contain_text("edited")

    bob.act("Shall we meet?", "Reply")
    bob.say("At four")
    answer = ada.message("At four")
    expect(
        answer.get_by_role("button", name="Go to the message it answers: Ada Shall we meet?")
    ).to_be_visible()

    ada.act("At four", "React")
    ada.page.get_by_role("button", name="🎉").click()
    carol.sees("At four")
    carol.react("At four", "🎉")
    carol.react("At four", "🫖")
    signs = bob.message("At four").locator(".reaction")
    expect(signs).to_have_text([re.compile("^🎉 ?2"), re.compile("^🫖 ?1")])
    expect(signs.first).to_have_attribute("title", re.compile("Ada and Carol|Carol and Ada"))
    ada.message("At four").get_by_role("button", name="🎉").click()
    expect(signs.first).to_have_attribute("title", re.compile("^[^A]*Carol$"))

    bob.act("At four", "Delete")
    bob.confirm("Delete message")
    for one in (ada, bob):
        one.sees_no("At four")
        expect(one.timeline.get_by_text("Message deleted")).to_have_count(1)
    carol.say("Never mind")
    ada.sees("Never mind")
    assert "At four" not in carol.texts()


def test_who_types_and_who_is_there_is_seen(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob)
    bob.composer.press_sequentially("Well")
    ada.reads("Bob is typing")
    bob.composer.press("Enter")
    ada.sees("Well")
    expect(ada.page.get_by_text("Bob is typing").locator("visible=true")).to_have_count(0)


def test_a_disappearing_message_goes_from_everybody_when_its_time_is_over(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, carol = person("Ada"), python_member("Carol")
    carol.join(ada.create(), ROOM_KEY)
    ada.page.get_by_role("button", name="Message options").click()
    ada.page.get_by_role("menuitemradio", name="Disappear after 1 minute").click()
    ada.reads("Disappears after 1 minute")
    ada.say("Only for a minute")
    expect(ada.message("Only for a minute")).to_contain_text("disappears in")
    carol.sees("Only for a minute")
    assert carol.message("Only for a minute").expires_at is not None
    carol.say("Only for a second", expires_after=1)
    ada.sees_no("Only for a second")
    ada.sees("Only for a minute")
