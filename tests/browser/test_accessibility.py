"""No screen breaks a rule that axe knows, in light or in dark."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from axe import audit
from people import PHONE, Person, gather
from playwright.sync_api import expect
from python_member import PythonMember
from tab import ROOM_KEY, Tab

People = Callable[..., Person]


@contextmanager
def opened(tab: Tab, what: str) -> Iterator[None]:
    """Look at a dialog or menu that the block opens, and close it again."""
    yield
    expect(tab.page.locator("dialog[open], [popover]:popover-open").first).to_be_visible()
    audit(tab, what)
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("dialog[open], [popover]:popover-open")).to_have_count(0)


def test_coming_in_is_accessible(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    ada.open()
    form = ada.page.get_by_role("region", name="New room")
    expect(form.get_by_label("Room key")).not_to_have_value("")
    form.get_by_text("Title, history, size").click()
    audit(ada, "the home page of a new device")
    form.get_by_label("Room key").fill("password")
    form.get_by_label("Your name").fill("")
    form.get_by_role("button", name="Create room").click()
    ada.reads("Say what the others should call you.")
    ada.go_to("nothing")
    ada.reads("A room code is ten letters and digits, like 7GQ2M-0XK4T.")
    audit(ada, "the home page with errors")
    with opened(ada, "language and theme"):
        ada.page.get_by_role("button", name="Language and theme").click()
    code = ada.create(title="Tea at four")
    audit(ada, "a room with nobody else")
    ada.open()
    with opened(ada, "forgetting"):
        ada.page.get_by_role("button", name="Forget Tea at four").click()
    audit(ada, "the home page with a room")
    bob.page.goto(f"{bob.address}/r/{code}#wrong%20key")
    expect(bob.join_button).to_be_visible()
    audit(bob, "a link with the key")
    bob.answer_for_key(None)
    bob.reads("Wrong room key, or no such room.")
    audit(bob, "a wrong key")
    bob.open("/r/nowhere")
    bob.reads("There is nothing here")
    audit(bob, "an address that leads nowhere")


def test_a_conversation_is_accessible(
    person: People, python_member: Callable[[str], PythonMember]
) -> None:
    ada, carol = person("Ada"), python_member("Carol")
    carol.join(ada.create(title="Tea at four"), ROOM_KEY)
    ada.say("**Good** morning, see [the plan](https://plan.example/) and `this`")
    ada.say("- one\n- two\n\n> said before\n\n```\ncode\n```")
    carol.say("Shall we meet?")
    ada.sees("Shall we meet?")
    carol.react("Shall we meet?", "🎉")
    ada.act("Shall we meet?", "Reply")
    audit(ada, "an answer being written")
    ada.say("At four")
    carol.say("Only for an hour", expires_after=3600)
    ada.sees("At four", "Only for an hour")
    ada.act("At four", "Edit")
    audit(ada, "an edit being written")
    ada.say("At five")
    ada.sees("At five")
    ada.page.get_by_role("button", name="Message options").click()
    ada.page.get_by_role("menuitemradio", name="Disappear after 1 day").click()
    audit(ada, "the timeline")
    with opened(ada, "a message's menu"):
        ada.message("At five").hover()
        ada.message("At five").get_by_role("button", name="More").click()
    with opened(ada, "the picker"):
        ada.act("Shall we meet?", "React")
    with opened(ada, "who reacted"):
        ada.act("Shall we meet?", "Who reacted")
    with opened(ada, "a deletion"):
        ada.act("At five", "Delete")
    with opened(ada, "the search"):
        ada.page.keyboard.press("Control+f")
        ada.dialog.get_by_label("Words to look for").fill("o")
        expect(ada.dialog.locator("mark").first).to_be_visible()
    with opened(ada, "message options"):
        ada.page.get_by_role("button", name="Message options").click()
    with opened(ada, "the room's menu"):
        ada.page.get_by_role("button", name="Room menu").click()


def test_the_tools_of_a_room_are_accessible(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    for tool in (
        "Invite",
        "Safety code",
        "Save the conversation",
        "Leave",
        "Room settings",
        "Change the room key",
        "Close the room",
    ):
        with opened(ada, tool):
            ada.panel.get_by_role("button", name=tool, exact=True).click()
            expect(ada.dialog).to_be_visible()
            if tool == "Invite":
                ada.dialog.get_by_role("radio", name="with the key", exact=True).check()
                ada.dialog.get_by_role("button", name="Show the room key").click()
    with opened(ada, "naming a host"):
        ada.use_on("Bob", "Make a host")
    with opened(ada, "what is done with a member"):
        ada.panel.get_by_role("button", name="Actions for").click()
    ada.panel.get_by_role("switch", name="Locked").check()
    expect(ada.page.get_by_text("Locked", exact=True).first).to_be_attached()
    ada.use_on("Bob", "Remove")
    expect(ada.dialog.get_by_label("New room key")).not_to_have_value("")
    audit(ada, "removing somebody")
    ada.confirm("Remove and change the key")
    expect(ada.dialog.locator(".new-key")).to_be_visible()
    audit(ada, "the changed key")
    ada.confirm("Done")
    bob.reads("Nothing can be sent or received.")
    audit(bob, "a member who was removed")
    ada.use("Close the room")
    ada.dialog.get_by_label("Room code").fill(code)
    ada.confirm("Close the room")
    ada.reads("This room was closed")
    audit(ada, "a closed room")


def test_the_room_is_accessible_on_a_phone_and_without_a_network(person: People) -> None:
    ada, bob = person("Ada", **PHONE), person("Bob")
    bob.join(ada.create())
    ada.composer.fill("Hello")
    ada.page.get_by_role("button", name="Send").tap()
    bob.sees("Hello")
    audit(ada, "a room on a phone")
    with opened(ada, "the sheet of people and tools"):
        ada.page.get_by_role("button", name="People and room").tap()
    bob.context.set_offline(True)
    bob.say("Later")
    expect(bob.connection).to_contain_text("Offline: 1 message waits")
    audit(bob, "a room without a network")
