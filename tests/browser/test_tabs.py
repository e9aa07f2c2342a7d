"""One person with several tabs of one room."""

import re
from collections.abc import Callable

from people import Person, gather
from playwright.sync_api import expect

People = Callable[..., Person]


def test_a_second_tab_follows_the_first_and_takes_over_when_that_is_closed(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    bob.say("Hello")
    ada.sees("Hello")
    second = ada.tab()
    second.open(f"/r/{code}")
    second.sees("Hello")
    expect(second.connection).to_have_text("Online through another tab")
    expect(ada.connection).to_have_text("Online")
    second.say("From the second tab")
    for one in (ada, second, bob):
        one.sees("From the second tab")
        one.has_people("Ada", "Bob")
    second.has_sent("From the second tab")

    third = ada.tab()
    third.open(f"/r/{code}")
    third.sees("Hello", "From the second tab")
    second.act("From the second tab", "React")
    second.page.get_by_role("button", name="👀").click()
    for one in (ada, third, bob):
        expect(one.message("From the second tab").locator(".reaction")).to_have_text(
            re.compile("^👀")
        )

    # who has waited longest leads next
    ada.page.close()
    expect(second.connection).to_have_text("Online")
    expect(third.connection).to_have_text("Online through another tab")
    bob.say("Still there?")
    for number, one in enumerate((second, third), start=2):
        one.sees("Still there?")
        one.say(f"Yes, says tab {number}")
    bob.sees("Yes, says tab 2", "Yes, says tab 3")
    second.page.close()
    expect(third.connection).to_have_text("Online")
    third.say("And then there was one")
    bob.sees("And then there was one")
    bob.has_people("Ada", "Bob")
    expect(bob.timeline.get_by_text("joined")).to_have_count(1)


def test_what_a_tab_is_told_to_forget_is_over_in_the_others(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    second = ada.tab()
    second.open(f"/r/{code}")
    expect(second.connection).to_have_text("Online through another tab")
    second.open()
    second.page.get_by_role("button", name=f"Forget {code}").click()
    second.confirm("Forget")
    second.reads("No rooms yet.")
    expect(ada.composer).to_have_count(0)
    ada.page.reload()
    expect(ada.join_button).to_be_visible()
