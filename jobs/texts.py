"""SMS to clients: the receipt, sent once."""

from datetime import timedelta

from jobs.context import Outside
from jobs.engine import Turn
from storage import delivery
from telephony.failures import Failure, Refused

VALID_FOR = timedelta(hours=4)


class Texter:
    def __init__(self, outside: Outside):
        self.outside = outside

    def send(self, turn: Turn) -> None:
        """The row is the intent; a second try asks Twilio first whether the first one arrived."""
        with turn.begin() as (_, text):
            number, body, since, repeated = text.number, text.body, text.queued_at, text.tries > 1
        twilio = self.outside.twilio
        try:
            found = twilio.find_sms(number, body, since) if repeated else None
            callback = self.outside.sms_callback(delivery.subject("text", turn.key))
            sid = found or twilio.send_sms(number, body, callback, VALID_FOR)
        except Refused as refused:
            with turn.begin() as (db, _):
                turn.finish(db, state="failed")
                turn.save(db, trouble=str(refused))
        except Failure as failure:
            with turn.begin() as (db, text):
                turn.retry(db, text, str(failure))
        else:
            with turn.begin() as (db, _):
                delivery.progress(db, subject=delivery.subject("text", turn.key), sid=sid, status="queued")
                turn.finish(db)
