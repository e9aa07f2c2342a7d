"""The same room at a terminal."""

from album import PHONE
from tab import ROOM_KEY

from scenes.stage import TITLE, Stage


def terminal(stage: Stage) -> None:
    """The same room at a terminal."""
    if stage.form is PHONE:
        return
    ada = stage.person("Ada")
    grace = stage.python_member("Grace")
    code = ada.create(title=TITLE)
    grace.join(code, ROOM_KEY)
    chat = stage.terminal("Konrad", columns=80, lines=20)
    try:
        chat.run(f"roomkey join {code} --name Konrad", key=ROOM_KEY)
        chat.shows("\n>")
        ada.say("The night train runs again. Shall we take it in October?")
        grace.sees("The night train runs again. Shall we take it in October?")
        grace.say("Yes! I always wanted to wake up in another country.")
        chat.shows("another country")
        chat.type("It leaves at 20:38 from platform 5.")
        grace.sees("It leaves at 20:38 from platform 5.")
        chat.type("/safety")
        ada.say("I bring the tea 🫖")
        chat.shows("I bring the tea")
        chat.picture(ada.context, stage.album.place("terminal", "other", "dark"))
    finally:
        chat.close()
