"""What a report is asked for: months, an entity, then ever less, in words that its address has."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy import Connection

from ivr.book import Book
from ivr.statements import Month
from oncall.wall import shown
from storage import figures
from storage.figures import KEPT, MISSED, Fact, Subject
from web.console.calls import OUTCOMES
from web.paging import text, whole

SUBJECTS: Mapping[str, str] = {
    Subject.CALLS: "Appels", Subject.TAKEN: "Temps de prise en charge",
    Subject.OPENED: "De l'arrivée au ticket", Subject.QUALIFIED: "Du ticket à sa qualification",
    Subject.RESPOND: "Engagements de prise en charge", Subject.RESTORE: "Engagements de rétablissement",
    Subject.PAGES: "Réveils",
}  # fmt: skip
PROMISES: Mapping[str, str] = {KEPT: "tenu", MISSED: "dépassé"}
USUAL, MOST = 6, 12  # months


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address says; a figure, its rows and its table are asked for in the same words."""

    first: Month
    last: Month
    entity: str = ""
    subject: str = ""
    what: str = ""
    who: str = ""
    hour: int | None = None

    def address(self, endpoint: str, **changed: Any) -> str:
        asked = replace(self, **changed)
        told = {
            "first": asked.first.code, "last": asked.last.code, "entity": asked.entity, "subject": asked.subject,
            "what": asked.what, "who": asked.who, "hour": "" if asked.hour is None else str(asked.hour),
        }  # fmt: skip
        return f"{url_for(endpoint)}?{urlencode({name: value for name, value in told.items() if value})}"

    def months(self) -> list[Month]:
        found = [self.first]
        while found[-1] != self.last:
            found.append(found[-1].moved(1))
        return found


def asked_for(book: Book, now: datetime) -> Asked:
    """Whatever is nonsense counts as not said."""
    today = Month(book.day(now).replace(day=1))
    last = Month.of(text("last", 7)) or today
    first = Month.of(text("first", 7)) or last.moved(1 - USUAL)
    if not last.moved(-MOST).first < first.first <= last.first:
        first = last.moved(1 - USUAL)
    hour = text("hour", 2)
    subject = text("subject", 20)
    return Asked(
        first=first, last=last, entity=text("entity", 60), what=text("what", 20), who=text("who", 60),
        subject=subject if subject in list(Subject) else Subject.CALLS,
        hour=whole(hour) if hour.isdigit() and whole(hour) < 24 else None,
    )  # fmt: skip


def facts(db: Connection, book: Book, asked: Asked) -> list[Fact]:
    zone = str(book.zone)
    since, until = asked.first.edges(zone)[0], asked.last.edges(zone)[1]
    return [each for each in figures.facts(db, Subject(asked.subject), since, until) if _fits(each, asked, zone)]


def _fits(fact: Fact, asked: Asked, zone: str) -> bool:
    return (
        asked.entity in ("", fact.entity)
        and asked.what in ("", fact.what)
        and asked.who in ("", fact.who)
        and asked.hour in (None, shown(fact.at, zone).hour)
    )


def words_of(subject: str) -> Mapping[str, str]:
    """The kinds that a subject is counted by."""
    promises = subject in (Subject.RESPOND, Subject.RESTORE)
    return PROMISES if promises else OUTCOMES if subject == Subject.CALLS else {subject: SUBJECTS[subject]}
