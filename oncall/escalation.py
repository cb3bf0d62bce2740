"""Whom a step of a policy reaches, at the instant it fires."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oncall.policies import EVERYONE, Step
from oncall.rotas import Rota, who


@dataclass(frozen=True, slots=True)
class Person:
    engineer: str  # code
    why: str  # "principal (rota)", "principal (override)", "everyone", "named"


def people(step: Step, rota: Rota | None, of_entity: Iterable[str], at: datetime) -> tuple[Person, ...]:
    """The people of a step, each once, in its order; layers are resolved now, not when the page opened."""
    found: dict[str, Person] = {}
    for name in step.who:
        for person in _named(name, rota, of_entity, at):
            found.setdefault(person.engineer, person)
    return tuple(found.values())


def _named(name: str, rota: Rota | None, of_entity: Iterable[str], at: datetime) -> Iterable[Person]:
    if name == EVERYONE:
        return [Person(code, EVERYONE) for code in of_entity]
    if rota and any(layer.name == name for layer in rota.layers):
        segment = who(rota, name, at)
        return [Person(segment.engineer, f"{name} ({segment.why})")] if segment.engineer else []
    return [Person(name, "named")]
