"""The scenes that are pictured: who does what until a screen is as it is to be seen."""

from collections.abc import Callable
from typing import Final

from scenes.entrance import home, joining
from scenes.fates import states
from scenes.how import how_it_works
from scenes.room import room
from scenes.stage import Stage
from scenes.terminal import terminal
from scenes.texts import german, history

__all__ = ["SCENES", "Stage"]

SCENES: Final[dict[str, Callable[[Stage], None]]] = {
    "home": home,
    "joining": joining,
    "room": room,
    "states": states,
    "history": history,
    "german": german,
    "terminal": terminal,
    "how": how_it_works,
}
"""By their names, in the order of the album."""
