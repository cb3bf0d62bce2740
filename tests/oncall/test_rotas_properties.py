"""Rotas: what holds for every rota, at every instant, in every zone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.week import Span
from oncall.rotas import Absence, Engineer, Kind, Layer, Override, Rota, Segment, Why, resolve, who

ZONES = ["Europe/Paris", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"]
AROUND = [datetime.fromisoformat(day) for day in ("2026-03-29", "2026-10-25", "2011-12-30")]
MINUTE = timedelta(minutes=1)

walls = st.builds(lambda start, minutes: start + minutes * MINUTE, st.sampled_from(AROUND), st.integers(-6000, 6000))
instants = walls.map(lambda wall: wall.replace(tzinfo=UTC))
lengths = st.sampled_from([timedelta(hours=1), timedelta(hours=7), timedelta(days=1), timedelta(weeks=1)])
people = st.sampled_from(["a", "b", "c"])
clocks = st.sampled_from([time(0), time(2), time(2, 30), time(8, 30), time(18)])
weeks = st.tuples(*[st.lists(st.builds(Span, clocks, clocks), max_size=2).map(tuple)] * 7)
layers = st.builds(
    Layer,
    name=st.just("principal"),
    starts=walls,
    every=lengths,
    engineers=st.lists(people, max_size=4).map(tuple),
    only=st.none() | weeks,
)
overrides = st.builds(
    Override,
    layer=st.sampled_from(["principal", "secours"]),
    starts=walls,
    until=walls,
    engineer=people,
    kind=st.sampled_from(Kind),
) | st.builds(Override, layer=st.just("principal"), starts=walls, until=walls, kind=st.just(Kind.REMOVE))
absences = st.lists(st.builds(Absence, starts=walls, until=walls), max_size=2).map(tuple)
teams = st.tuples(*(st.builds(Engineer, code=st.just(c), name=st.just(c), absences=absences) for c in ("a", "resp")))
rotas = st.builds(
    Rota,
    code=st.just("r"),
    timezone=st.sampled_from(ZONES),
    fallback=st.sampled_from(["", "resp"]),
    layers=st.lists(layers, max_size=1).map(tuple),
    overrides=st.lists(overrides, max_size=4).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(rotas, teams, instants, st.integers(1, 20_000))
def test_segments_share_out_the_range(rota: Rota, team: tuple[Engineer, ...], start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    found = resolve(rota, "principal", start, end, team)
    assert (found[0].starts, found[-1].until) == (start, end)
    assert all(segment.starts < segment.until for segment in found)
    assert all(one.until == other.starts for one, other in pairwise(found))
    assert not any(one.like(other) for one, other in pairwise(found))
    for segment in found:
        assert len(set(segment.engineers)) == len(segment.engineers)
        assert segment.engineer is None or segment.why not in (Why.NOBODY, Why.OUTSIDE)
        assert segment.engineer is not None or segment.why not in (Why.ROTA, Why.OVERRIDE, Why.ADDED, Why.FALLBACK)
        assert bool(segment.instead_of) == (segment.why in (Why.ABSENCE, Why.REMOVED))
        assert segment.instead_of not in segment.engineers or not segment.instead_of


@settings(max_examples=100, deadline=None)
@given(rotas, teams, instants, st.integers(1, 10_000))
def test_who_is_what_is_resolved_at_every_boundary(
    rota: Rota, team: tuple[Engineer, ...], start: datetime, minutes: int
) -> None:
    for segment in resolve(rota, "principal", start, start + minutes * MINUTE, team):
        for edge in (segment.starts, segment.until - timedelta(microseconds=1)):
            found = who(rota, "principal", edge, team)
            assert found.like(segment)
            assert found.starts <= edge < found.until


@settings(max_examples=100, deadline=None)
@given(rotas, teams, instants)
def test_an_answer_holds_to_its_very_bounds(rota: Rota, team: tuple[Engineer, ...], now: datetime) -> None:
    found = who(rota, "principal", now, team)
    assert found.starts <= now < found.until
    for edge in (found.starts, found.until - timedelta(microseconds=1)):
        assert who(rota, "principal", edge, team).like(found)


@settings(max_examples=50, deadline=None)
@given(rotas, teams, instants, st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_range_cut_in_two_has_the_same_people(
    rota: Rota, team: tuple[Engineer, ...], start: datetime, one: int, other: int
) -> None:
    middle, end = start + one * MINUTE, start + (one + other) * MINUTE
    halves = [*resolve(rota, "principal", start, middle, team), *resolve(rota, "principal", middle, end, team)]
    whole = resolve(rota, "principal", start, end, team)
    for half in halves:
        (held,) = (segment for segment in whole if segment.starts <= half.starts < segment.until)
        assert held.like(half)


@settings(max_examples=100, deadline=None)
@given(rotas, instants, st.sampled_from(Kind), people, st.integers(1, 3_000))
def test_the_last_override_has_its_way(rota: Rota, now: datetime, kind: Kind, engineer: str, minutes: int) -> None:
    """Whatever was declared before it, for as long as it lasts, and not a moment longer."""
    zoned = replace(rota, timezone="UTC")
    begins, ends = now.replace(tzinfo=None), (now + minutes * MINUTE).replace(tzinfo=None)
    last = Override(layer="principal", starts=begins, until=ends, engineer=engineer, kind=kind)
    changed = replace(zoned, overrides=(*zoned.overrides, last))
    span = (now, now + minutes * MINUTE)
    for segment in resolve(changed, "principal", *span):
        match kind:
            case Kind.REPLACE:
                assert (segment.engineer, segment.why) == (engineer, Why.OVERRIDE)
            case Kind.ADD:
                assert engineer in segment.engineers
            case Kind.REMOVE:
                assert engineer not in segment.engineers
    for apart in ((now - 3_000 * MINUTE, now), (span[1], span[1] + 3_000 * MINUTE)):
        assert resolve(changed, "principal", *apart) == resolve(zoned, "principal", *apart)


@settings(max_examples=100, deadline=None)
@given(rotas, teams, instants, st.integers(1, 10_000))
def test_nobody_is_on_call_while_away(rota: Rota, team: tuple[Engineer, ...], start: datetime, minutes: int) -> None:
    zoned = replace(rota, timezone="UTC")
    for segment in resolve(zoned, "principal", start, start + minutes * MINUTE, team):
        for engineer in team:
            gone = any(_meets(absence, segment) for absence in engineer.absences)
            assert not gone or engineer.code not in segment.engineers


def _meets(absence: Absence, segment: Segment) -> bool:
    starts, until = absence.starts.replace(tzinfo=UTC), absence.until.replace(tzinfo=UTC)
    return max(starts, segment.starts) < min(until, segment.until)
