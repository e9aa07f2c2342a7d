"""The lines of a chat that begin with a slash."""

from .context import ChatEnds, Context
from .table import carry_out, is_command

__all__ = ["ChatEnds", "Context", "carry_out", "is_command"]
