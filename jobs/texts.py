"""SMS to clients: the receipt, and how it goes on; each sent once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from ivr import wording
from jobs.context import Outside
from jobs.engine import Turn
from storage import delivery, tickets
from storage.texts import TAKEN
from telephony.failures import Failure, Refused, Unsure
from tickets.states import UNFINISHED

VALID_FOR = timedelta(hours=4)


class Texter:
    def __init__(self, outside: Outside):
        self.outside = outside

    def send(self, turn: Turn) -> None:
        """The row is the intent; a second try asks Twilio first whether the first one arrived."""
        with turn.begin() as (db, text):
            body = text.body or self._body(db, text)
            if not body:
                turn.finish(db, state="not wanted")
                return
            turn.save(db, body=body)
        try:
            sid = text.provider_sid or self._find(turn, text, body) or self._send(turn, text, body)
        except Refused as refused:
            with turn.begin() as (db, _):
                turn.finish(db, state="failed", trouble=str(refused))
        except Failure as failure:
            with turn.begin() as (db, text):
                later = turn.ask_later if isinstance(failure, Unsure) else turn.retry
                later(db, text, str(failure))
        else:
            with turn.begin() as (db, _):
                delivery.text_progress(db, turn.key, sid=sid, status="queued")
                turn.finish(db)

    def _body(self, db: Connection, text: Row[Any]) -> str:
        """What there is to tell by now; nothing when it is no longer true, or nobody wants it told."""
        book, ticket = self.outside.shelf.newest(db), tickets.row(db, text.ticket)
        if not book.organisation.inform_callers or ticket.state not in UNFINISHED:
            return ""
        if (text.kind == TAKEN) != bool(ticket.acknowledged_at):
            return ""
        told = wording.taken_sms if text.kind == TAKEN else wording.waiting_sms
        return told(tickets.about(book, ticket))

    def _find(self, turn: Turn, text: Row[Any], body: str) -> str | None:
        if text.tries == 1:
            return None
        found = next(iter(self.outside.twilio.find_sms(text.number, body, text.queued_at)), None)
        with turn.begin() as (db, _):  # the question took time
            turn.save(db)
        return found

    def _send(self, turn: Turn, text: Row[Any], body: str) -> str:
        callback = self.outside.sms_callback(delivery.subject("text", turn.key))
        return self.outside.twilio.send_sms(text.number, body, callback, VALID_FOR)
