"""SMS to callers: the receipt, and how it goes on; one of each kind for a ticket."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.numbers import is_mobile
from storage.database import wake
from storage.models import TextMessage, Ticket

RECEIPT, TAKEN, WAITING = "receipt", "taken", "waiting"
STILL_WAITING_AFTER = timedelta(minutes=20)


def queue(db: Connection, ticket: str, kind: str, number: str, run_at: datetime, *, body: str = "") -> None:
    """Due at `run_at`; without a body it is written then, from what is known by then."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = {"ticket": ticket, "kind": kind, "number": number, "body": body, "queued_at": run_at, "run_at": run_at}
    added = dialect.insert(TextMessage).values(**row, tries=0, trouble="", state="intended")
    db.execute(added.on_conflict_do_nothing())
    wake(db)


def inform(db: Connection, ticket: str, kind: str, at: datetime) -> None:
    """Tell the ticket's caller, if they have left a number that can read it."""
    number = db.execute(select(Ticket.caller).where(Ticket.reference == ticket)).scalar()
    if number and is_mobile(number):
        queue(db, ticket, kind, number, at)
