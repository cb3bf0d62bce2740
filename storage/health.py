"""How the installation is doing, as the database tells it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from ivr.intake import Verdict
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
from tickets.sentences import Sentence

BEAT = "beat"  # the chore by which a worker shows that it works
SILENT_AFTER = timedelta(minutes=3)  # a few beats, or a clock set right, alarm nobody
WORK: tuple[type[Due], ...] = (
    Page, Attempt, Voicemail, Message, Mail, LetterRow, Delivery, Purge, TicketClock, ShiftRow, Chore,
)  # fmt: skip
LATE = timedelta(seconds=30)
UNREAD = timedelta(minutes=10)  # mail that nobody has read by then is told of
LATELY = timedelta(days=7)
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


def remark(db: Connection, now: datetime) -> str:
    """What works badly while calls and alerts go on; "" when nothing does. It takes no line out of service."""
    age = unread(db, now)
    if age is None or age < UNREAD:
        return ""
    minutes = int(age.total_seconds() // 60)
    return Sentence(
        "des courriels reçus attendent d'être lus depuis %(minutes)s minutes (astreinte letters) ; appels et alertes"
        " n'en dépendent pas",
        minutes=minutes,
    )


def unread(db: Connection, now: datetime) -> timedelta | None:
    """How long the oldest mail waits of which nothing has been made."""
    waiting = (LetterRow.run_at.is_not(None), LetterRow.verdict.is_(None))
    oldest: datetime | None = db.execute(select(func.min(LetterRow.kept_at)).where(*waiting)).scalar()
    return now - oldest if oldest else None


def set_apart(db: Connection, since: datetime | None = None) -> int:
    """Mail that could not be read: in all, or of late."""
    apart = select(func.count()).where(LetterRow.verdict == Verdict.SET_APART)
    return db.execute(apart if since is None else apart.where(LetterRow.kept_at > since)).scalar_one()


def last_beat(db: Connection) -> datetime | None:
    beat: datetime | None = db.execute(select(Chore.done_at).where(Chore.name == BEAT)).scalar()
    return beat


def counts(db: Connection) -> dict[str, int]:
    tables = {"calls": CallRow, "tickets": Ticket, "pages": Page, "voicemails": Voicemail, "mails": Mail}
    return {name: db.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()}


def late(db: Connection, now: datetime) -> dict[str, int]:
    """Rows left lying by kind: their moment passed a while ago, or they fail again and again."""
    found = {}
    for kind in WORK:
        table = table_of(kind)
        lying = or_(table.c.run_at < now - LATE, table.c.run_at.is_not(None) & (table.c.tries >= FAILING))
        overdue = select(func.count()).where(lying)
        found[table.name] = db.execute(overdue).scalar_one()
    return found
