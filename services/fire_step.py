"""One firing of a step of a page: whoever can be reached is tried, whoever cannot is named."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from directory import policies
from directory.phone_numbers import is_mobile
from directory.policies import Channel, Step
from oncall import escalation
from oncall.reachability import Way, channels, is_reachable, ways
from oncall.rotas import Engineer
from oncall.targets import Person
from storage.paging import attempts
from storage.tickets import journal
from tickets.history import PAGER

NO_PHONE = "aucun téléphone"
NO_TEXTS = "ce téléphone ne reçoit pas de SMS"
HANDED_ON = "a passé son tour"


class Firing:
    """Puts attempts on the list; each is work of its own (jobs.attempt_sender)."""

    def __init__(
        self, db: Connection, page: Row[Any], step: int, number: int, engineers: Iterable[Engineer], now: datetime
    ):
        self.db, self.page, self.now = db, page, now
        self.which = {"step": step, "firing": number}
        self.is_last = step + 1 >= len(policies.from_json(page.policy).steps)
        self.engineers = {engineer.code: engineer for engineer in engineers}
        self.last = attempts.last_tries(db, page.ticket, now)
        known = attempts.of_page(db, page.id)
        self.tries = Counter((attempt.engineer, attempt.channel) for attempt in known if attempt.number)
        self.handed_on = {attempt.engineer for attempt in known if attempt.handed_on}

    def reach(self, step: Step, persons: Iterable[Person]) -> None:
        tried = [self._try(person, step) for person in persons]
        if not any(tried):
            journal.note(self.db, self.page.ticket, "nobody_to_wake", PAGER, self.now, dict(self.which))

    def name(self, *steps: tuple[Step, Iterable[Person]]) -> None:
        """Who would be tried, had they a telephone; each once, whichever steps name them."""
        wanted = {
            (person.engineer, channel): person
            for step, persons in steps for person in persons for channel in self._wanted(person.engineer, step)
        }  # fmt: skip
        for (_, channel), person in wanted.items():
            self._skip(person, channel, NO_PHONE)

    def remind(self, code: str) -> None:
        """The person who has it, by every channel they have."""
        if engineer := self.engineers.get(code):
            for way in ways(engineer, tuple(Channel), is_mobile):
                self._begin(engineer, way, "rappel")

    def _try(self, person: Person, step: Step) -> bool:
        engineer = self.engineers.get(person.engineer)
        if engineer is None or not is_reachable(engineer):
            self.name((step, [person]))
            return False
        if person.engineer in self.handed_on and not self.is_last:
            for channel in self._wanted(person.engineer, step):
                self._skip(person, channel, HANDED_ON)
            return False
        found = ways(engineer, step.by, is_mobile)
        for way in found:
            self._begin(engineer, way, person.why)
        for channel in self._wanted(person.engineer, step):
            if channel not in {way.channel for way in found}:
                self._skip(person, channel, NO_TEXTS)
        return True

    def _wanted(self, code: str, step: Step) -> tuple[Channel, ...]:
        engineer = self.engineers.get(code)
        return channels(engineer, step.by) if engineer else step.by

    def _begin(self, engineer: Engineer, way: Way, why: str) -> None:
        """By their first number, then by the next: whoever was not reached at one may be at another."""
        whom = (engineer.code, way.channel)
        tries = self.tries.get(whom, 0)
        attempts.begin(
            self.db, self.page, engineer=engineer.code, channel=way.channel,
            number=way.numbers[tries % len(way.numbers)], at=escalation.spared_until(self.last.get(whom), self.now),
            why=why, now=self.now, **self.which,
        )  # fmt: skip

    def _skip(self, person: Person, channel: Channel, error: str) -> None:
        attempts.skip(
            self.db, self.page, engineer=person.engineer, channel=channel, why=person.why, error=error, now=self.now,
            **self.which,
        )  # fmt: skip
