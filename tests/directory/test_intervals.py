"""Stretches of time, against the minutes that they hold."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from directory.intervals import Interval, common, joined, without

BEGAN, MINUTE = datetime(2026, 9, 7, tzinfo=UTC), timedelta(minutes=1)
minutes = st.integers(0, 30).map(lambda minute: BEGAN + minute * MINUTE)
spans = st.lists(st.tuples(minutes, minutes), max_size=6)


def held(intervals: list[Interval]) -> set[int]:
    return {n for n in range(30) for starts, until in intervals if starts <= BEGAN + n * MINUTE < until}


@given(spans, spans)
def test_what_both_have_and_what_one_has_alone(one: list[Interval], other: list[Interval]) -> None:
    some, others = list(joined(one)), list(joined(other))
    assert held(some) == held(one)
    assert held(common(some, others)) == held(one) & held(other)
    assert held(without(some, others)) == held(one) - held(other)
    for found in (some, common(some, others), without(some, others)):
        assert all(starts < until for starts, until in found)
        assert found == sorted(found)
    assert list(joined([*some, *some])) == some
