"""Where the page shows a screen: the relay answers there, and `roomkey verify` looks there."""


def page_paths(room_code: str) -> tuple[str, ...]:
    """Give the paths at which the page is; one room's stands for those of all."""
    return ("/", f"/r/{room_code}", "/how-it-works")
