"""The page: wake whoever the policy's first step names at this instant, by SMS."""

from collections.abc import Mapping
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
from telephony.failures import Failure, Refused, Unsure

VALID_FOR = timedelta(minutes=10)  # a page that arrives later would only confuse
NO_PHONE = "aucun téléphone"


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
        """1. Ask the rule whom. 2. Commit the intent. 3. Send, nothing open. 4. Commit the outcome.

        Whoever could not be reached for a passing reason does not delay the others of the step."""
        troubles: dict[str, Failure] = {}
        while send := self._intend(turn, troubles):
            try:
                sid = self._send(turn, send)
            except Refused as refused:
                with turn.begin() as (db, page):
                    pages.settle_attempt(db, send.attempt, state="failed", error=str(refused))
                    self._note(db, page, "alert_failed", send.engineer, turn.now, error=str(refused))
            except Failure as passing:
                troubles[send.engineer] = passing
            else:
                with turn.begin() as (db, page):
                    pages.accept_attempt(db, send.attempt, sid)
                    self._note(db, page, "alerted", send.engineer, turn.now)

    def _intend(self, turn: Turn, troubles: Mapping[str, Failure]) -> Send | None:
        """The next person of the step whom nobody has tried to reach; none when all were."""
        with turn.begin() as (db, page):
            book = self.outside.shelf.newest(db)
            ticket = tickets.row(db, page.ticket)
            tried = {attempt.engineer: attempt for attempt in pages.attempts_of(db, page.id)}
            reached = False
            for person in self._people(book, page, ticket, turn.now):
                attempt, engineer = tried.get(person.engineer), book.engineer(person.engineer)
                if attempt is None and engineer and engineer.phone:
                    turn.save(db)
                    return self._begin(db, book, page, ticket, person, engineer.phone, turn.now)
                if attempt is None:
                    self._skip(db, page, person, turn.now)
                elif attempt.state == pages.INTENDED and person.engineer not in troubles:
                    turn.save(db)
                    return Send(attempt.id, person.engineer, attempt.number, attempt.body, attempt.at, repeated=True)
                reached = reached or bool(attempt and attempt.number)
            if not reached:
                journal.note(db, page.ticket, "nobody_to_wake", PAGER, turn.now, {"step": page.step})
            self._close(db, turn, page, troubles)
            return None

    def _close(self, db: Connection, turn: Turn, page: Row[Any], troubles: Mapping[str, Failure]) -> None:
        trouble = " ; ".join(f"{engineer} : {failure}" for engineer, failure in troubles.items())
        if any(isinstance(failure, Unsure) for failure in troubles.values()):
            turn.ask_later(db, page, trouble)
        elif troubles:
            turn.retry(db, page, trouble)
        else:
            turn.finish(db)

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
        self._note(db, page, "alerting", person.engineer, now, why=person.why)
        return Send(attempt, person.engineer, number, body, now, repeated=False)

    def _skip(self, db: Connection, page: Row[Any], person: Person, now: datetime) -> None:
        """Nobody can be reached without a telephone; said once, and seen among the attempts."""
        pages.begin_attempt(
            db, page=page.id, step=page.step, engineer=person.engineer, channel=Channel.SMS,
            number="", at=now, state="failed", error=NO_PHONE,
        )  # fmt: skip
        self._note(db, page, "skipped", person.engineer, now, why=person.why, error=NO_PHONE)

    def _send(self, turn: Turn, send: Send) -> str:
        if send.repeated and (found := self._find(turn, send)):
            return found
        callback = self.outside.sms_callback(delivery.subject("attempt", send.attempt))
        return self.outside.twilio.send_sms(send.number, send.body, callback, VALID_FOR)

    def _find(self, turn: Turn, send: Send) -> str | None:
        """A worker may have died between the sending and its record: ask before waking twice."""
        found = self.outside.twilio.find_sms(send.number, send.body, send.since)
        with turn.begin() as (db, _):
            turn.save(db)  # the question took time
            # An earlier page for the same ticket said the same.
            return None if found and pages.knows(db, found) else found

    def _note(self, db: Connection, page: Row[Any], kind: str, engineer: str, now: datetime, **more: str) -> None:
        told = {"engineer": engineer, "channel": Channel.SMS.value, **more}
        journal.note(db, page.ticket, kind, PAGER, now, told)
