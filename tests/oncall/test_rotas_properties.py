"""Rotas: what holds for every rota, at every instant, in every zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.rotas import Layer, Override, Rota, Why, resolve, who

ZONES = ["Europe/Paris", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"]
AROUND = [datetime.fromisoformat(day) for day in ("2026-03-29", "2026-10-25", "2011-12-30")]
MINUTE = timedelta(minutes=1)

walls = st.builds(lambda start, minutes: start + minutes * MINUTE, st.sampled_from(AROUND), st.integers(-6000, 6000))
instants = walls.map(lambda wall: wall.replace(tzinfo=UTC))
lengths = st.sampled_from([timedelta(hours=1), timedelta(hours=7), timedelta(days=1), timedelta(weeks=1)])
people = st.sampled_from(["a", "b", "c"])
layers = st.builds(
    Layer,
    name=st.just("principal"),
    starts=walls,
    every=lengths,
    engineers=st.lists(people, max_size=4).map(tuple),
)
overrides = st.builds(
    Override, layer=st.sampled_from(["principal", "secours"]), starts=walls, until=walls, engineer=people
)
rotas = st.builds(
    Rota,
    code=st.just("r"),
    timezone=st.sampled_from(ZONES),
    fallback=st.sampled_from(["", "resp"]),
    layers=st.lists(layers, max_size=1).map(tuple),
    overrides=st.lists(overrides, max_size=4).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(rotas, instants, st.integers(1, 20_000))
def test_segments_share_out_the_range(rota: Rota, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    found = resolve(rota, "principal", start, end)
    assert (found[0].starts, found[-1].until) == (start, end)
    assert all(segment.starts < segment.until for segment in found)
    assert all(one.until == other.starts for one, other in pairwise(found))
    assert all((one.engineer, one.why) != (other.engineer, other.why) for one, other in pairwise(found))
    assert all((segment.engineer is None) == (segment.why is Why.NOBODY) for segment in found)


@settings(max_examples=100, deadline=None)
@given(rotas, instants, st.integers(0, 9_999), st.integers(1, 10_000))
def test_who_is_what_is_resolved(rota: Rota, start: datetime, ahead: int, more: int) -> None:
    now = start + ahead * MINUTE
    found = who(rota, "principal", now)
    segments = resolve(rota, "principal", start, now + more * MINUTE)
    (held,) = (segment for segment in segments if segment.starts <= now < segment.until)
    assert (found.engineer, found.why) == (held.engineer, held.why)


@settings(max_examples=100, deadline=None)
@given(rotas, instants)
def test_an_answer_holds_to_its_very_bounds(rota: Rota, now: datetime) -> None:
    found = who(rota, "principal", now)
    assert found.starts <= now < found.until
    for edge in (found.starts, found.until - timedelta(microseconds=1)):
        at_edge = who(rota, "principal", edge)
        assert (at_edge.engineer, at_edge.why) == (found.engineer, found.why)


@settings(max_examples=50, deadline=None)
@given(rotas, instants, st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_range_cut_in_two_has_the_same_people(rota: Rota, start: datetime, one: int, other: int) -> None:
    middle, end = start + one * MINUTE, start + (one + other) * MINUTE
    halves = [*resolve(rota, "principal", start, middle), *resolve(rota, "principal", middle, end)]
    whole = resolve(rota, "principal", start, end)
    for half in halves:
        (held,) = (segment for segment in whole if segment.starts <= half.starts < segment.until)
        assert (held.engineer, held.why) == (half.engineer, half.why)
