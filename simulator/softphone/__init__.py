"""Telephones in a browser: the caller's, everybody else's beside it, and what may go wrong between them."""

from simulator.softphone.page import softphone

__all__ = ["softphone"]
