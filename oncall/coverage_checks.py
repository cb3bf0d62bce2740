"""What is wrong with who will be on call, entity by entity: for the doctor, and for whoever changes a rota."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import translatable
from directory import phone_numbers
from directory.hours import windows
from directory.index import Directory
from directory.intervals import Interval, joined, without
from directory.local_time import instant
from directory.model import DirectoryData, Entity
from directory.policies import policy_of
from directory.week import WEEK
from oncall import drills, gaps
from oncall.gaps import Double, Duty, Gap, Twice
from oncall.reachability import is_reachable
from oncall.rotas import Override, Rota, who
from translatable import LocalTime, Message


@dataclass(frozen=True, slots=True)
class Doubt:
    grave: bool  # somebody would not be woken who should be
    subject: str
    said: str
    when: str = ""  # the first time, and how often

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.subject} : {self.said}", self.when)))


def doubts(book: Directory, start: datetime, end: datetime) -> Iterator[Doubt]:
    """Whatever may leave a client without an engineer in [start, end)."""
    engineers = book.directory.engineers
    yield from _people(book)
    duties = [duty(book, entity, start, end) for entity in book.directory.entities]
    for each in duties:
        yield from _duty(book, each)
    yield from _doubles(book, gaps.doubles(duties, engineers))
    yield from _twice(book, gaps.twice(duties, engineers))
    for rota in book.directory.rotas:
        yield from _drill(book, rota, start)
        yield from _of_no_length(rota, start)
        for one, other in gaps.contested(rota, start):
            said = Message(
                "le remplacement %(one)s est recouvert par celui %(other)s, qui l'emporte",
                one=_written(one), other=_written(other),
            )  # fmt: skip
            yield Doubt(False, _layer(rota, one), said)
        for override, engineer in gaps.called_while_away(rota, engineers, start):
            said = Message(
                "%(name)s est absent pendant le remplacement %(override)s", name=engineer.name,
                override=_written(override),
            )  # fmt: skip
            yield Doubt(False, _layer(rota, override), said)


def dropped(old: DirectoryData, new: DirectoryData, now: datetime) -> Iterator[Doubt]:
    """Overrides to come that a directory had, and its successor has not: made by command, they are in no file."""
    kept = {(rota.code, override) for rota in new.rotas for override in rota.overrides}
    for rota in old.rotas:
        for override in rota.overrides:
            if (rota.code, override) not in kept and now < instant(override.until, rota.timezone, last=True):
                said = Message(
                    "le remplacement %(override)s n'existe plus : il n'est pas dans le fichier chargé",
                    override=_written(override),
                )
                yield Doubt(False, _layer(rota, override), said)


def duty(book: Directory, entity: Entity, start: datetime, end: datetime) -> Duty:
    """What the entity asks of its rota; one that names no rota asks an empty one."""
    return Duty(
        entity=entity.code,
        rota=book.rota(entity.rota) or Rota(code=""),
        policy=policy_of(book.directory.policies, entity.policy),
        closed=closed(book, entity, start, end),
    )


def closed(book: Directory, entity: Entity, start: datetime, end: datetime) -> list[Interval]:
    """When a caller on one of the lines at least finds the entity closed."""
    schedules = (book.schedule(entity, line) for line in book.directory.lines)
    return list(joined(span for each in schedules for span in without([(start, end)], list(windows(each, start, end)))))


def closed_for(book: Directory, rota: str, start: datetime, end: datetime) -> list[Interval]:
    """When one at least of those that a rota is for is closed; of a rota that is for nobody, the whole."""
    entities = book.entities_of(rota)
    if not entities:
        return [(start, end)]
    return list(joined(span for each in entities for span in closed(book, each, start, end)))


def local(at: datetime, zone: ZoneInfo) -> Message:
    """« lundi 14/09 08:30 »."""
    shown = at.astimezone(zone)
    weekday = Message(translatable.WEEKDAYS[shown.weekday()])
    return Message("%(weekday)s %(moment)s", weekday=weekday, moment=LocalTime(shown, "%d/%m %H:%M", "d MMM HH:mm"))


def _drill(book: Directory, rota: Rota, start: datetime) -> Iterator[Doubt]:
    """The exercise wakes somebody else where the first layer has nobody then."""
    if rota.drill is None or not rota.layers:
        return
    first, engineers = rota.layers[0].name, book.directory.engineers
    at = drills.latest(rota.drill, rota.timezone, start + WEEK)
    if any(is_reachable(book.engineer(code)) for code in who(rota, first, at, engineers).engineers):
        return
    woken = [book.engineer(code) for code in drills.woken(rota, at, engineers)]
    said = Message(
        "à l'exercice, %(when)s, « %(layer)s » n'a personne : il réveille %(names)s",
        when=local(at, ZoneInfo(rota.timezone)), layer=first,
        names=", ".join(engineer.name for engineer in woken if engineer) or Message("personne"),
    )  # fmt: skip
    yield Doubt(False, Message("planning %(rota)s", rota=rota.code), said)


def _of_no_length(rota: Rota, start: datetime) -> Iterator[Doubt]:
    """Both its ends lie in the hour that a spring night skips."""
    for override in rota.overrides:
        ends = instant(override.until, rota.timezone, last=True)
        if start < ends <= instant(override.starts, rota.timezone):
            said = Message(
                "le remplacement %(override)s est sans effet : l'horloge saute cette heure", override=_written(override)
            )
            yield Doubt(False, _layer(rota, override), said)


def _people(book: Directory) -> Iterator[Doubt]:
    for engineer in gaps.without_phone(book.directory.engineers):
        yield Doubt(True, engineer.name, Message("n'a pas de téléphone et ne peut pas être réveillé"))
    for engineer in gaps.without_texts(book.directory.engineers, phone_numbers.is_mobile):
        said = Message(
            "%(number)s ne reçoit pas de SMS : cette personne est appelée", number=phone_numbers.pairs(engineer.phone)
        )
        yield Doubt(False, engineer.name, said)


def _duty(book: Directory, duty: Duty) -> Iterator[Doubt]:
    subject, engineers = book.entity(duty.entity).name, book.directory.engineers
    if duty.closed and gaps.wakes_nobody(duty, engineers):
        said = Message("aucune étape de la politique « %(policy)s » ne réveille personne", policy=duty.policy.code)
        yield Doubt(True, subject, said)
    for name in gaps.missing_layers(duty, engineers):
        if duty.rota.code:
            said = Message(
                "le planning %(rota)s n'a pas de couche « %(layer)s » : son étape est sautée", rota=duty.rota.code,
                layer=name,
            )  # fmt: skip
        else:
            said = Message("sans planning, il n'y a pas de couche « %(layer)s » : son étape est sautée", layer=name)
        yield Doubt(False, subject, said)
    for layer, group in groupby(gaps.gaps(duty, engineers), key=lambda gap: gap.layer):
        yield _gap(book, subject, layer, list(group))


def _gap(book: Directory, subject: str, layer: str, found: list[Gap]) -> Doubt:
    what = Message("personne pour « %(layer)s »", layer=layer) if layer else Message("aucune couche n'a personne")
    if found[0].unreachable:
        people = ", ".join(found[0].unreachable)
        what = Message("%(people)s sans téléphone pour « %(layer)s »", people=people, layer=layer)
    return Doubt(True, subject, what, _when(book, list(joined((gap.starts, gap.until) for gap in found))))


def _doubles(book: Directory, doubles: Iterable[Double]) -> Iterator[Doubt]:
    for (code, rotas), group in groupby(doubles, key=lambda double: (double.engineer, double.rotas)):
        engineer = book.engineer(code)
        one, other = (book.rota_named(each) for each in rotas[:2])
        said = Message("d'astreinte pour %(one)s et %(other)s à la fois", one=one, other=other)
        when = _when(book, [(double.starts, double.until) for double in group])
        yield Doubt(False, engineer.name if engineer else code, said, when)


def _twice(book: Directory, found: Iterable[Twice]) -> Iterator[Doubt]:
    """Entities that share a rota share its people: each is told once."""

    def who(each: Twice) -> tuple[str, str, tuple[str, str]]:
        return each.engineer, each.rota, each.layers

    for (code, rota, layers), group in groupby(sorted(found, key=who), key=who):
        engineer = book.engineer(code)
        said = Message(
            "sur « %(one)s » et « %(other)s » du planning %(rota)s à la fois : l'escalade réveillerait deux fois la"
            " même personne", one=layers[0], other=layers[1], rota=rota,
        )  # fmt: skip
        spans = list(joined((each.starts, each.until) for each in group))
        yield Doubt(False, engineer.name if engineer else code, said, _when(book, spans))


def _when(book: Directory, spans: list[Interval]) -> Message:
    """The first time, and how many more there are."""
    starts, until = (local(at, book.zone) for at in spans[0])
    match len(spans):
        case 1:
            return Message("du %(starts)s au %(until)s", starts=starts, until=until)
        case 2:
            return Message("du %(starts)s au %(until)s (et une autre fois)", starts=starts, until=until)
        case times:
            return Message(
                "du %(starts)s au %(until)s (et %(times)s autres fois)", starts=starts, until=until, times=times - 1
            )


def _layer(rota: Rota, override: Override) -> Message:
    return Message("planning %(rota)s, %(layer)s", rota=rota.code, layer=override.layer)


def _written(override: Override) -> Message:
    starts, until = (LocalTime(at, "%d/%m/%Y %H:%M", "d MMM y HH:mm") for at in (override.starts, override.until))
    return Message("du %(starts)s au %(until)s", starts=starts, until=until)
