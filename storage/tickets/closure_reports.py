"""A ticket's closure report as it is kept: what people wrote, and the figures frozen while it is closed."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.mail import mail_outbox
from storage.models import Mail, ReportRow
from tickets.closure import Report
from tickets.sla import Clock, Durations

REPORT = "report"  # what a closing mail has attached
FIGURES = ("restored_at", "gross", "net", "counted")
UNCLOSED: dict[str, Any] = dict.fromkeys(("closed_at", *FIGURES)) | {"closed_by": "", "waived": "", "kept": {}}


def read(db: Connection, ticket: str) -> Report:
    """As it stands; an empty one before anything was written."""
    row = db.execute(select(ReportRow.__table__).where(ReportRow.ticket == ticket)).one_or_none()
    if row is None:
        return Report()
    seconds = (row.gross, row.net, row.counted)
    return Report(
        cause=row.cause,
        actions=row.actions,
        prevention=row.prevention,
        restored_at=row.restored_at if row.closed_at else None,
        durations=Durations.of_seconds(*seconds) if row.closed_at else None,
        kept={Clock(clock): kept for clock, kept in row.kept.items()} if row.closed_at else None,
    )


def take_back(db: Connection, ticket: str) -> None:
    """The ticket is closed no more: its figures run again, and what has not left yet never does."""
    mail_outbox.withdraw(db, ticket, closing(db, ticket))
    db.execute(update(ReportRow).where(ReportRow.ticket == ticket).values(**UNCLOSED))


def closing(db: Connection, ticket: str) -> str:
    """How the events of the last closing's mails begin: closed again, the client is written to again."""
    closings = db.execute(select(ReportRow.closings).where(ReportRow.ticket == ticket)).scalar() or 0
    return f"cloture-{closings}-"


def is_stale(db: Connection, mail: Row[Mail]) -> bool:
    """Whether it tells of a closing that was taken back while the mail's server was away."""
    if mail.attached != REPORT:
        return False
    closed = select(ReportRow.ticket).where(ReportRow.ticket == mail.ticket, ReportRow.closed_at.is_not(None))
    still = db.execute(closed).first() is not None
    return not (still and mail.message_id.startswith(f"{mail.ticket}.{closing(db, mail.ticket)}"))
