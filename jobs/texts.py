"""SMS to clients: the receipt, sent once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from jobs.context import Outside
from jobs.engine import Turn
from storage import delivery
from telephony.failures import Failure, Refused, Unsure

VALID_FOR = timedelta(hours=4)


class Texter:
    def __init__(self, outside: Outside):
        self.outside = outside

    def send(self, turn: Turn) -> None:
        """The row is the intent; a second try asks Twilio first whether the first one arrived."""
        with turn.begin() as (_, text):
            pass
        try:
            sid = text.provider_sid or self._find(turn, text) or self._send(turn, text)
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

    def _find(self, turn: Turn, text: Row[Any]) -> str | None:
        if text.tries == 1:
            return None
        found = next(iter(self.outside.twilio.find_sms(text.number, text.body, text.queued_at)), None)
        with turn.begin() as (db, _):  # the question took time
            turn.save(db)
        return found

    def _send(self, turn: Turn, text: Row[Any]) -> str:
        callback = self.outside.sms_callback(delivery.subject("text", turn.key))
        return self.outside.twilio.send_sms(text.number, text.body, callback, VALID_FOR)
