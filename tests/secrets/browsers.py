"""Debian's Chromium, for as long as a block runs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# a sandbox needs privileges that containers withhold; only our own page is opened
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=en"]


@contextmanager
def chromium() -> Iterator[Browser]:
    program = os.environ.get("ROOMKEY_CHROMIUM") or shutil.which("chromium")
    assert program, "Chromium is missing: `make test` installs it"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
