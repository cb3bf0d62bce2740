"""Closed tickets that nobody takes back go to the archive by themselves."""

from datetime import timedelta

from jobs.engine import ClaimedJob
from services import closing

EVERY = timedelta(hours=1)


def put_away(turn: ClaimedJob) -> None:
    with turn.begin() as (db, _):
        closing.archive_old(db, turn.now)
