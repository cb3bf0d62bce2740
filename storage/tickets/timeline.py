"""All rows about one ticket, for whoever lays them out on one line of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.mail import inbound_mail
from storage.models import Attempt, CallRow, Mail, Message, Page, TurnRow, Voicemail
from storage.tickets import journal

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rowed:
    events: Rows
    calls: Rows
    turns: Rows  # of those calls, in their order
    attempts: Rows
    messages: Rows
    mails: Rows
    letters: Rows
    attachments: Rows
    voicemails: Rows


def of_ticket(db: Connection, ticket: str) -> Rowed:
    calls = _rows(db, CallRow, CallRow.ticket == ticket, CallRow.started_at)
    sids = [call.sid for call in calls]
    pages = select(Page.id).where(Page.ticket == ticket)
    return Rowed(
        events=journal.of_ticket(db, ticket),
        calls=calls,
        turns=_rows(db, TurnRow, TurnRow.call.in_(sids), TurnRow.call, TurnRow.number),
        attempts=_rows(db, Attempt, Attempt.page.in_(pages), Attempt.id),
        messages=_rows(db, Message, Message.ticket == ticket, Message.id),
        mails=_rows(db, Mail, Mail.ticket == ticket, Mail.id),
        letters=inbound_mail.of_ticket(db, ticket),
        attachments=inbound_mail.attachments(db, ticket),
        voicemails=_rows(db, Voicemail, Voicemail.ticket == ticket, Voicemail.announced_at),
    )


def _rows(db: Connection, table: Any, which: Any, *order: Any) -> Rows:
    return db.execute(select(table.__table__).where(which).order_by(*order)).all()
