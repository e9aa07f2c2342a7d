"""Debian's Chromium, for as long as a block runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from tests.browser.chromium import start_chromium


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = start_chromium(driver)
        yield browser
        browser.close()
