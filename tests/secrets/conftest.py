"""Clients of both kinds, and a relay whose memory and traffic can be read."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / part) for part in ("secrets", "browser", "e2e")]
