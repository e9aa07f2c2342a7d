"""Texts that are hard to show, and the page in another language."""

from playwright.sync_api import expect
from tab import ROOM_KEY

from scenes.stage import Stage


def history(stage: Stage) -> None:
    """What was said before one came, and texts that are hard to show."""
    ada, grace = stage.person("Ada"), stage.person("גרייס")
    paypal, other = stage.python_member("Paypal"), stage.python_member("Pаypal")
    code = ada.create()
    ada.say("Said before anybody was here.")
    ada.has_sent("Said before anybody was here.")
    grace.join(code)
    grace.reads("You joined here.")
    for member in (paypal, other):
        member.join(code, ROOM_KEY)
    ada.has_people("Ada", "גרייס", "Paypal", "Pаypal")
    grace.say("שלום, מה שלומך? הרכבת יוצאת ב־20:38 מרציף 5.")
    grace.say("السلام عليكم، كيف الحال؟")
    paypal.say("Unbroken: " + "x" * 400)
    paypal.say("https://a.very.long.example/" + "path/" * 40)
    paypal.say("```\n" + "one long line of code " * 12 + "\n```")
    other.say("Look at [my site](https://elsewhere.example) or `this`.")
    ada.sees("Unbroken: " + "x" * 400)
    ada.reads("my site")
    stage.take(ada, "room-hard-texts")
    grace.reads("my site")
    grace.timeline.get_by_role("article").first.scroll_into_view_if_needed()
    stage.take(grace, "room-history")


def german(stage: Stage) -> None:
    """The page in German."""
    ada = stage.person("Ada")
    ada.open()
    ada.page.evaluate("() => localStorage.setItem('roomkey language', 'de')")
    ada.open()
    key = ada.page.get_by_role("region", name="Neuer Raum").get_by_label("Raumschlüssel")
    expect(key).not_to_have_value("")
    ada.page.get_by_role("region", name="Neuer Raum").get_by_label("Dein Name").fill("Ada")
    stage.take(ada, "german-home")
    ada.page.get_by_role("button", name="Raum anlegen").click()
    expect(ada.page.get_by_role("textbox", name="Nachricht schreiben")).to_be_visible()
    stage.take(ada, "german-empty")
    carol = stage.python_member("Carol")
    key_shown = ada.page.get_by_role("button", name="Raumschlüssel zeigen")
    key_shown.click()
    carol.join(ada.code, ada.page.locator(".invite-key").inner_text())
    carol.say("Guten Morgen!")
    expect(ada.page.get_by_text("Guten Morgen!").first).to_be_visible()
    stage.take(ada, "german-room")
