"""Mail outwards: the outbox, emptied over SMTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from directory.index import Directory
from ivr import limits
from jobs.context import Outside
from jobs.engine import ClaimedJob
from mail import identity
from mail.draft import Attached, Draft
from mail.smtp import MailRefused, Outbox
from storage.mail import mail_outbox
from storage.tickets import closure_reports, journal, summaries
from tickets.closure import MailState
from tickets.history import MAILBOX


def latest(_: Row[Any], now: datetime) -> datetime:
    """Until when a mail may wait: many messages of one ticket are told together, at the hour's end."""
    return now + limits.SPAN


class MailSender:
    def __init__(self, outside: Outside, outbox: Outbox):
        self.outside, self.outbox = outside, outbox

    def send(self, turn: ClaimedJob) -> None:
        """The row is the intent; its Message-ID stays the same, so that a repetition is recognised."""
        with turn.begin() as (db, mail):
            if closure_reports.is_stale(db, mail):
                turn.finish(db, state=MailState.WITHDRAWN)
                return
            draft = self._draft(db, mail)
            turn.save(db, state=MailState.SENDING)
        try:
            self.outbox.send(draft)
        except MailRefused as refused:
            with turn.begin() as (db, mail):
                lost(db, mail, str(refused), turn)
                turn.finish(db, state=MailState.REFUSED, trouble=str(refused))
        except OSError as failure:
            with turn.begin() as (db, mail):
                turn.retry(db, mail, f"{type(failure).__name__}: {failure}", state=MailState.QUEUED)
        else:
            with turn.begin() as (db, _):
                turn.finish(db, state=MailState.SENT, sent_at=turn.now)

    def _draft(self, db: Connection, mail: Row[Any]) -> Draft:
        settings = self.outside.settings
        secret, domain = settings.secret_key, settings.mail_from.rpartition("@")[2]
        book = self.outside.shelf.newest(db)
        return Draft(
            message_id=identity.compose(secret, mail.message_id, domain),
            sender=settings.mail_from,
            to=mail.recipient,
            subject=mail.subject,
            text=mail.body,
            date=mail.queued_at,
            reply_to=book.organisation.support_email,
            references=[identity.compose(secret, each, domain) for each in mail_outbox.thread(db, mail)],
            answers=mail.answers,
            instance=identity.instance(secret),
            attached=_attached(db, book, mail),
        )


def lost(db: Connection, mail: Row[Any], why: str, turn: ClaimedJob) -> None:
    """It will not arrive: on its ticket, whoever closes it sees so."""
    if mail.ticket:
        journal.note(db, mail.ticket, "mail_lost", MAILBOX, turn.now, {"to": mail.recipient, "why": why[:200]})


def _attached(db: Connection, book: Directory, mail: Row[Any]) -> Sequence[Attached]:
    if mail.attached != closure_reports.REPORT:
        return ()
    from printing import report  # slow to import, and needed seldom

    ticket = summaries.row(db, mail.ticket)
    page = report.pdf(summaries.about(book, ticket), ticket.kind, closure_reports.read(db, mail.ticket), book)
    return (Attached(name=f"bilan-{mail.ticket}.pdf", content=page),)
