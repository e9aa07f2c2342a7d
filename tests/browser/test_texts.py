"""Texts of every kind: long ones, other scripts, and those that mean harm."""

import re
from collections.abc import Callable

import pytest
from people import Person, gather
from playwright.sync_api import Locator, expect
from python_member import PythonMember
from tab import ROOM_KEY, Tab

People = Callable[..., Person]
Members = Callable[[str], PythonMember]

MOST_BYTES = 64_000
FAMILY = "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇪🇺"
ARABIC = "السلام عليكم، كيف الحال؟"
HEBREW = "שלום עולם"
PERSIAN = "می‌خواهم"


def test_emoji_and_every_script_arrive_as_they_were_written_and_run_in_their_own_direction(
    person: People, python_member: Members
) -> None:
    ada, carol = person("Ada"), python_member("כרמל")
    carol.join(ada.create(), ROOM_KEY)
    ada.has_people("Ada", "כרמל")
    for text in (FAMILY, ARABIC, HEBREW, PERSIAN, "漢字かな交じり文", "ไทย"):
        ada.say(text)
        carol.sees(text)
        carol.say(f"{text}!")
        ada.sees(text, f"{text}!")
    for text, direction in ((ARABIC, "rtl"), (HEBREW, "rtl"), (FAMILY, "ltr")):
        assert direction_of(ada.message(text).locator(".message-text p")) == direction
    ada.composer.fill(HEBREW)
    assert direction_of(ada.composer) == "rtl"


@pytest.mark.parametrize("size", [MOST_BYTES, MOST_BYTES + 1])
def test_a_paste_of_64_kb_is_sent_and_one_of_a_byte_more_is_kept_with_words(
    person: People, python_member: Members, size: int
) -> None:
    ada = person("Ada", permissions=["clipboard-read", "clipboard-write"])
    carol = python_member("Carol")
    carol.join(ada.create(), ROOM_KEY)
    line = "Every word of a long story, which one pastes and sends. ü\n"
    text = line * (MOST_BYTES // len(line.encode()))
    text += "x" * (size - len(text.encode()))
    paste(ada, text)
    if size > MOST_BYTES:
        ada.reads("1 byte too long. Shorten it, or send it in parts.")
        ada.composer.press("Enter")
        expect(ada.composer).to_have_value(text)
        ada.composer.press("Backspace")
        text = text[:-1]
    ada.reads("0 bytes are left")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("")
    carol.sees(text)
    entry = ada.timeline.get_by_role("article").filter(has_text="Every word of a long story")
    expect(entry).to_have_attribute("data-state", "sent")
    folded = entry.bounding_box()
    entry.get_by_role("button", name="Show all of it").click()
    expect(entry.get_by_role("button", name="Show less")).to_be_attached()
    opened = entry.bounding_box()
    assert folded is not None
    assert opened is not None
    assert folded["height"] < 1000 < opened["height"]


def test_markdown_is_shown_and_links_say_where_they_lead(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob)
    ada.say(
        "**bold**, *light*, `a * b`, [my bank](https://evil.example/login), https://good.example/"
    )
    entry = bob.timeline.get_by_role("article").filter(has_text="bold")
    expect(entry.locator("strong")).to_have_text("bold")
    expect(entry.locator("em")).to_have_text("light")
    expect(entry.locator("code")).to_have_text("a * b")
    link = entry.get_by_role("link", name="my bank, link to evil.example")
    expect(link).to_have_attribute("href", "https://evil.example/login")
    expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
    expect(link).to_have_attribute("target", "_blank")
    expect(entry).to_contain_text("my bank (evil.example)")
    ada.say("```\nfor each in everybody:\n    greet(each)\n```\n- one\n- two\n\n> said before")
    entry = bob.timeline.get_by_role("article").filter(has_text="for each")
    assert entry.locator("pre").inner_text() == "for each in everybody:\n    greet(each)"
    expect(entry.locator("ul li")).to_have_text(["one", "two"])
    expect(entry.locator("blockquote")).to_have_text("said before")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\u202egnp.exe\u2066 b", "agnp.exe b"),
        ("a\x1b[2J\x1b]0;owned\x07b\x00c\x9b31md", "abcd"),
        ("<img src=x onerror=alert(1)><script>alert(2)</script>",) * 2,
        ("[click](javascript:alert(1))",) * 2,
        ("[click](data:text/html,<script>alert(1)</script>)",) * 2,
        ("java\nscript:alert(1) vbscript:x file:///etc/passwd", None),
    ],
    ids=["bidi", "control", "html", "javascript", "data", "schemes"],
)
def test_hostile_text_is_only_text(
    person: People, python_member: Members, said: str, shown: str | None
) -> None:
    eve, ada = python_member("Eve"), person("Ada")
    alerts: list[str] = []
    ada.page.on("dialog", lambda dialog: alerts.append(dialog.message))
    code = eve.create(ROOM_KEY)
    eve.say(said)
    eve.say("END")
    ada.join(code)
    ada.sees("END")
    entries = ada.timeline.locator("article.entry")
    expect(entries).to_have_count(2)
    if shown is not None:
        assert entries.first.locator(".message-text").inner_text() == shown
    expect(entries.locator("a, img, script, iframe")).to_have_count(0)
    assert alerts == []


def test_hostile_names_and_titles_are_one_harmless_line(
    person: People, python_member: Members
) -> None:
    eve, ada = python_member("Eve\x1b[31m\u202e\nhost"), person("Ada")
    code = eve.create(ROOM_KEY, title="Tea\u202e at\n<b>four</b>\x07")
    eve.say("Hello")
    ada.join(code)
    ada.sees("Hello")
    ada.has_people("Ada", "Eve host")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Tea at <b>four</b>")
    expect(ada.message("Hello").locator(".sender-name")).to_have_text("Eve host")
    expect(ada.page).to_have_title(re.compile(r"^(\(1\) )?Tea at <b>four</b> – Roomkey$"))


def paste(tab: Tab, text: str) -> None:
    """Paste as people do: from the clipboard, with the keyboard."""
    tab.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    tab.composer.focus()
    tab.page.keyboard.press("Control+v")
    expect(tab.composer).to_have_value(text)


def direction_of(part: Locator) -> str:
    return str(part.evaluate("element => getComputedStyle(element).direction"))
