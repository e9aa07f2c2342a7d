"""The toolkits beside these tests, and those of browsers and relays, are imported by name."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / part) for part in ("secrets", "browser", "e2e")]
