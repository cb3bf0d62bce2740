"""Mail that waits to leave, written in the transaction of what it tells."""

from datetime import datetime

from sqlalchemy import Connection, insert

from storage.database import wake
from storage.models import Mail


def queue(
    db: Connection, to: str, text: tuple[str, str], message_id: str, now: datetime, *, ticket: str | None = None
) -> None:
    """`text`: subject and body. Without an address nobody is written to."""
    if not to:
        return
    subject, body = text
    row = {"ticket": ticket, "message_id": message_id, "recipient": to, "subject": subject, "body": body}
    db.execute(insert(Mail).values(**row, queued_at=now, run_at=now))
    wake(db)


def of_ticket(db: Connection, ticket: str, event: str, to: str, text: tuple[str, str], now: datetime) -> None:
    """A mail about something that happens to a ticket once."""
    queue(db, to, text, f"{ticket}.{event}", now, ticket=ticket)
