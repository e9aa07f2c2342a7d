"""How it works: the exchange of small numbers, once all of its steps are shown."""

from playwright.sync_api import expect

from scenes.stage import Stage


def how_it_works(stage: Stage) -> None:
    """The exchange from its first number to what both have in the end."""
    reader = stage.person("Reader")
    reader.open("/how-it-works")
    reader.page.get_by_role("button", name="Show all").click()
    reader.reads("Both have 9, and nobody ever sent it.")
    board = reader.page.get_by_role("region", name="Who knows what")
    expect(board.get_by_text("s = 9").first).to_be_visible()
    heading = reader.page.get_by_role("heading", name="Seven steps with small numbers")
    heading.evaluate("heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 32)")
    stage.take(reader, "how-it-works")
