"""Whom a step of a policy reaches, at the instant it fires."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from oncall.policies import EVERYONE, Step
from oncall.rotas import Engineer, Rota, who


@dataclass(frozen=True, slots=True)
class Person:
    engineer: str  # code
    why: str  # "principal (rota)", "principal (override)", "everyone", "named"


def people(
    step: Step, rota: Rota | None, engineers: Collection[Engineer], entity: str, at: datetime
) -> tuple[Person, ...]:
    """The people of a step, each once, in its order; layers are resolved now, not when the page opened.

    A layer that the rota lacks, or that names nobody, adds nobody."""
    found: dict[str, Person] = {}
    for name in step.who:
        for person in _named(name, rota, engineers, entity, at):
            found.setdefault(person.engineer, person)
    return tuple(found.values())


def _named(
    name: str, rota: Rota | None, engineers: Collection[Engineer], entity: str, at: datetime
) -> Iterable[Person]:
    if name == EVERYONE:
        return [Person(e.code, EVERYONE) for e in engineers if entity in e.entities]
    if any(engineer.code == name for engineer in engineers):
        return [Person(name, "named")]
    segment = who(rota, name, at) if rota else None
    return [Person(segment.engineer, f"{name} ({segment.why})")] if segment and segment.engineer else []
