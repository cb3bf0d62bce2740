"""What has outlived its purpose is taken away: a little every hour, each thing in a commit of its own."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from jobs.context import Outside
from jobs.engine import ClaimedJob
from services import erasure
from services.erasure import IN_TIME

EVERY = timedelta(hours=1)
AT_ONCE = 100


def purge(turn: ClaimedJob) -> None:
    """Rows; their files follow (Eraser)."""
    with turn.begin() as (db, _):
        voices = erasure.due_audio(db, turn.now, AT_ONCE)
        tickets = erasure.due_tickets(db, turn.now, AT_ONCE)
        strays = erasure.stray_letters(db, turn.now, AT_ONCE)
        erasure.forget_old_calls(db, turn.now)
        erasure.forget_traces(db, turn.now)
        turn.save(db)
    for voice in voices:
        with turn.begin() as (db, _):
            erasure.forget_due_audio(db, voice, turn.now)
            turn.save(db)
    for ticket in tickets:
        with turn.begin() as (db, _):
            erasure.forget_ticket(db, ticket, IN_TIME, turn.now)
            turn.save(db)
    for letter in strays:
        with turn.begin() as (db, _):
            erasure.forget_letter(db, letter.id, letter.place, IN_TIME, turn.now)
            turn.save(db)


def latest(_: Row[Any], now: datetime) -> datetime:
    """Until when a file may wait to be erased: for whoever may be fetching it."""
    return now + erasure.BEING_FETCHED


class PurgeHandler:
    """The files that lie outside the database; a worker killed in between does it once more."""

    def __init__(self, outside: Outside):
        self.outside = outside

    def erase(self, turn: ClaimedJob) -> None:
        with turn.begin() as (db, purged):
            needed = erasure.is_needed(db, purged.place)
        if not needed:
            self.outside.audio.erase(purged.place)
        with turn.begin() as (db, _):
            turn.finish(db, place="")
