"""The worker's heartbeat: a row like any other, so that it beats only while the engine truly works."""

from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from jobs.engine import Turn
from storage.health import BEAT
from storage.models import Chore

EVERY = timedelta(seconds=15)


def schedule(db: Connection, now: datetime) -> None:
    """Beat now, whatever an earlier worker has left behind."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = dialect.insert(Chore).values(name=BEAT, run_at=now, tries=0, trouble="")
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"run_at": now}))


def beat(turn: Turn) -> None:
    with turn.begin() as (db, _):
        turn.finish(db, run_at=turn.now + EVERY, done_at=turn.now)
