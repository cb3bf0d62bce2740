"""What would come of a call that nobody has made: who would be woken when, what was promised, and a day of outcomes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from directory.hours import DAY, Because, Closed, edges_on
from directory.index import Directory
from directory.local_time import instant, jump
from directory.model import Entity
from directory.phone_numbers import is_mobile
from directory.policies import Channel, policy_of
from ivr.effects import OpenTicket, Refusal
from ivr.simulation import Simulation, rehearse
from ivr.steps import Connect
from oncall.reachability import ways
from oncall.rotas import Rota, resolve
from oncall.targets import Person, layers_of, people


@dataclass(frozen=True, slots=True)
class Reached:
    """One person of a step, and by what they are tried."""

    person: Person
    by: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Firing:
    """A step of the policy at the instant it fires; without people it is skipped."""

    step: int  # from 1
    at: datetime
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How a call ends, as far as a day's strip tells it apart."""

    rings: tuple[str, ...]  # the team's phones
    has_ticket: bool
    refusal: Refusal | None
    woken: tuple[str, ...] | None  # codes of who is tried first; none: nobody is paged
    because: Because | None  # why whom they asked for is closed


@dataclass(frozen=True, slots=True)
class Stretch:
    starts: datetime
    until: datetime
    result: Result


def ticket_of(played: Simulation) -> OpenTicket | None:
    return next((order for order in played.orders if isinstance(order, OpenTicket)), None)


def firings(book: Directory, order: OpenTicket, at: datetime) -> Iterator[Firing]:
    """Every step, if all is delivered and nobody answers; one that reaches nobody brings the next at once."""
    entity = book.known_entity(order.entity)
    rota = book.rota(entity.rota) if entity else None
    soon: datetime | None = None
    for number, step in enumerate(policy_of(book.directory.policies, entity.policy if entity else "").steps, 1):
        fires = soon or at + step.after
        named = people(step, rota, book.directory.engineers, order.entity or "", fires)
        tried = (Reached(each, _by(book, each, step.by)) for each in named)
        reached = tuple(each for each in tried if each.by)
        yield Firing(number, fires, reached)
        soon = None if reached else fires


def _by(book: Directory, person: Person, by: Sequence[Channel]) -> tuple[Channel, ...]:
    engineer = book.engineer(person.engineer)
    return tuple(way.channel for way in ways(engineer, by, is_mobile)) if engineer else ()


def result(book: Directory, played: Simulation, at: datetime) -> Result:
    order = ticket_of(played)
    woken = None
    if order and order.pages:
        first = next((firing for firing in firings(book, order, at) if firing.reached), None)
        woken = tuple(each.person.engineer for each in first.reached) if first else ()
    rings = tuple(step.number for moment in played.moments for step in moment.heard if isinstance(step, Connect))
    return Result(rings, order is not None, order.refusal if order else None, woken, _because(book, played, at))


def _because(book: Directory, played: Simulation, at: datetime) -> Because | None:
    entity = book.known_entity(played.call.entity)
    hours = book.judge(book.line(played.call.line), entity, at) if entity else None
    return hours.because if isinstance(hours, Closed) else None


def day_of(book: Directory, *, to: str, caller: str | None, keys: Sequence[str], day: date) -> list[Stretch]:
    """The same call at every instant of a day: it is played only where something may change."""
    edges = _edges(book, to, day)
    found: list[Stretch] = []
    for starts, until in pairwise(edges):
        ends = result(book, rehearse(book, to=to, caller=caller, at=starts, keys=keys), starts)
        if found and found[-1].result == ends:
            found[-1] = Stretch(found[-1].starts, until, ends)
        else:
            found.append(Stretch(starts, until, ends))
    return found


def _edges(book: Directory, to: str, day: date) -> list[datetime]:
    """Every instant of the day at which something may change, and maybe some at which nothing does."""
    midnight, zone = datetime.combine(day, time()), str(book.zone)
    start, end = instant(midnight, zone), instant(midnight + DAY, zone)
    changed = jump(start, end, zone)  # a wall clock that goes back shows what has been once more
    edges = {start, end, *_of_hours(book, to, midnight), *([changed] if changed else [])}
    edges.update(at for entity in book.directory.entities for at in _of_policy(book, entity, start, end))
    return sorted(edge for edge in edges if start <= edge <= end)


def _of_hours(book: Directory, to: str, midnight: datetime) -> Iterator[datetime]:
    line, zone = book.line(to), str(book.zone)
    for entity in book.directory.entities:
        for day in (midnight - DAY, midnight):  # clocks go back over midnight, too
            for wall in edges_on(book.schedule(entity, line), day):
                yield from (instant(wall, zone), instant(wall, zone, last=True))


def _of_policy(book: Directory, entity: Entity, start: datetime, end: datetime) -> Iterator[datetime]:
    """When somebody else would be found by a step, told by the instant of the call."""
    engineers, rota = book.directory.engineers, book.rota(entity.rota) or Rota(code="")
    policy = policy_of(book.directory.policies, entity.policy)
    absences = [absence for engineer in engineers for absence in engineer.absences]  # « everyone » leaves them out
    for after in {timedelta(0), *(step.after for step in policy.steps)}:  # at once: a bridge, a step without people
        for layer in layers_of(policy, engineers):
            found = resolve(rota, layer, start + after, end + after, engineers)
            yield from (segment.starts - after for segment in found)
        for absence in absences:
            yield instant(absence.starts, rota.timezone) - after
            yield instant(absence.until, rota.timezone, last=True) - after
