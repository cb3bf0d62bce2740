"""Mail that waits to leave, written in the transaction of what it tells, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import wake
from storage.models import Mail
from tickets.closure import MailState

SUBJECT, BODY = 0, 1
Text = tuple[str, str]  # subject and body
THREAD_AT_MOST = 20


def queue(
    db: Connection, to: str, text: Text, message_id: str, now: datetime, *, ticket: str | None = None,
    answers: str = "", attached: str = "", leaves_at: datetime | None = None,
) -> None:  # fmt: skip
    """Once for an id, whoever asks again. Without an address nobody is written to.

    `leaves_at`: not before;
    `answers`: Message-ID of the mail that this is the receipt of; `attached`: what goes with it (jobs.mail_sender)."""
    if not to:
        return
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = {"ticket": ticket, "message_id": message_id, "recipient": to, "subject": text[SUBJECT], "body": text[BODY]}
    waiting = {"queued_at": now, "run_at": leaves_at or now, "state": MailState.QUEUED, "tries": 0, "trouble": ""}
    entered = dialect.insert(Mail).values(**row, **waiting, answers=answers, attached=attached)
    db.execute(entered.on_conflict_do_nothing(index_elements=["message_id"]))
    wake(db)


def of_ticket(
    db: Connection, ticket: str, event: str, to: str, text: Text, now: datetime, *, answers: str = "",
    attached: str = "", leaves_at: datetime | None = None,
) -> None:  # fmt: skip
    """A mail about something that happens to a ticket once."""
    queue(
        db, to, text, f"{ticket}.{event}", now, ticket=ticket, answers=answers, attached=attached, leaves_at=leaves_at
    )


def count(db: Connection, ticket: str, events: str, since: datetime) -> int:
    """How many of a ticket were written since whose event begins so."""
    return int(db.execute(select(func.count()).where(*_of(ticket, events), Mail.queued_at > since)).scalar_one())


def withdraw(db: Connection, ticket: str, events: str) -> None:
    """Those of a ticket whose event begins so, unless a server has them already, or is just being told."""
    waiting = (*_of(ticket, events), Mail.state == MailState.QUEUED)
    db.execute(update(Mail).where(*waiting).values(state=MailState.WITHDRAWN, run_at=None))


def states(db: Connection, ticket: str, events: str) -> dict[str, MailState]:
    """How far those of a ticket have come whose event begins so, by recipient."""
    found = db.execute(select(Mail.recipient, Mail.state).where(*_of(ticket, events)).order_by(Mail.id))
    return {recipient: MailState(state) for recipient, state in found}


def thread(db: Connection, mail: Row[Any]) -> list[str]:
    """The ids of what the same person was sent about the same ticket before, oldest first."""
    same = (Mail.ticket == mail.ticket, Mail.recipient == mail.recipient, Mail.id < mail.id)
    left = Mail.state.in_((MailState.SENT, MailState.BOUNCED))
    newest = select(Mail.message_id).where(*same, left).order_by(Mail.id.desc()).limit(THREAD_AT_MOST)
    return list(reversed(db.execute(newest).scalars().all())) if mail.ticket else []


def find(db: Connection, message_id: str) -> Row[Any] | None:
    return db.execute(select(Mail.__table__).where(Mail.message_id == message_id)).one_or_none()


def forget(db: Connection, message_id: str) -> None:
    """As if it had never been written, in the transaction that wrote it."""
    db.execute(delete(Mail).where(Mail.message_id == message_id))


def mark(db: Connection, mail: int, state: MailState) -> bool:
    """What has become of it; False when that was known."""
    news = update(Mail).where(Mail.id == mail, Mail.state != state).values(state=state, run_at=None)
    return db.execute(news.returning(Mail.id)).first() is not None


def _of(ticket: str, events: str) -> tuple[Any, ...]:
    return (Mail.ticket == ticket, Mail.message_id.startswith(f"{ticket}.{events}", autoescape=True))
