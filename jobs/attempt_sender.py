"""An attempt: one SMS or one call to one person, followed until its end is known.

The intent lies in the row, committed before Twilio is asked; a second try first asks whether the first arrived."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from directory.policies import Channel
from jobs.context import Outside
from jobs.engine import ClaimedJob
from notifications import texts
from oncall.escalation import SPARED
from storage.models import Attempt, Page
from storage.paging import attempts, delivery, notification_outbox, pages
from storage.tickets import summaries
from telephony import addresses
from telephony.failures import Failure, Refused, Unsure

VALID_FOR = timedelta(minutes=10)  # an SMS that arrives later would only confuse
RING_SECONDS = 25
LOOK_AFTER = timedelta(seconds=30)  # callbacks may stay away: Twilio is asked, less and less often
LOOK_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Send:
    """To be sent, its intent kept; `repeated`: an earlier turn may have done it."""

    attempt: Row[Any]
    body: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Sent: how far has it got?"""

    attempt: Row[Any]


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody has the ticket: this telephone need not ring on."""

    attempt: Row[Any]


def latest(attempt: Row[Any], now: datetime) -> datetime:
    """Until when an attempt may wait: whoever was just tried is spared a moment; then Twilio is asked."""
    return now + (LOOK_AFTER + LOOK_FOR if attempt.provider_sid else SPARED)


class AttemptSender:
    def __init__(self, outside: Outside):
        self.outside = outside

    def alert(self, turn: ClaimedJob) -> None:
        """1. Decide and commit the intent. 2. Ask Twilio, nothing open. 3. Commit the outcome."""
        try:
            match self._decide(turn):
                case Send() as send:
                    self._send(turn, send)
                case Look(attempt):
                    self._look(turn, attempt)
                case Silence(attempt):
                    self._silence(turn, attempt)
        except Failure as failure:
            with turn.begin() as (db, attempt):
                later = turn.ask_later if isinstance(failure, Unsure) else turn.retry
                later(db, attempt, str(failure))

    def _decide(self, turn: ClaimedJob) -> Send | Look | Silence | None:
        with turn.begin() as (db, attempt):
            page = db.execute(select(Page.__table__).where(Page.id == attempt.page)).one()
            if attempt.state in attempts.OVER:
                turn.finish(db)
                return None
            is_reminder = page.state == pages.ACKNOWLEDGED and page.reminded_at and attempt.firing == page.firing
            if page.state != pages.PENDING and not is_reminder:
                return self._no_more(db, turn, attempt)
            if attempt.provider_sid:
                turn.save(db)
                return Look(attempt)
            repeated = bool(attempt.body)
            body = attempt.body or self._body(db, page, attempt)
            turn.save(db, body=body)
            return Send(attempt, body, repeated)

    def _no_more(self, db: Connection, turn: ClaimedJob, attempt: Row[Any]) -> Silence | None:
        if attempt.provider_sid and attempt.channel == Channel.VOICE and attempt.state in attempts.RINGING:
            turn.save(db)
            return Silence(attempt)
        turn.finish(db)
        return None

    def _body(self, db: Connection, page: Row[Any], attempt: Row[Any]) -> str:
        """What is sent: the text of an SMS, the address a call will ask."""
        if attempt.channel == Channel.VOICE:
            return self.outside.voice(f"alert/{attempt.id}")
        book = self.outside.shelf.newest(db)
        about = summaries.about(book, summaries.row(db, page.ticket))
        link = addresses.link(self.outside.settings, attempt.id)
        return texts.reminder_sms(about, link) if page.reminded_at else texts.page_sms(about, link)

    # ---------------------------------------------------------------- Twilio
    def _send(self, turn: ClaimedJob, send: Send) -> None:
        try:
            guess = self._find(turn, send) if send.repeated else None
            sid = guess or self._ask(send)
        except Refused as refused:
            with turn.begin() as (db, attempt):
                attempts.refuse(db, attempt.id, str(refused), turn.now)
                turn.finish(db)
        else:
            with turn.begin() as (db, attempt):
                if guess and not delivery.name(db, Attempt, attempt.id, guess):
                    turn.retry(db, attempt, "trouvé, mais parti pour une autre alerte")
                    return
                attempts.progress(db, attempt.id, sid=sid, status="queued", error="", now=turn.now)
                attempts.note_of(db, attempt, "alerted", turn.now)
                turn.finish(db, run_at=turn.now + LOOK_AFTER)

    def _ask(self, send: Send) -> str:
        attempt, twilio = send.attempt, self.outside.twilio
        if attempt.channel == Channel.VOICE:
            return twilio.place_call(
                attempt.number, url=send.body, fallback=f"{send.body}/fallback", status=f"{send.body}/status",
                machine=f"{send.body}/machine", ring_seconds=RING_SECONDS,
            )  # fmt: skip
        callback = self.outside.sms_callback(delivery.subject("attempt", attempt.id))
        return twilio.send_sms(attempt.number, send.body, callback, VALID_FOR)

    def _find(self, turn: ClaimedJob, send: Send) -> str | None:
        """A worker may have died between the sending and its record: ask before waking twice."""
        attempt, twilio = send.attempt, self.outside.twilio
        since = min(attempt.at, turn.now)
        if attempt.channel == Channel.VOICE:
            found = twilio.find_calls(attempt.number, since)
        else:
            found = twilio.find_sms(attempt.number, send.body, since)
        with turn.begin() as (db, _):
            turn.save(db)  # the question took time
            # Another page may have called the same person.
            return next(
                (sid for sid in found if not attempts.knows(db, sid) and not notification_outbox.knows(db, sid)), None
            )

    def _look(self, turn: ClaimedJob, attempt: Row[Any]) -> None:
        ask = self.outside.twilio.call_status if attempt.channel == Channel.VOICE else self.outside.twilio.sms_status
        try:
            status, error = ask(attempt.provider_sid)
        except Refused as refused:  # Twilio does not know it, or does not tell
            status, error = "", str(refused)
        with turn.begin() as (db, row):
            attempts.progress(db, row.id, sid="", status=status, error=error if status else "", now=turn.now)
            age = max(turn.now - (row.sent_at or row.at), timedelta(0))  # the clock may have gone back
            over = status in attempts.OVER or age > LOOK_FOR
            turn.finish(db, run_at=None if over else turn.now + LOOK_AFTER + age)

    def _silence(self, turn: ClaimedJob, attempt: Row[Any]) -> None:
        with suppress(Refused):  # it has been answered, or is over
            self.outside.twilio.stop_ringing(attempt.provider_sid)
        with turn.begin() as (db, _):
            turn.finish(db)
