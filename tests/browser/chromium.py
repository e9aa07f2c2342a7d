"""Debian's Chromium, as everything that drives a browser starts it."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# a sandbox needs privileges that containers withhold; only our own page is opened
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=en"]


def start_chromium(driver: Playwright) -> Browser:
    """Start it, without a window."""
    program = os.environ.get("ROOMKEY_CHROMIUM") or shutil.which("chromium")
    assert program, "Chromium is missing: `make test` installs it"
    return driver.chromium.launch(executable_path=program, args=FLAGS)
