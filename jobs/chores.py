"""Periodic work: a row for each chore, whose handler sets the next moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.dialects import postgresql, sqlite

from jobs.engine import ClaimedJob, Latest
from storage.models import Chore


@dataclass(frozen=True, slots=True)
class Routine:
    """What is done, and how often."""

    do: Callable[[ClaimedJob], None]
    every: timedelta


Routines = Mapping[str, Routine]
LONG = timedelta(days=1)  # longer than any chore waits, also those of another version of the program


def housekeeper(routines: Routines) -> Callable[[ClaimedJob], None]:
    """The handler of all chores: does the one whose row it is, then waits for the next time."""

    def do(turn: ClaimedJob) -> None:
        routine = routines.get(turn.key)
        if routine:
            routine.do(turn)
        with turn.begin() as (db, _):
            # A chore of another version of the program is left to it.
            turn.finish(db, run_at=turn.now + routine.every if routine else None, done_at=turn.now)

    return do


def latest(routines: Routines) -> Latest:
    """A chore waits as long as it does between two times."""
    return lambda chore, now: now + (routines[chore.name].every if chore.name in routines else LONG)


def since(chore: Row[Any], now: datetime) -> datetime | None:
    """When it was done last: not in the future, where a clock that was ahead may have put that."""
    return min(chore.done_at, now) if chore.done_at else None


def schedule(db: Connection, names: Mapping[str, object], now: datetime) -> None:
    """All of them now, whatever an earlier worker has left behind."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    for name in names:
        row = dialect.insert(Chore).values(name=name, run_at=now, tries=0, trouble="")
        db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"run_at": now}))
