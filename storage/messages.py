"""Messages that wake nobody: a client's receipt and how it goes on, an engineer's shifts."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.numbers import is_mobile, is_premium
from oncall.policies import Channel
from storage.database import wake
from storage.models import Message, Ticket

RECEIPT, TAKEN, WAITING = "receipt", "taken", "waiting"  # to a client, one of each for a ticket
TAKEUP, MISSED, CHANGED = "takeup", "missed", "changed"  # to an engineer
STILL_WAITING_AFTER = timedelta(minutes=20)


def queue(
    db: Connection, kind: str, number: str, run_at: datetime, *, ticket: str | None = None, shift: int | None = None,
    channel: Channel = Channel.SMS, body: str = "",
) -> None:  # fmt: skip
    """Due at `run_at`; without a body it is written then, from what is known by then."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = {"ticket": ticket, "shift": shift, "kind": kind, "channel": channel, "number": number, "body": body}
    due = {"queued_at": run_at, "run_at": run_at, "tries": 0, "trouble": "", "state": "intended"}
    db.execute(dialect.insert(Message).values(**row, **due).on_conflict_do_nothing())
    wake(db)


def inform(db: Connection, ticket: str, kind: str, at: datetime) -> None:
    """Tell the ticket's caller, should the directory want it by then: by SMS, or by a call where none can be read."""
    number = db.execute(select(Ticket.caller).where(Ticket.reference == ticket)).scalar()
    if number and not is_premium(number):
        queue(db, kind, number, at, ticket=ticket, channel=Channel.SMS if is_mobile(number) else Channel.VOICE)


def find(db: Connection, message: int) -> Row[Any] | None:
    return db.execute(select(Message.__table__).where(Message.id == message)).one_or_none()


def knows(db: Connection, sid: str) -> bool:
    """Some message is this SMS or call."""
    return db.execute(select(Message.id).where(Message.provider_sid == sid)).first() is not None
