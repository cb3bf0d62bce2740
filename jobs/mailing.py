"""Mail to desks: the outbox, emptied over SMTP."""

from jobs.engine import Turn
from mail.smtp import MailRefused, Outbox


class Postman:
    def __init__(self, outbox: Outbox):
        self.outbox = outbox

    def send(self, turn: Turn) -> None:
        """The row is the intent; its Message-ID stays the same, so that a repetition is recognised."""
        with turn.begin() as (_, mail):
            pass
        try:
            self.outbox.send(mail.message_id, mail.recipient, mail.subject, mail.body, mail.queued_at)
        except MailRefused as refused:
            with turn.begin() as (db, _):
                turn.finish(db, state="refused", trouble=str(refused))
        except OSError as failure:
            with turn.begin() as (db, mail):
                turn.retry(db, mail, f"{type(failure).__name__}: {failure}")
        else:
            with turn.begin() as (db, _):
                turn.finish(db, state="sent")
