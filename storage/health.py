"""How the installation is doing, as the database tells it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from storage.due import table_of
from storage.models import (
    Attempt,
    CallRow,
    Chore,
    Delivery,
    DirectoryVersion,
    Due,
    LetterRow,
    Mail,
    Message,
    Page,
    Purge,
    ShiftRow,
    Ticket,
    TicketClock,
    Voicemail,
)
from storage.pages import PENDING
from tickets.sentences import Sentence

BEAT = "beat"  # the chore by which a worker shows that it works
SILENT_AFTER = timedelta(minutes=3)  # a few beats, or a clock set right, alarm nobody
WORK: tuple[type[Due], ...] = (
    Page, Attempt, Voicemail, Message, Mail, LetterRow, Delivery, Purge, TicketClock, ShiftRow, Chore,
)  # fmt: skip
LATE = timedelta(seconds=30)
FAILING = 4  # turns in vain, which take about as long: each one puts the row's moment off


def trouble(db: Connection, now: datetime) -> str:
    """Why the installation cannot serve, in one sentence; "" when it can."""
    if db.execute(select(func.count()).select_from(DirectoryVersion)).scalar() == 0:
        return Sentence("aucun annuaire n'est chargé (astreinte load)")
    beat = last_beat(db)
    if beat is None:
        return Sentence("SMS, appels et courriels ne partent pas encore : lancez « astreinte worker »")
    if now - beat > SILENT_AFTER:
        since = beat.isoformat(timespec="seconds")
        return Sentence(
            "SMS, appels et courriels ne partent plus depuis %(since)s : relancez « astreinte worker »", since=since
        )
    return ""


def last_beat(db: Connection) -> datetime | None:
    beat: datetime | None = db.execute(select(Chore.done_at).where(Chore.name == BEAT)).scalar()
    return beat


def counts(db: Connection) -> dict[str, int]:
    tables = {"calls": CallRow, "tickets": Ticket, "pages": Page, "voicemails": Voicemail, "mails": Mail}
    return {name: db.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()}


def unheard(db: Connection) -> int:
    """Pages that reach nobody by now, whose hierarchy has been told."""
    lost = (Page.state == PENDING, Page.nobody_since.is_not(None), Page.hierarchy_told_at.is_not(None))
    return db.execute(select(func.count()).select_from(Page).where(*lost)).scalar_one()


def late(db: Connection, now: datetime) -> dict[str, int]:
    """Rows left lying by kind: their moment passed a while ago, or they fail again and again."""
    found = {}
    for kind in WORK:
        table = table_of(kind)
        lying = or_(table.c.run_at < now - LATE, table.c.run_at.is_not(None) & (table.c.tries >= FAILING))
        overdue = select(func.count()).where(lying)
        found[table.name] = db.execute(overdue).scalar_one()
    return found
