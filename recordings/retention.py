"""How long what is known of people is kept: a caller's voice the shortest, a ticket's own facts for ever.

CNIL: needed, proportionate, told beforehand. These are defaults of the product; a lawyer reads them again."""

from datetime import datetime, timedelta

AUDIO = timedelta(days=182)  # from its announcement; « six mois » is said before the beep
AUDIO_AFTER_ARCHIVE = timedelta(days=30)  # whichever comes first
CALLS = timedelta(days=395)  # numbers and keys of the call log
TICKETS = timedelta(days=3 * 365)  # people's names, numbers and words, from the end of the ticket
ACCOUNTS = timedelta(days=365)  # what was done to accounts, and tried with them
STRAY_MAIL = timedelta(days=90)  # mail that led to no ticket
TRACES = timedelta(days=30)  # what only kept things from being done twice


def audio_until(announced_at: datetime, archived_at: datetime | None) -> datetime:
    """When a caller's voice is erased."""
    latest = announced_at + AUDIO
    return min(latest, archived_at + AUDIO_AFTER_ARCHIVE) if archived_at else latest
