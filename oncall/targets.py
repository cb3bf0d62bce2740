"""Whom a step of a policy reaches, at the instant it fires, and how."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from directory.policies import EVERYONE, Policy, Step
from oncall.rotas import Engineer, Rota, away, who


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
        return [Person(engineer.code, EVERYONE) for engineer in _team(rota, engineers, entity, at)]
    if any(engineer.code == name for engineer in engineers):
        return [Person(name, "named")]  # also when away: the policy wants this very person
    segment = who(rota, name, at, engineers) if rota else None
    return [Person(code, f"{name} ({why})") for code, why in segment.reasons] if segment else []


def _team(rota: Rota | None, engineers: Collection[Engineer], entity: str, at: datetime) -> list[Engineer]:
    """All of an entity but those away; if all are, all the same: somebody must hear of it."""
    team = [engineer for engineer in engineers if entity in engineer.entities]
    zone = (rota or Rota(code="")).timezone
    return [engineer for engineer in team if not away(engineer, at, zone)] or team


def layers_of(policy: Policy, engineers: Collection[Engineer]) -> tuple[str, ...]:
    """The layers that a policy climbs, each once, in its order."""
    others = {EVERYONE, *(engineer.code for engineer in engineers)}
    return tuple(dict.fromkeys(name for step in policy.steps for name in step.who if name not in others))
