"""How far the clock of each machine is from the database server's, as its processes have measured it."""

import socket
import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Database
from storage.models import Host
from storage.server_clock import NOISE, Measure

log = structlog.get_logger()
NOTED_EVERY = 60.0  # seconds, and as soon as it is another
LIVES = timedelta(minutes=5)  # a machine that says nothing for longer is not at work
FORGOTTEN_AFTER = timedelta(days=1)


class Notes:
    """What one process notes of its machine."""

    def __init__(self, database: Database, name: str = ""):
        self.database, self.name = database, name or socket.gethostname()
        self._noted: tuple[float, timedelta] | None = None

    def __call__(self, measure: Measure) -> None:
        """Never raises: nothing depends on it."""
        if self._noted and time.monotonic() < self._noted[0] + NOTED_EVERY and not self._is_news(measure):
            return
        try:
            with self.database.begin(lasting=False) as db:
                note(db, self.name, measure.ahead, measure.at)
        except Exception as fault:
            log.warning("clock not noted", trouble=f"{type(fault).__name__}: {fault}"[:200])
        else:
            self._noted = time.monotonic(), measure.ahead

    def _is_news(self, measure: Measure) -> bool:
        return self._noted is None or abs(measure.ahead - self._noted[1]) > NOISE


def note(db: Connection, name: str, ahead: timedelta, now: datetime) -> None:
    db.execute(delete(Host).where(Host.measured_at < now - FORGOTTEN_AFTER))
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    said = {"ahead_ms": round(ahead / timedelta(milliseconds=1)), "measured_at": now}
    row = dialect.insert(Host).values(name=name, **said)
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_=said))


def known(db: Connection, now: datetime) -> dict[str, timedelta]:
    """How far the clock of each machine at work is ahead, or behind where negative."""
    lately = select(Host.name, Host.ahead_ms).where(Host.measured_at > now - LIVES).order_by(Host.name)
    return {name: timedelta(milliseconds=ahead) for name, ahead in db.execute(lately)}


def wrong(db: Connection, now: datetime, by: timedelta = NOISE) -> dict[str, timedelta]:
    return {name: ahead for name, ahead in known(db, now).items() if abs(ahead) > by}
