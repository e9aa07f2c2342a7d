"""A small screen, a keyboard alone, another language, other colours and less motion."""

import re
from collections.abc import Callable

from people import PHONE, Person, gather
from playwright.sync_api import Locator, expect
from tab import ROOM_KEY, Tab, look

People = Callable[..., Person]


def test_on_a_phone_everything_is_within_reach_and_nothing_is_wider_than_the_screen(
    person: People,
) -> None:
    ada, bob = person("Ada", **PHONE), person("Bob")
    ada.open()
    fits(ada)
    code = ada.create(title="A title that is much too long for the head of a small screen")
    fits(ada)
    bob.join(code)
    bob.say("x" * 300)
    bob.say("https://a.very.long.example/" + "path/" * 40)
    bob.say("```\n" + "one long line of code " * 20 + "\n```")
    ada.sees("x" * 300)
    expect(ada.timeline.get_by_role("article")).to_have_count(5)
    fits(ada)
    # the button stands for the Enter key, which begins a new line there
    ada.composer.tap()
    ada.page.keyboard.type("first line")
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.type("second line")
    ada.page.get_by_role("button", name="Send").tap()
    expect(bob.timeline.get_by_role("article").last).to_contain_text(
        re.compile(r"first line\s*second line")
    )
    ada.page.get_by_role("button", name="People and room").tap()
    expect(ada.dialog.get_by_role("heading", name="People")).to_be_visible()
    fits(ada)
    ada.dialog.get_by_role("button", name="Safety code").tap()
    expect(ada.page.locator(".safety-digits")).to_be_visible()
    fits(ada)
    ada.page.keyboard.press("Escape")
    bob.say("And one more")
    ada.sees("And one more")
    expect(ada.composer).to_be_in_viewport(ratio=1)


def test_a_link_opens_on_a_phone_and_what_one_touches_is_large_enough(person: People) -> None:
    ada, bob = person("Ada"), person("Bob", **PHONE)
    code = ada.create()
    bob.open(f"/r/{code}")
    fits(bob)
    bob.answer_for_key(ROOM_KEY)
    bob.is_in_room()
    ada.say("Touch me")
    bob.sees("Touch me")
    for button in bob.page.get_by_role("button").locator("visible=true").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, button
    bob.message("Touch me").tap()
    bob.message("Touch me").get_by_role("button", name="More").tap()
    bob.page.get_by_role("menuitem", name="React").tap()
    bob.page.get_by_role("button", name="👍").tap()
    expect(ada.message("Touch me").locator(".reaction")).to_have_text(re.compile("^👍"))


def test_with_the_keyboard_alone_one_makes_a_room_writes_edits_and_leaves(person: People) -> None:
    ada = person("Ada")
    page, press = ada.page, ada.page.keyboard.press
    ada.open()
    form = page.get_by_role("region", name="New room")
    walk_to(ada, form.get_by_label("Your name"))
    page.keyboard.type("Ada")
    walk_to(ada, form.get_by_label("Room key"))
    expect(form.get_by_label("Room key")).not_to_have_value("")
    walk_to(ada, form.get_by_role("button", name="Create room"))
    press("Enter")
    expect(ada.composer).to_be_focused()
    page.keyboard.type("Hello wrold")
    press("Enter")
    ada.has_sent("Hello wrold")
    press("ArrowUp")
    ada.reads("Editing your message")
    for _ in "wrold":
        press("Backspace")
    page.keyboard.type("world")
    press("Enter")
    ada.sees("Hello world")
    expect(ada.composer).to_be_focused()

    walk_to(ada, ada.message("Hello world"), back=True)
    press("Enter")
    expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    press("ArrowDown")
    press("Enter")
    expect(page.get_by_role("button", name="👍")).to_be_focused()
    press("ArrowRight")
    press("Enter")
    expect(ada.message("Hello world").locator(".reaction")).to_have_text(re.compile("^👎"))
    walk_to(ada, ada.message("Hello world"), back=True)
    press("Escape")
    expect(ada.composer).to_be_focused()

    menu = page.get_by_role("button", name="Room menu")
    walk_to(ada, menu, back=True)
    press("Enter")
    expect(page.get_by_role("menuitem", name="Invite")).to_be_focused()
    press("End")
    expect(page.get_by_role("menuitem", name="Leave")).to_be_focused()
    press("Escape")
    expect(menu).to_be_focused()
    press("Enter")
    expect(page.get_by_role("menuitem", name="Invite")).to_be_focused()
    press("ArrowUp")
    press("Enter")
    expect(ada.dialog).to_be_visible()
    press("Escape")
    expect(ada.dialog).to_have_count(0)
    expect(menu).to_be_focused()
    press("Enter")
    expect(page.get_by_role("menuitem", name="Invite")).to_be_focused()
    press("End")
    press("Enter")
    walk_to(ada, ada.dialog.get_by_role("button", name="Leave"))
    press("Enter")
    ada.reads("You left the room.")
    ada.reads("No rooms yet.")


def test_with_the_keyboard_alone_one_answers_and_removes_somebody(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob)
    bob.say("Shall we meet?")
    ada.sees("Shall we meet?")
    page, press = ada.page, ada.page.keyboard.press
    expect(ada.composer).to_be_focused()
    walk_to(ada, ada.message("Shall we meet?"), back=True)
    press("Enter")
    expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    press("Enter")
    expect(ada.composer).to_be_focused()
    ada.reads("Answer to Bob")
    page.keyboard.type("At four")
    press("Enter")
    bob.sees("At four")
    expect(bob.message("At four").locator(".quote")).to_contain_text("Shall we meet?")

    walk_to(ada, ada.panel.get_by_role("button", name="Actions for"))
    press("Enter")
    expect(page.get_by_role("menuitem", name="Make a host")).to_be_focused()
    press("End")
    expect(page.get_by_role("menuitem", name="Remove")).to_be_focused()
    press("Enter")
    expect(ada.dialog.get_by_label("New room key")).not_to_have_value("")
    walk_to(ada, ada.dialog.get_by_role("button", name="Remove and change the key"))
    press("Enter")
    walk_to(ada, ada.dialog.get_by_role("button", name="Done"))
    press("Enter")
    expect(ada.dialog).to_have_count(0)
    ada.has_people("Ada")
    bob.reads("You are no longer in this room")


def test_the_page_speaks_german_to_those_who_do_and_another_language_when_asked(
    person: People,
) -> None:
    ada, bob = person("Ada"), person("Bob", locale="de-AT")
    code = ada.create()
    bob.open()
    expect(bob.page.locator("html")).to_have_attribute("lang", "de")
    expect(bob.page.get_by_role("heading", name="Neuer Raum")).to_be_visible()
    bob.open(f"/r/{code}")
    bob.page.get_by_label("Dein Name").fill("Bob")
    bob.page.get_by_label("Raumschlüssel").fill("nicht dieser Schlüssel")
    bob.page.get_by_role("button", name="Beitreten", exact=True).click()
    expect(bob.page.get_by_role("alert")).to_contain_text("Raumschlüssel")
    bob.page.get_by_label("Raumschlüssel").fill(ROOM_KEY)
    bob.page.get_by_role("button", name="Beitreten", exact=True).click()
    composer = bob.page.get_by_role("textbox", name="Nachricht schreiben")
    composer.fill("Guten Morgen")
    composer.press("Enter")
    ada.sees("Guten Morgen")
    expect(bob.page.locator(".connection")).to_have_text("Verbunden")
    bob.page.get_by_role("button", name="Menü des Raums").click()
    bob.page.get_by_role("menuitemradio", name="English").click()
    bob.is_in_room()
    expect(bob.page.locator("html")).to_have_attribute("lang", "en")
    bob.page.reload()
    bob.is_in_room()
    bob.sees("Guten Morgen")


def test_a_chosen_theme_stays_and_motion_is_reduced_for_those_who_wish_it(person: People) -> None:
    ada = person("Ada", color_scheme="light", reduced_motion="reduce")
    ada.create()
    root = ada.page.locator("html")
    expect(root).to_have_css("color-scheme", "light dark")
    ada.page.get_by_role("button", name="Room menu").click()
    ada.page.get_by_role("menuitemradio", name="Dark").click()
    expect(root).to_have_css("color-scheme", "dark")
    ada.page.reload()
    ada.is_in_room()
    expect(root).to_have_css("color-scheme", "dark")
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      const longest = [style.transitionDuration, style.animationDuration].join().split(",");
      return longest.some((time) => parseFloat(time) > 0.01);
    }).map((element) => element.className)"""
    assert ada.page.evaluate(moving) == []


def test_who_looks_elsewhere_is_away_and_the_title_counts_what_came_meanwhile(
    person: People,
) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob, title="Tea at four")
    look(ada, is_there=False)
    expect(bob.panel.get_by_role("listitem").filter(has_text="Ada")).to_contain_text("away")
    bob.say("Are you there?")
    bob.say("Well then")
    expect(ada.page).to_have_title("(2) Tea at four – Roomkey")
    ada.reads("New messages")
    look(ada, is_there=True)
    expect(ada.page).to_have_title("Tea at four – Roomkey")
    expect(bob.panel.get_by_role("listitem").filter(has_text="Ada")).to_contain_text("here")


def fits(tab: Tab) -> None:
    """Nothing makes the page wider than the screen."""
    wide = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.page.evaluate(wide) <= 0


def walk_to(tab: Tab, target: Locator, back: bool = False) -> None:
    """Go with Tab until a part of the page has the focus."""
    expect(target).to_be_visible()
    for _ in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        tab.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"Tab does not come to {target}")
