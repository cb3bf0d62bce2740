"""All that the line says with the words of the directory, to be read and listened to before a caller hears it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directory import public_holidays
from directory.hours import Because, Closed, judge
from directory.index import Directory
from directory.local_time import instant
from directory.model import Entity, LineKind
from ivr import prompts
from ivr.effects import Refusal

CLOSED = {
    Because.CLOSURE: "Fermé pour une fois", Because.HOLIDAY: "Fermé, jour férié",
    Because.DAY_OFF: "Fermé, jour non ouvré", Because.BEFORE: "Fermé, avant l'ouverture",
    Because.BREAK: "Fermé, à midi", Because.AFTER: "Fermé, le soir",
}  # fmt: skip
REFUSED = {
    Refusal.NO_OPTION: "Refus, sans l'option 24/7", Refusal.CHANGE: "Refus d'une modification",
    Refusal.INFORMATION: "Refus d'une demande d'information", Refusal.UNVERIFIED: "Refus, sans code reconnu",
}  # fmt: skip
OTHERS = (
    "Message d'accueil", "Menu", "Menu répété", "Ouvert", "Service perdu", "Nature de la demande", "Code client",
    "Numéro masqué", "Avant le bip", "Astreinte prévenue", "Panne",
)  # fmt: skip
GREETING, MENU, MENU_AGAIN, OPEN, LOST, NATURE, CODE, WITHHELD, BEEP, PAGED, TROUBLE = OTHERS
TITLES = (*OTHERS, *CLOSED.values(), *REFUSED.values())
FORTNIGHT, YEAR = 14, 370  # days ahead in which the examples are looked for
FORENOON, NOON, EVENING = time(10), time(13), time(22)


@dataclass(frozen=True, slots=True)
class Sentence:
    when: str
    text: str

    @property
    def seconds(self) -> float:
        return prompts.seconds(self.text)


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    sentences: tuple[Sentence, ...]


def recital(book: Directory, now: datetime) -> list[Part]:
    """Line by line, entity by entity, then what is said to everybody."""
    directory = book.directory
    lines = [
        Part(line.number, tuple(_of_line(book, line.greeting, main=line.kind is LineKind.MAIN)))
        for line in directory.lines
    ]
    entities = [Part(entity.name, tuple(_of_entity(book, entity, now))) for entity in directory.entities]
    return [*lines, *entities, Part("", tuple(_of_all()))]


def _of_line(book: Directory, greeting: str, *, main: bool) -> Iterator[Sentence]:
    yield Sentence(GREETING, greeting)
    if main:
        yield Sentence(MENU, prompts.menu(book.directory.entities))
        yield Sentence(MENU_AGAIN, prompts.short_menu(book.directory.entities))


def _of_entity(book: Directory, entity: Entity, now: datetime) -> Iterator[Sentence]:
    yield Sentence(OPEN, prompts.ringing(entity))
    schedule, zone = book.schedule(entity), book.zone
    told = set()
    for day, clock in _examples(book.organisation.holidays, book.day(now)):
        at = instant(datetime.combine(day, clock), zone.key).astimezone(zone)
        found = judge(schedule, at)
        if isinstance(found, Closed) and found.because not in told:
            told.add(found.because)
            yield Sentence(CLOSED[found.because], prompts.closed(entity, found, at))
    if entity.services:
        yield Sentence(LOST, prompts.services(entity.services))


def _examples(holidays: str, today: date) -> Iterator[tuple[date, time]]:
    """Forenoons, noons and evenings of the next days, and the next public holiday."""
    days = [today + timedelta(days=number) for number in range(1, YEAR)]
    for day in days[:FORTNIGHT]:
        yield from ((day, clock) for clock in (FORENOON, NOON, EVENING))
    yield from ((day, FORENOON) for day in days if public_holidays.name_of(holidays, day))


def _of_all() -> Iterator[Sentence]:
    yield Sentence(NATURE, prompts.NATURE)
    yield Sentence(CODE, prompts.CODE)
    yield Sentence(WITHHELD, prompts.CALLBACK)
    yield Sentence(BEEP, prompts.BEEP)
    yield Sentence(PAGED, prompts.PAGED)
    for refusal in Refusal:
        if refusal in prompts.REFUSALS:
            yield Sentence(REFUSED[refusal], prompts.REFUSALS[refusal])
    yield Sentence(TROUBLE, prompts.TROUBLE)
