"""JSON lines on standard error: what happened and how often, never to whom.

No names, addresses, keys, room ids, codes or contents: only events, codes and counts.
"""

import logging
import sys
from typing import Any

import structlog


class _LibraryHandler(logging.Handler):
    """Says that a library complained; its own text may hold content and is left out."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        logger().warning("library", source=record.name, fault=fault)


def configure() -> None:
    """Send the relay's own lines and the libraries' complaints to standard error as JSON."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler(logging.WARNING)]
    for name in ("engineio", "socketio", "engineio.server", "socketio.server"):
        logging.getLogger(name).setLevel(logging.ERROR)


def logger() -> Any:
    """Give the relay's logger."""
    return structlog.get_logger()
