"""What becomes of a room: another key, a removal, a lock, no network, the end."""

from typing import Final

from people import gather
from playwright.sync_api import expect

from scenes.stage import TITLE, Stage

NEW_KEY: Final = "outwit galore unmasked trolling chef plastic"


def states(stage: Stage) -> None:
    """What becomes of a room: another key, a removal, a lock, no network, the end."""
    ada, grace, konrad = (stage.person(name) for name in ("Ada", "Grace", "Konrad"))
    code = gather(ada, grace, konrad, title=TITLE)
    grace.say("Shall we change the key?")
    ada.sees("Shall we change the key?")
    konrad.open()
    ada.use("Change the room key")
    ada.dialog.get_by_label("New room key").fill(NEW_KEY)
    ada.confirm("Change the key")
    expect(ada.dialog.locator(".new-key")).to_be_visible()
    stage.take(ada, "key-changed-for-host")
    ada.confirm("Done")
    ada.say("Done.")
    grace.sees("Done.")
    ada.panel.get_by_role("switch", name="Locked").check()
    grace.reads("A host locked the room")
    stage.take(grace, "room-locked")
    ada.panel.get_by_role("switch", name="Locked").uncheck()
    grace.reads("A host unlocked the room")
    grace.context.set_offline(True)
    expect(grace.connection).to_contain_text("Offline")
    stage.take(grace, "room-offline")
    grace.say("Are you still there?")
    expect(grace.connection).to_contain_text("1 message waits")
    stage.take(grace, "room-offline-waiting")
    grace.context.set_offline(False)
    grace.has_sent("Are you still there?")
    ada.use_on("Grace", "Remove")
    ada.confirm("Remove and change the key")
    ada.confirm("Done")
    grace.reads("Nothing can be sent or received.")
    stage.take(grace, "room-removed")
    ada.use_on("Konrad", "Remove")
    ada.confirm("Remove and change the key")
    ada.confirm("Done")
    konrad.open(f"/r/{code}")
    konrad.reads("The room key was changed")
    stage.take(konrad, "room-key-changed")
    ada.use("Close the room")
    ada.dialog.get_by_label("Room code").fill(code)
    ada.confirm("Close the room")
    ada.reads("This room was closed")
    stage.take(ada, "room-closed")
