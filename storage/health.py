"""How the installation is doing, as the database tells it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

import translatable
from notifications.mail_senders import Verdict
from storage import hosts
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
from storage.paging import pages
from storage.paging.pages import PENDING
from storage.server_clock import NOISE

BEAT = "beat"  # the chore by which a worker shows that it works
SILENT_AFTER = timedelta(minutes=3)  # a few beats, or a clock set right, alarm nobody
WORK: tuple[type[Due], ...] = (
    Page, Attempt, Voicemail, Message, Mail, LetterRow, Delivery, Purge, TicketClock, ShiftRow, Chore,
)  # fmt: skip
LATE = timedelta(seconds=30)
ASLEEP = timedelta(minutes=2)  # longer than any lease, and than the pause after a failure
AHEAD = timedelta(seconds=30)  # of a clock, with which nobody outside is told that all is well
UNREAD = timedelta(minutes=10)  # mail that nobody has read by then is told of
LATELY = timedelta(days=7)
FAILING = 4  # turns in vain, which take about as long: each one puts the row's moment off


def trouble(db: Connection, now: datetime) -> str:
    """Why the installation cannot serve, in one sentence; "" when it can."""
    if db.execute(select(func.count()).select_from(DirectoryVersion)).scalar() == 0:
        return translatable.Message("aucun annuaire n'est chargé (astreinte load)")
    beat = last_beat(db)
    if beat is None:
        return translatable.Message("SMS, appels et courriels ne partent pas encore : lancez « astreinte worker »")
    if beat - now > AHEAD:
        return translatable.Message(
            "l'horloge du worker avance de %(ahead)s : réglez l'heure de sa machine (chrony, timedatectl)",
            ahead=_span(beat - now),
        )
    if now - beat > SILENT_AFTER:
        since = beat.isoformat(timespec="seconds")
        return translatable.Message(
            "SMS, appels et courriels ne partent plus depuis %(since)s : relancez « astreinte worker »", since=since
        )
    return ""


def skewed(db: Connection, now: datetime, by: timedelta = NOISE) -> list[str]:
    """Machines whose clock is not the database server's, in a sentence each. What they do is dated by the server's."""
    return [
        f"l'horloge de {host} {'avance' if ahead > timedelta(0) else 'retarde'} de {_span(abs(ahead))} :"
        " réglez l'heure de cette machine (chrony, timedatectl)"
        for host, ahead in hosts.wrong(db, now, by).items()
    ]


def _span(span: timedelta) -> str:
    """« 26 h 03 min 05 s », from its largest unit that counts."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    shown = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{number} {unit}" for number, unit in shown if number) or "0 s"


def remark(db: Connection, now: datetime) -> str:
    """What works badly while calls and alerts go on; "" when nothing does. It takes no line out of service."""
    age = unread(db, now)
    if age is None or age < UNREAD:
        return ""
    minutes = int(age.total_seconds() // 60)
    return translatable.Message(
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


def unheard(db: Connection) -> int:
    """Pages that reach nobody by now, whose hierarchy has been told."""
    lost = (Page.state == PENDING, Page.nobody_since.is_not(None), Page.hierarchy_told_at.is_not(None))
    return db.execute(select(func.count()).select_from(Page).where(*lost)).scalar_one()


def late(db: Connection, now: datetime) -> dict[str, int]:
    """Rows left lying by kind: their moment passed a while ago or is impossibly far, or they fail again and again."""
    found = {}
    for kind in WORK:
        table = table_of(kind)
        asleep = (table.c.run_at > now + ASLEEP) & (table.c.tries > 0)  # put off by a clock that was ahead
        lying = or_(table.c.run_at < now - LATE, table.c.run_at.is_not(None) & (table.c.tries >= FAILING), asleep)
        overdue = select(func.count()).where(lying)
        found[table.name] = db.execute(overdue).scalar_one()
    found[Page.__tablename__] += _asleep(db, now)
    return found


def _asleep(db: Connection, now: datetime) -> int:
    """Pages that wait longer than their policy lets them."""
    waiting = select(Page.__table__).where(Page.run_at > now + ASLEEP, Page.tries == 0)
    return sum(page.run_at > pages.latest(page, now) + ASLEEP for page in db.execute(waiting))
