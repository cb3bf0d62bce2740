"""The page: reads its ladder, and puts on the list whoever a step names at the instant it fires.

Nobody is called from here: each attempt is work of its own (jobs.alerting)."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ivr.book import Book
from ivr.numbers import is_mobile
from jobs.context import Outside
from jobs.engine import Turn
from oncall import ladder, policies
from oncall.escalation import Person, channels, numbers, people
from oncall.ladder import Climb, Fire
from oncall.policies import Channel
from oncall.rotas import Engineer
from storage import attempts, drills, journal, pages, taking, tickets
from storage.models import Page
from tickets.life import PAGER
from tickets.states import UNFINISHED

NO_PHONE = "aucun téléphone"
NO_TEXTS = "ce téléphone ne reçoit pas de SMS"
HANDED_ON = "a passé son tour"


class Pager:
    def __init__(self, outside: Outside):
        self.outside = outside

    def climb(self, turn: Turn) -> None:
        """Every step that is due fires, and the page waits for the next."""
        with turn.begin() as (db, page):
            page = pages.put_right(db, page, turn.now)
            if page.state == pages.ACKNOWLEDGED:
                self._remind(turn, db, page)
                return
            if page.state != pages.PENDING:
                turn.finish(db)
                return
            ends_at = page.opened_at + drills.LASTS if drills.is_drill(db, page.ticket) else None
            if ends_at and turn.now >= ends_at:
                turn.finish(db, state=pages.CANCELLED)
                drills.close(db, page.ticket)
                return
            climb = attempts.climb_of(db, page)
            while isinstance(order := ladder.next_order(climb, turn.now), Fire):
                self._fire(db, page, climb, order.step, turn.now)
                page = db.execute(select(Page.__table__).where(Page.id == page.id)).one()
                climb = attempts.climb_of(db, page)
            turn.finish(db, run_at=min(order.until, ends_at or order.until))

    def _fire(self, db: Connection, page: Row[Any], climb: Climb, step: int, now: datetime) -> None:
        ticket = tickets.row(db, page.ticket)
        book = self.outside.shelf.for_ticket(db, ticket)
        firing = Firing(db, page, step, climb.firing + 1, now)
        firing.reach(book, _people(book, climb, step, ticket, now))
        fired = {"step": step, "firing": climb.firing + 1, "fired_at": now}
        db.execute(update(Page).where(Page.id == page.id).values(**fired))

    def _remind(self, turn: Turn, db: Connection, page: Row[Any]) -> None:
        """Taken, and silent since: do they still have it? Without an answer the page goes on to the next person."""
        ticket, wait = tickets.row(db, page.ticket), policies.from_json(page.policy).remind_after
        if ticket.state not in UNFINISHED or not wait:
            turn.finish(db)
        elif not_before := pages.asks_later(page, ticket.acknowledged_at, wait, turn.now):
            turn.finish(db, run_at=not_before)
        elif page.reminded_at is None:
            firing = Firing(db, page, page.step, page.firing + 1, turn.now)
            firing.remind(self.outside.shelf.newest(db), page.acknowledged_by)
            turn.finish(db, run_at=turn.now + pages.CONFIRM_WITHIN, firing=page.firing + 1, reminded_at=turn.now)
        else:
            turn.finish(db)
            taking.give_back_silent(db, page, turn.now)


class Firing:
    """One firing of a step: whoever can be reached is tried, whoever cannot is named."""

    def __init__(self, db: Connection, page: Row[Any], step: int, number: int, now: datetime):
        self.db, self.page, self.now = db, page, now
        self.which = {"step": step, "firing": number}
        steps = policies.from_json(page.policy).steps
        self.step, self.is_last = steps[step], step + 1 == len(steps)
        self.last = attempts.last_tries(db, page.ticket, now)
        known = attempts.of_page(db, page.id)
        self.tries = Counter((attempt.engineer, attempt.channel) for attempt in known if attempt.number)
        self.handed_on = {attempt.engineer for attempt in known if attempt.handed_on}

    def reach(self, book: Book, persons: tuple[Person, ...]) -> None:
        reached = False
        for person in persons:
            engineer = book.engineer(person.engineer)
            is_spared = not self.is_last and person.engineer in self.handed_on
            for channel in channels(engineer, self.step.by) if engineer else self.step.by:
                why_not = HANDED_ON if is_spared else _obstacle(engineer, channel)
                if engineer and not why_not:
                    self._begin(engineer, channel, person.why)
                    reached = True
                else:
                    self._skip(person, channel, why_not)
        if not reached:
            journal.note(self.db, self.page.ticket, "nobody_to_wake", PAGER, self.now, dict(self.which))

    def remind(self, book: Book, code: str) -> None:
        """The person who has it, by every channel they have."""
        engineer = book.engineer(code)
        for channel in channels(engineer, tuple(Channel)) if engineer else ():
            if engineer and not _obstacle(engineer, channel):
                self._begin(engineer, channel, "rappel")

    def _begin(self, engineer: Engineer, channel: Channel, why: str) -> None:
        """By their first number, then by the next: whoever was not reached at one may be at another."""
        whom = (engineer.code, channel)
        known, tries = _reached_at(engineer, channel), self.tries.get(whom, 0)
        attempts.begin(
            self.db, self.page, engineer=engineer.code, channel=channel, number=known[tries % len(known)],
            at=ladder.spared_until(self.last.get(whom), self.now), why=why, now=self.now, **self.which,
        )  # fmt: skip

    def _skip(self, person: Person, channel: Channel, error: str) -> None:
        attempts.skip(
            self.db, self.page, engineer=person.engineer, channel=channel, why=person.why, error=error, now=self.now,
            **self.which,
        )  # fmt: skip


def _people(book: Book, climb: Climb, step: int, ticket: Row[Any], now: datetime) -> tuple[Person, ...]:
    entity = book.known_entity(ticket.entity)
    rota = book.rota(entity.rota) if entity else None
    return people(climb.policy.steps[step], rota, book.directory.engineers, ticket.entity or "", now)


def _obstacle(engineer: Engineer | None, channel: Channel) -> str:
    """Why this person cannot be reached by this channel; empty when nothing is in the way."""
    if engineer is None or not numbers(engineer):
        return NO_PHONE
    return "" if _reached_at(engineer, channel) else NO_TEXTS


def _reached_at(engineer: Engineer, channel: Channel) -> list[str]:
    return [number for number in numbers(engineer) if channel is Channel.VOICE or is_mobile(number)]
