"""What stays on the device: sealed, and gone when one wants it gone."""

import re
from collections.abc import Callable

from people import Person, gather
from playwright.sync_api import expect
from storage import storage_of
from tab import ROOM_KEY

People = Callable[..., Person]

NAME = "Adelaide of the long name"
TITLE = "Tea at four, as ever"
TEXT = "What nobody else should read"


def test_at_rest_nothing_is_in_the_clear_and_no_script_can_have_the_keys(person: People) -> None:
    ada = person(NAME)
    code = ada.create(title=TITLE)
    ada.say(TEXT)
    ada.has_sent(TEXT)
    kept = storage_of(ada)
    assert len(kept.rooms) == 1
    assert kept.records > 5
    assert kept.holds(kept.rooms[0])
    for secret in (NAME, TITLE, TEXT, ROOM_KEY, code, code.replace("-", "")):
        assert not kept.holds(secret)
    assert kept.keys >= 2
    assert kept.exportable == []
    assert kept.cookies == ""
    assert not any("/r/" in url for url in kept.cached)
    # it is there nonetheless, and only for this browser
    ada.page.reload()
    ada.sees(TEXT)
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_a_forgotten_room_is_deleted_and_the_others_stay(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    ada.say(TEXT)
    ada.has_sent(TEXT)
    [first] = storage_of(ada).rooms
    other = ada.create(title=TITLE)
    before = storage_of(ada)
    assert len(before.rooms) == 2
    ada.open()
    ada.page.get_by_role("button", name=f"Forget {code}").click()
    ada.confirm("Forget")
    ada.reads("The room is forgotten on this device.")
    after = storage_of(ada)
    assert after.rooms == [name for name in before.rooms if name != first]
    assert after.keys == before.keys - 1
    # for the others Ada stays a member
    bob.has_people("Ada", "Bob")
    ada.open(f"/r/{code}")
    expect(ada.join_button).to_be_visible()
    ada.open(f"/r/{other}")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_everything_that_is_forgotten_is_gone(person: People) -> None:
    ada = person("Ada")
    code = ada.create(title=TITLE)
    ada.create()
    ada.open()
    ada.page.get_by_role("button", name="Language and theme").click()
    ada.page.get_by_role("menuitemradio", name="Dark").click()
    kept = storage_of(ada)
    assert len(kept.rooms) == 2
    assert kept.settings
    ada.page.get_by_role("button", name="Forget everything").click()
    ada.confirm("Forget everything")
    ada.reads("Everything is forgotten.")
    ada.reads("No rooms yet.")
    expect(ada.page.get_by_role("region", name="New room").get_by_label("Your name")).to_have_value(
        ""
    )
    left = storage_of(ada)
    assert left.rooms == []
    assert left.records == 0
    assert left.settings == {}
    assert left.cached == []
    assert left.workers == 0
    ada.open(f"/r/{code}")
    expect(ada.join_button).to_be_visible()


def test_a_private_page_stores_nothing_and_asks_before_it_is_left(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    ada.open()
    ada.page.get_by_role("switch", name="Leave nothing on this device").check()
    ada.reads("Nothing is kept on this device.")
    form = ada.page.get_by_role("region", name="New room")
    form.get_by_label("Your name").fill("Ada")
    expect(form.get_by_label("Room key")).not_to_have_value("")
    form.get_by_label("Room key").fill(ROOM_KEY)
    form.get_by_role("button", name="Create room").click()
    ada.is_in_room()
    code = ada.code
    bob.join(code)
    ada.say(TEXT)
    bob.sees(TEXT)
    kept = storage_of(ada)
    assert kept.rooms == []
    assert kept.records == 0
    assert kept.settings == {}
    ada.page.get_by_role("link", name="All rooms").click()
    ada.page.get_by_role("link", name=code).click()
    ada.sees(TEXT)
    asked: list[str] = []
    ada.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    ada.page.reload()
    assert asked == ["beforeunload"]
    expect(ada.join_button).to_be_visible()
    assert storage_of(ada).records == 0


def test_the_conversation_is_saved_as_text_and_as_json(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob, title=TITLE)
    ada.say(TEXT)
    bob.sees(TEXT)
    bob.act(TEXT, "Reply")
    bob.say("Nor will they 🫖")
    ada.sees("Nor will they 🫖")
    files = {}
    for form in ("Text", "JSON"):
        ada.use("Save the conversation")
        ada.dialog.get_by_role("radio", name=form).check()
        with ada.page.expect_download() as saving:
            ada.confirm("Save file")
        files[saving.value.suggested_filename] = saving.value.path().read_text()
    assert set(files) == {f"roomkey-{code}.txt", f"roomkey-{code}.json"}
    text, record = files[f"roomkey-{code}.txt"], files[f"roomkey-{code}.json"]
    for said in (TEXT, "Nor will they 🫖", "Ada", "Bob", code):
        assert said in text
        assert said in record
    assert re.search(r'"[a-z_]*text"', record)
    assert ROOM_KEY not in text + record
