"""What is wrong with who will be on call, entity by entity: for the doctor, and for whoever changes a rota."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from ivr import numbers, prompts
from ivr.book import Book
from ivr.directory import Directory, Entity
from ivr.hours import windows
from oncall import drills, gaps
from oncall.gaps import Double, Duty, Gap
from oncall.intervals import Interval, joined, without
from oncall.policies import policy_of
from oncall.rotas import Override, Rota, who
from oncall.wall import instant
from oncall.week import WEEK


@dataclass(frozen=True, slots=True)
class Doubt:
    grave: bool  # somebody would not be woken who should be
    subject: str
    said: str
    when: str = ""  # the first time, and how often

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.subject} : {self.said}", self.when)))


def doubts(book: Book, start: datetime, end: datetime) -> Iterator[Doubt]:
    """Whatever may leave a client without an engineer in [start, end)."""
    engineers = book.directory.engineers
    yield from _people(book)
    duties = [duty(book, entity, start, end) for entity in book.directory.entities]
    for each in duties:
        yield from _duty(book, each)
    yield from _doubles(book, gaps.doubles(duties, engineers))
    for rota in book.directory.rotas:
        yield from _drill(book, rota, start)
        yield from _of_no_length(rota, start)
        for one, other in gaps.contested(rota, start):
            said = f"le remplacement {_written(one)} est recouvert par {_written(other)}, qui l'emporte"
            yield Doubt(False, _layer(rota, one), said)
        for override, engineer in gaps.called_while_away(rota, engineers, start):
            said = f"{engineer.name} est absent pendant le remplacement {_written(override)}"
            yield Doubt(False, _layer(rota, override), said)


def dropped(old: Directory, new: Directory, now: datetime) -> Iterator[Doubt]:
    """Overrides to come that a directory had, and its successor has not: made by command, they are in no file."""
    kept = {(rota.code, override) for rota in new.rotas for override in rota.overrides}
    for rota in old.rotas:
        for override in rota.overrides:
            if (rota.code, override) not in kept and now < instant(override.until, rota.timezone, last=True):
                said = f"le remplacement {_written(override)} n'existe plus : il n'est pas dans le fichier chargé"
                yield Doubt(False, _layer(rota, override), said)


def duty(book: Book, entity: Entity, start: datetime, end: datetime) -> Duty:
    """What the entity asks of its rota; one that names no rota asks an empty one."""
    return Duty(
        entity=entity.code,
        rota=book.rota(entity.rota) or Rota(code=""),
        policy=policy_of(book.directory.policies, entity.policy),
        closed=closed(book, entity, start, end),
    )


def closed(book: Book, entity: Entity, start: datetime, end: datetime) -> list[Interval]:
    """When a caller on one of the lines at least finds the entity closed."""
    schedules = (book.schedule(entity, line) for line in book.directory.lines)
    return list(joined(span for each in schedules for span in without([(start, end)], list(windows(each, start, end)))))


def local(at: datetime, zone: ZoneInfo) -> str:
    """« lundi 14/09 08:30 »."""
    shown = at.astimezone(zone)
    return f"{prompts.WEEKDAYS[shown.weekday()]} {shown:%d/%m %H:%M}"


def _drill(book: Book, rota: Rota, start: datetime) -> Iterator[Doubt]:
    """The exercise wakes somebody else where the first layer has nobody then."""
    if rota.drill is None or not rota.layers:
        return
    first, engineers = rota.layers[0].name, book.directory.engineers
    at = drills.latest(rota.drill, rota.timezone, start + WEEK)
    if who(rota, first, at, engineers).engineers:
        return
    woken = [book.engineer(code) for code in drills.woken(rota, at, engineers)]
    names = ", ".join(engineer.name for engineer in woken if engineer) or "personne"
    when = local(at, ZoneInfo(rota.timezone))
    yield Doubt(False, f"planning {rota.code}", f"à l'exercice, {when}, « {first} » n'a personne : il réveille {names}")


def _of_no_length(rota: Rota, start: datetime) -> Iterator[Doubt]:
    """Both its ends lie in the hour that a spring night skips."""
    for override in rota.overrides:
        ends = instant(override.until, rota.timezone, last=True)
        if start < ends <= instant(override.starts, rota.timezone):
            said = f"le remplacement {_written(override)} est sans effet : l'horloge saute cette heure"
            yield Doubt(False, _layer(rota, override), said)


def _people(book: Book) -> Iterator[Doubt]:
    for engineer in gaps.without_phone(book.directory.engineers):
        yield Doubt(True, engineer.name, "n'a pas de téléphone et ne peut pas être réveillé")
    for engineer in gaps.without_texts(book.directory.engineers, numbers.is_mobile):
        yield Doubt(False, engineer.name, f"{numbers.pairs(engineer.phone)} est un fixe et ne reçoit pas de SMS")


def _duty(book: Book, duty: Duty) -> Iterator[Doubt]:
    subject, engineers = book.entity(duty.entity).name, book.directory.engineers
    if duty.closed and gaps.wakes_nobody(duty, engineers):
        yield Doubt(True, subject, f"aucune étape de la politique « {duty.policy.code} » ne réveille personne")
    for name in gaps.missing_layers(duty, engineers):
        where = f"le planning {duty.rota.code} n'a pas" if duty.rota.code else "sans planning, il n'y a pas"
        yield Doubt(False, subject, f"{where} de couche « {name} » : son étape est sautée")
    for layer, group in groupby(gaps.gaps(duty, engineers), key=lambda gap: gap.layer):
        yield _gap(book, subject, layer, list(group))


def _gap(book: Book, subject: str, layer: str, found: list[Gap]) -> Doubt:
    what = f"personne pour « {layer} »" if layer else "aucune couche n'a personne"
    if found[0].unreachable:
        what = f"{', '.join(found[0].unreachable)} sans téléphone pour « {layer} »"
    return Doubt(True, subject, what, _when(book, list(joined((gap.starts, gap.until) for gap in found))))


def _doubles(book: Book, doubles: Iterable[Double]) -> Iterator[Doubt]:
    for (code, rotas), group in groupby(doubles, key=lambda double: (double.engineer, double.rotas)):
        engineer = book.engineer(code)
        said = f"d'astreinte pour {' et '.join(rotas)} à la fois"
        when = _when(book, [(double.starts, double.until) for double in group])
        yield Doubt(False, engineer.name if engineer else code, said, when)


def _when(book: Book, spans: list[Interval]) -> str:
    """The first time, and how many more there are."""
    starts, until = (local(at, book.zone) for at in spans[0])
    times = {1: "", 2: " (et une autre fois)"}.get(len(spans), f" (et {len(spans) - 1} autres fois)")
    return f"du {starts} au {until}{times}"


def _layer(rota: Rota, override: Override) -> str:
    return f"planning {rota.code}, {override.layer}"


def _written(override: Override) -> str:
    return f"du {override.starts:%d/%m/%Y %H:%M} au {override.until:%d/%m/%Y %H:%M}"
