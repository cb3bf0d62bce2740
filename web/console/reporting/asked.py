"""What a report is asked for: months, an entity, then ever less, in words that its address has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import format_date
from sqlalchemy import Connection

from directory.index import Directory
from directory.local_time import shown
from notifications.durations import spelled
from standby.statements import Month
from storage.calls.call_log import NO_ENTITY
from storage.tickets import report_figures
from storage.tickets.report_figures import KEPT, MISSED, Fact, Subject
from web.console.tickets.call_log import OUTCOMES
from web.languages import gettext
from web.params import text

SUBJECTS: Mapping[str, str] = {
    Subject.CALLS: "Appels", Subject.TAKEN: "Temps de prise en charge",
    Subject.OPENED: "De l'arrivée au ticket", Subject.QUALIFIED: "Du ticket à sa qualification",
    Subject.RESPOND: "Engagements de prise en charge", Subject.RESTORE: "Engagements de rétablissement",
    Subject.PAGES: "Réveils",
}  # fmt: skip
TIMED = (Subject.TAKEN, Subject.OPENED, Subject.QUALIFIED)  # counted by how long it took
PROMISES: Mapping[str, str] = {KEPT: "tenu", MISSED: "dépassé"}
PERCENTS: Mapping[int, str] = {50: "médiane", 90: "neuf sur dix en"}
USUAL, MOST = 6, 12  # months
HOURS = tuple(str(hour) for hour in range(24))
UNKNOWN: Mapping[str, str] = {
    "entity": "L'entité « %(given)s » n'existe pas : toutes sont montrées.",
    "subject": "Le rapport « %(given)s » n'existe pas : les appels sont montrés.",
    "what": "« %(given)s » n'est pas une sorte de ce rapport : toutes sont montrées.",
    "hour": "« %(given)s » n'est pas une heure de 0 à 23 : toutes sont montrées.",
    "percent": "« %(given)s » n'est pas un chiffre de ce rapport : ses lignes sont montrées dans leur ordre.",
}
CODE_AT_MOST = 4_000  # characters: the directory has no limit, the line of a request has one
QUOTED = 60  # of what was not understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address says; a figure, its rows and its table are asked for in the same words."""

    first: Month
    last: Month
    entity: str = ""  # NO_ENTITY for what has none
    subject: str = ""
    what: str = ""
    who: str = ""
    hour: int | None = None
    percent: int | None = None  # rows by duration, the one that is the figure marked

    def address(self, endpoint: str, **changed: Any) -> str:
        asked = replace(self, **changed)
        told = {
            "first": asked.first.code, "last": asked.last.code, "entity": asked.entity, "subject": asked.subject,
            "what": asked.what, "who": asked.who, "hour": "" if asked.hour is None else str(asked.hour),
            "percent": str(asked.percent or ""),
        }  # fmt: skip
        return f"{url_for(endpoint)}?{urlencode({name: value for name, value in told.items() if value})}"

    def months(self) -> list[Month]:
        found = [self.first]
        while found[-1] != self.last:
            found.append(found[-1].moved(1))
        return found

    @property
    def span(self) -> str:
        """« avril 2026 – septembre 2026 »."""
        return " – ".join(dict.fromkeys(named(month) for month in (self.first, self.last)))


def named(month: Month, form: str = "MMMM y") -> str:
    return str(format_date(month.first, form))


def lasted(length: timedelta) -> str:
    """« 26 min 10 s », « 5 h 28 »: nobody reads the seconds of hours."""
    minute = timedelta(minutes=1)
    return spelled(length if length < timedelta(hours=1) else length // minute * minute)


def asked_for(db: Connection, book: Directory, now: datetime) -> tuple[Asked, list[str]]:
    """Months and an entity; then what was not understood, each in a sentence that says what is shown instead."""
    asked, doubts = _period(Month(book.day(now).replace(day=1)))
    entity = text("entity", CODE_AT_MOST)
    known = entity in ("", NO_ENTITY) or book.known_entity(entity) or report_figures.knows(db, entity)
    return replace(asked, entity=_known("entity", [entity] if known else [], doubts)), doubts


def narrowed(asked: Asked, doubts: list[str]) -> Asked:
    """To the rows of one figure."""
    asked = replace(asked, subject=_known("subject", SUBJECTS, doubts) or Subject.CALLS, who=text("who", CODE_AT_MOST))
    hour = _known("hour", HOURS, doubts)
    percent = _known("percent", [str(each) for each in PERCENTS if asked.subject in TIMED], doubts)
    return replace(
        asked, what=_known("what", words_of(asked.subject), doubts), hour=int(hour) if hour else None,
        percent=int(percent) if percent else None,
    )  # fmt: skip


def _known(name: str, known: Iterable[str], doubts: list[str]) -> str:
    given = text(name, CODE_AT_MOST)
    if not given or given in known:
        return given
    doubts.append(gettext(UNKNOWN[name], given=given[:QUOTED]))
    return ""


def _period(today: Month) -> tuple[Asked, list[str]]:
    given = [text(name, QUOTED) for name in ("first", "last")]
    first, last = (Month.of(written) for written in given)
    last = last or today
    began = first or last.moved(1 - USUAL)
    doubts = []
    for written in given:
        if written and not Month.of(written):
            doubts.append(gettext("« %(given)s » n'est pas un mois (on attend « 2026-09 »).", given=written))
    if began.first > last.first:
        doubts.append(gettext("%(first)s vient après %(last)s.", first=named(began), last=named(last)))
        began = last.moved(1 - USUAL)
    elif began.first <= last.moved(-MOST).first:
        asked = Asked(first=began, last=last)
        doubts.append(gettext("%(months)s : c'est plus de douze mois.", months=asked.span))
        began = last.moved(1 - MOST)
    asked = Asked(first=began, last=last)
    return asked, [gettext("%(doubt)s Mois montrés : %(months)s.", doubt=each, months=asked.span) for each in doubts]


def facts(db: Connection, book: Directory, asked: Asked) -> list[Fact]:
    """Of one subject, in an order that is the same each time, so that pages of them add up."""
    zone = str(book.zone)
    found = [each for each in of_months(db, book, asked) if _fits(each, asked, zone)]
    return sorted(found, key=_by_duration if asked.percent else _by_instant)


def of_months(db: Connection, book: Directory, asked: Asked) -> Iterable[Fact]:
    """Of all entities."""
    zone = str(book.zone)
    return report_figures.facts(db, Subject(asked.subject), asked.first.edges(zone)[0], asked.last.edges(zone)[1])


def _by_instant(fact: Fact) -> tuple[datetime, str, str]:
    return fact.at, fact.about, fact.who


def _by_duration(fact: Fact) -> tuple[timedelta, datetime, str, str]:
    return fact.took or timedelta(), *_by_instant(fact)


def entity_of(fact: Fact) -> str:
    return fact.entity or NO_ENTITY


def _fits(fact: Fact, asked: Asked, zone: str) -> bool:
    return (
        asked.entity in ("", entity_of(fact))
        and asked.what in ("", fact.what)
        and asked.who in ("", fact.who)
        and asked.hour in (None, shown(fact.at, zone).hour)
    )


def entity_named(book: Directory, code: str) -> str:
    """One that has left the directory by its code."""
    known = book.known_entity(code)
    return known.name if known else gettext("sans entité") if code in ("", NO_ENTITY) else code


def entities(book: Directory, found: Iterable[str]) -> list[str]:
    """Codes in the directory's order, then those that have left it, then what has none."""
    codes, here = set(found), [entity.code for entity in book.directory.entities]
    return [
        *(code for code in here if code in codes),
        *sorted(codes - {*here, NO_ENTITY}),
        *([NO_ENTITY] if NO_ENTITY in codes else []),
    ]


def words_of(subject: str) -> Mapping[str, str]:
    """The kinds that a subject is counted by."""
    promises = subject in (Subject.RESPOND, Subject.RESTORE)
    return PROMISES if promises else OUTCOMES if subject == Subject.CALLS else {subject: SUBJECTS[subject]}
