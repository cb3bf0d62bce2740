"""Messages that wake nobody, by SMS or by a call; each sent once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from directory.policies import Channel
from jobs import unacknowledged_pages
from jobs.context import Outside
from jobs.engine import ClaimedJob
from notifications import shift_notifications, texts
from storage.models import Message
from storage.paging import attempts, delivery, notification_outbox, sms_arrival
from storage.paging.notification_outbox import TAKEN
from storage.rotas import shifts
from storage.tickets import summaries
from storage.tickets.assignment import standing
from telephony import addresses
from telephony.failures import Failure, Refused, Unsure
from tickets.states import UNFINISHED

VALID_FOR = timedelta(hours=4)
RING_SECONDS = 25
WAITS = {
    notification_outbox.CHANGED: timedelta(days=1),
    notification_outbox.WAITING: notification_outbox.STILL_WAITING_AFTER,
}
EXPECTED_FOR = timedelta(minutes=2)  # after which nobody waits for the call that a button was to place


def latest(message: Row[Any], now: datetime) -> datetime:
    """Until when a message may wait: for the morning, for somebody to take the ticket; else it leaves at once."""
    return now + WAITS.get(message.kind, timedelta(0))


class NotificationSender:
    def __init__(self, outside: Outside):
        self.outside = outside

    def send(self, turn: ClaimedJob) -> None:
        """The row is the intent; a second try asks Twilio first whether the first one arrived."""
        with turn.begin() as (db, message):
            is_late = message.kind == notification_outbox.CLIENT and turn.now >= message.queued_at + EXPECTED_FOR
            body = "" if is_late else message.body or self._body(db, message, turn.now)
            if not body:
                turn.finish(db, state=notification_outbox.NOT_WANTED)
                return
            turn.save(db, body=body)
        try:
            guess = None if message.provider_sid else self._find(turn, message, body)
            sid = message.provider_sid or guess or self._send(message, body)
        except Refused as refused:
            with turn.begin() as (db, _):
                turn.finish(db, state="failed", trouble=str(refused))
                sms_arrival.unreached(db, message, turn.now)
        except Failure as failure:
            with turn.begin() as (db, message):
                later = turn.ask_later if isinstance(failure, Unsure) else turn.retry
                later(db, message, str(failure))
        else:
            with turn.begin() as (db, message):
                if guess and not delivery.name(db, Message, message.id, guess):
                    turn.retry(db, message, "trouvé, mais parti pour un autre message")
                    return
                sms_arrival.progress(db, turn.key, sid=sid, status="queued", now=turn.now)
                turn.finish(db)

    def _body(self, db: Connection, message: Row[Any], now: datetime) -> str:
        """What there is to tell by now; nothing when it is no longer true, or nobody wants it told."""
        match message.kind:
            case notification_outbox.TAKEUP:
                return self._takeup(db, message)
            case notification_outbox.CLIENT:
                return str(summaries.row(db, message.ticket).caller or "")
            case _:
                return self._to_caller(db, message, now)

    def _takeup(self, db: Connection, message: Row[Any]) -> str:
        shift = shifts.find(db, message.shift)
        if shift is None or shift.cancelled_at or shift.takeup not in shifts.WAITING:
            return ""
        told = shifts.in_words(self.outside.shelf.newest(db), shift)
        return shift_notifications.takeup_sms(told, addresses.shift_link(self.outside.settings, shift.id))

    def _to_caller(self, db: Connection, message: Row[Any], now: datetime) -> str:
        book, found = self.outside.shelf.newest(db), standing(db, message.ticket)
        wanted = book.organisation.call_back if message.channel == Channel.VOICE else book.organisation.inform_callers
        if not wanted or found.ticket.state not in UNFINISHED or (message.kind == TAKEN) == found.wanted:
            return ""
        about = summaries.about(book, found.ticket)
        spoken = message.channel == Channel.VOICE
        if message.kind == TAKEN:
            return texts.taken_call(about) if spoken else texts.taken_sms(about)
        by = unacknowledged_pages.keeper(db, self.outside.shelf, found.ticket, now)
        return texts.waiting_call(about, by) if spoken else texts.waiting_sms(about, by)

    def _find(self, turn: ClaimedJob, message: Row[Any], body: str) -> str | None:
        if message.tries == 1:
            return None
        twilio, is_call, since = self.outside.twilio, message.channel == Channel.VOICE, min(message.queued_at, turn.now)
        found = twilio.find_calls(message.number, since) if is_call else twilio.find_sms(message.number, body, since)
        with turn.begin() as (db, _):  # the question took time
            turn.save(db)
            # The same telephone may have been called for a page, or for another message.
            return next(
                (sid for sid in found if not attempts.knows(db, sid) and not notification_outbox.knows(db, sid)), None
            )

    def _send(self, message: Row[Any], body: str) -> str:
        if message.channel == Channel.VOICE:
            url = self.outside.voice(f"message/{message.id}")
            return self.outside.twilio.place_call(
                message.number, url=url, fallback=f"{url}/fallback", status=f"{url}/status", ring_seconds=RING_SECONDS
            )
        callback = self.outside.sms_callback(delivery.subject("message", message.id))
        return self.outside.twilio.send_sms(message.number, body, callback, VALID_FOR)
