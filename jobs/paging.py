"""The page: wake whoever the policy's first step names at this instant, by SMS."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from ivr import wording
from ivr.book import Book
from jobs.context import Outside
from jobs.engine import Turn
from oncall import policies
from oncall.escalation import Person, people
from oncall.policies import Channel
from storage import delivery, journal, pages, tickets
from storage.pages import PAGER
from telephony.failures import Busy, Refused, Unsure

VALID_FOR = timedelta(minutes=10)  # a page that arrives later would only confuse


@dataclass(frozen=True, slots=True)
class Send:
    """One SMS to one engineer, its intent already kept."""

    attempt: int
    engineer: str
    number: str
    body: str
    since: datetime
    repeated: bool  # an earlier turn may have sent it


class Pager:
    def __init__(self, outside: Outside):
        self.outside = outside

    def page_next(self, turn: Turn) -> None:
        """1. Ask the rule whom. 2. Commit the intent. 3. Send, nothing open. 4. Commit the outcome."""
        while send := self._intend(turn):
            try:
                sid = self._send(send)
            except Refused as refused:
                self._settle(turn, send, state="failed", error=str(refused))
            except (Busy, Unsure) as unsure:
                with turn.begin() as (db, page):
                    pages.settle_attempt(db, send.attempt, error=str(unsure))
                    turn.retry(db, page, str(unsure))
                return
            else:
                self._settle(turn, send, state="queued", provider_sid=sid, error="")

    def _intend(self, turn: Turn) -> Send | None:
        """The next person of the step that nobody has tried to reach; none when all were."""
        with turn.begin() as (db, page):
            book = self.outside.shelf.newest(db)
            ticket = tickets.row(db, page.ticket)
            tried = {attempt.engineer: attempt for attempt in pages.attempts_of(db, page.id)}
            reachable = 0
            for person in self._people(book, page, ticket, turn.now):
                attempt, engineer = tried.get(person.engineer), book.engineer(person.engineer)
                if engineer is None or not engineer.phone:
                    continue
                reachable += 1
                if attempt is None:
                    return self._begin(db, book, page, ticket, person, engineer.phone, turn.now)
                if attempt.state == "intended":
                    return Send(attempt.id, person.engineer, attempt.number, attempt.body, attempt.at, repeated=True)
            if not reachable:
                journal.note(db, page.ticket, "nobody_to_wake", PAGER, turn.now, {"step": page.step})
            turn.finish(db)
            return None

    def _people(self, book: Book, page: Row[Any], ticket: Row[Any], now: datetime) -> tuple[Person, ...]:
        step = policies.from_json(page.policy).steps[page.step]
        if Channel.SMS not in step.by:
            return ()
        entity = book.entity(ticket.entity) if ticket.entity else None
        rota = book.rota(entity.rota) if entity else None
        return people(step, rota, book.directory.engineers, ticket.entity or "", now)

    def _begin(
        self,
        db: Connection,
        book: Book,
        page: Row[Any],
        ticket: Row[Any],
        person: Person,
        number: str,
        now: datetime,
    ) -> Send:
        body = wording.page_sms(tickets.about(book, ticket))
        attempt = pages.begin_attempt(
            db, page=page.id, step=page.step, engineer=person.engineer, channel=Channel.SMS,
            number=number, body=body, at=now,
        )  # fmt: skip
        reason = {"engineer": person.engineer, "channel": Channel.SMS, "why": person.why}
        journal.note(db, page.ticket, "alerting", PAGER, now, reason)
        return Send(attempt, person.engineer, number, body, now, repeated=False)

    def _send(self, send: Send) -> str:
        # A worker may have died between the sending and its record: ask before waking twice.
        twilio = self.outside.twilio
        found = twilio.find_sms(send.number, send.body, send.since) if send.repeated else None
        callback = self.outside.sms_callback(delivery.subject("attempt", send.attempt))
        return found or twilio.send_sms(send.number, send.body, callback, VALID_FOR)

    def _settle(self, turn: Turn, send: Send, **outcome: Any) -> None:
        with turn.begin() as (db, page):
            pages.settle_attempt(db, send.attempt, **outcome)
            kind = "alert_failed" if outcome["state"] == "failed" else "alerted"
            told = {"engineer": send.engineer, "channel": Channel.SMS, "error": outcome["error"]}
            journal.note(db, page.ticket, kind, PAGER, turn.now, told)
