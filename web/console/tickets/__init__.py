"""Tickets and calls in the console."""
