"""Calls, and the voices left on them."""
