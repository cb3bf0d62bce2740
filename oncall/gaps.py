"""What is wrong with who will be on call: looked for before a client finds it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from directory.intervals import Interval, common, joined, without
from directory.local_time import instant
from directory.policies import EVERYONE, Channel, Policy
from directory.roster import Engineer, Kind, Override, Rota
from oncall.reachability import IsTexted, is_reachable, numbers
from oncall.rotas import Segment, Why, resolve
from oncall.targets import layers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What an entity asks of its rota: by this policy, while it is closed."""

    entity: str
    rota: Rota
    policy: Policy
    closed: Sequence[Interval]  # UTC, sorted, disjoint; the range that is looked at, less the opening hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Nobody with a telephone is on call in [starts, until), and the entity is closed."""

    entity: str
    layer: str  # none: no layer is meant to have anybody
    starts: datetime
    until: datetime
    unreachable: tuple[str, ...] = ()  # on call, without a telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """One person is first to be woken by two rotas in [starts, until)."""

    engineer: str
    rotas: tuple[str, str]
    starts: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """One person on two layers that one policy climbs in [starts, until): a step wakes whoever has not answered."""

    engineer: str
    rota: str
    layers: tuple[str, str]
    starts: datetime
    until: datetime


Layers = Mapping[str, Sequence[Segment]]


def gaps(duty: Duty, engineers: Collection[Engineer], layers: Layers | None = None) -> list[Gap]:
    """Layer by layer, less the hours that are not the layer's; then the hours that are no layer's.

    `layers`: the rota's, where they are resolved already."""
    reachable = {engineer.code for engineer in engineers if is_reachable(engineer)}
    found, told, covered = [], [], []
    for name, segments in _laid(duty, engineers, layers).items():
        for segment in segments:
            span = (segment.starts, segment.until)
            if reachable.intersection(segment.engineers):
                covered.append(span)
            elif segment.why is not Why.OUTSIDE:
                told.append(span)
                found += [
                    Gap(entity=duty.entity, layer=name, starts=starts, until=until, unreachable=segment.engineers)
                    for starts, until in common([span], duty.closed)
                ]
    untold = without(duty.closed, list(joined(covered + told))) if covered or told else []
    return found + [Gap(entity=duty.entity, layer="", starts=starts, until=until) for starts, until in untold]


def holes(duty: Duty, engineers: Collection[Engineer], layers: Layers | None = None) -> list[Gap]:
    """The gaps; all the closed hours, where there is no layer to blame and no step wakes anybody."""
    laid = _laid(duty, engineers, layers)
    found = gaps(duty, engineers, laid)
    if not found and wakes_nobody(duty, engineers, laid):
        found = [Gap(entity=duty.entity, layer="", starts=starts, until=until) for starts, until in duty.closed]
    return sorted(found, key=lambda gap: gap.starts)


def missing_layers(duty: Duty, engineers: Collection[Engineer]) -> tuple[str, ...]:
    """Layers that the policy climbs and the rota lacks: their steps are skipped at once."""
    return tuple(name for name in layers_of(duty.policy, engineers) if not duty.rota.layer(name))


def wakes_nobody(duty: Duty, engineers: Collection[Engineer], layers: Layers | None = None) -> bool:
    """Whether every step of the policy is empty, at every instant that the entity is closed."""
    reachable = {engineer.code for engineer in engineers if is_reachable(engineer)}
    team = {engineer.code for engineer in engineers if duty.entity in engineer.entities}
    named = {name for step in duty.policy.steps for name in step.who}
    if named & reachable or (EVERYONE in named and team & reachable):
        return False
    segments = (segment for found in _laid(duty, engineers, layers).values() for segment in found)
    return not any(reachable.intersection(segment.engineers) for segment in segments)


def doubles(duties: Sequence[Duty], engineers: Collection[Engineer]) -> Iterator[Double]:
    """People whom the first steps of two rotas wake at once; entities that share a rota share its people."""
    by_rota = {duty.rota.code: duty for duty in reversed(duties)}
    held = {code: _held(duty, engineers) for code, duty in sorted(by_rota.items())}
    for one, other in combinations(held, 2):
        for engineer in sorted(held[one].keys() & held[other].keys()):
            for starts, until in common(held[one][engineer], held[other][engineer]):
                yield Double(engineer=engineer, rotas=(one, other), starts=starts, until=until)


def twice(duties: Sequence[Duty], engineers: Collection[Engineer]) -> Iterator[Twice]:
    """Entity by entity; somebody who only stands in for everybody counts for nothing."""
    for duty in duties:
        held = {name: _of_layer(duty, name, engineers) for name in _own_layers(duty, engineers)}
        for one, other in combinations(held, 2):
            for engineer in sorted(held[one].keys() & held[other].keys()):
                for starts, until in common(common(held[one][engineer], held[other][engineer]), duty.closed):
                    layers = (one, other)
                    yield Twice(engineer=engineer, rota=duty.rota.code, layers=layers, starts=starts, until=until)


def without_phone(engineers: Collection[Engineer]) -> list[Engineer]:
    return [engineer for engineer in engineers if not is_reachable(engineer)]


def without_texts(engineers: Collection[Engineer], is_texted: IsTexted) -> list[Engineer]:
    """Whoever accepts SMS, and has no number that receives them: they are called."""
    return [e for e in engineers if is_reachable(e) and Channel.SMS in e.by and not any(map(is_texted, numbers(e)))]


def contested(rota: Rota, after: datetime) -> Iterator[tuple[Override, Override]]:
    """Two replacements for one layer at one time, the second of which wins; those that are over are let be."""
    replaced = [override for override in rota.overrides if override.kind is Kind.REPLACE]
    for one, other in combinations(replaced, 2):
        starts, until = max(one.starts, other.starts), min(one.until, other.until)
        if one.layer == other.layer and starts < until and after < instant(until, rota.timezone, last=True):
            yield one, other


def called_while_away(
    rota: Rota, engineers: Collection[Engineer], after: datetime
) -> Iterator[tuple[Override, Engineer]]:
    """Overrides that name somebody who is away for some of the time: the fallback would stand in."""
    by_code = {engineer.code: engineer for engineer in engineers}
    for override in rota.overrides:
        engineer = by_code.get(override.engineer)
        if engineer is None or override.kind is Kind.REMOVE:
            continue
        for absence in engineer.absences:
            starts, until = max(override.starts, absence.starts), min(override.until, absence.until)
            if starts < until and after < instant(until, rota.timezone, last=True):
                yield override, engineer
                break


def _own_layers(duty: Duty, engineers: Collection[Engineer]) -> list[str]:
    return [name for name in layers_of(duty.policy, engineers) if duty.rota.layer(name)]


def _resolved(duty: Duty, layer: str, engineers: Collection[Engineer]) -> tuple[Segment, ...]:
    if not duty.closed:
        return ()
    return resolve(duty.rota, layer, duty.closed[0][0], duty.closed[-1][1], engineers)


def _laid(duty: Duty, engineers: Collection[Engineer], layers: Layers | None) -> Layers:
    """Those that the policy climbs."""
    own = _own_layers(duty, engineers)
    return {name: _resolved(duty, name, engineers) if layers is None else layers.get(name, ()) for name in own}


def _held(duty: Duty, engineers: Collection[Engineer]) -> dict[str, list[Interval]]:
    """When each person is woken by the first step."""
    found: dict[str, list[Interval]] = {}
    first = duty.policy.steps[0].who if duty.policy.steps else ()
    for name in _own_layers(duty, engineers):
        if name in first:
            for engineer, spans in _of_layer(duty, name, engineers).items():
                found.setdefault(engineer, []).extend(spans)
    return {engineer: list(joined(spans)) for engineer, spans in found.items()}


def _of_layer(duty: Duty, name: str, engineers: Collection[Engineer]) -> dict[str, list[Interval]]:
    """When each person is on call there; somebody who only stands in for everybody counts for nothing."""
    found: dict[str, list[Interval]] = {}
    for segment in _resolved(duty, name, engineers):
        for engineer, why in segment.reasons:
            if why is not Why.FALLBACK:
                found.setdefault(engineer, []).append((segment.starts, segment.until))
    return {engineer: list(joined(spans)) for engineer, spans in found.items()}
