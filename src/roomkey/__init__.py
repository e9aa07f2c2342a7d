"""Roomkey: a self-hosted chat room for text that stays private even from its server."""

__version__ = "0.1.0"
