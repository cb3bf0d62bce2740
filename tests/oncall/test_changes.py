"""Swaps and overrides: who has what afterwards, and that nothing else changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall import changes
from oncall.changes import Refusal
from oncall.rotas import Kind, Override, Rota, resolve, who
from tests.oncall.test_hours_of_layers import NIGHTS
from tests.oncall.test_overrides import away
from tests.oncall.test_rotas import DAY, PARIS, WEEK, at, layer, override, utc

ROTA = Rota(code="r", fallback="resp", layers=(layer("principal", "2026-01-05 08:30", WEEK, "eva", "ana", "ben"),))
BEN, EVA = "2026-09-09 12:00", "2026-09-16 12:00"
EXTRA = override("2026-09-10 00:00", "2026-09-11 00:00", "resp")


def swapped(rota: Rota, one: str = BEN, other: str = EVA) -> Rota:
    found = changes.swap(rota, "principal", at(one), at(other))
    assert not isinstance(found, Refusal)
    return changes.with_overrides(rota, *found)


def weeks(rota: Rota) -> list[str | None]:
    return [segment.engineer for segment in resolve(rota, "principal", at("2026-08-31 08:30"), at("2026-09-28 08:30"))]


def test_two_turns_change_hands_and_no_other() -> None:
    assert weeks(ROTA) == ["ana", "ben", "eva", "ana"]
    assert weeks(swapped(ROTA)) == ["ana", "eva", "ben", "ana"]
    assert len(swapped(ROTA).overrides) == 2
    assert weeks(swapped(swapped(ROTA))) == weeks(ROTA), "swapped back"
    assert swapped(ROTA, EVA, BEN) == swapped(ROTA), "whichever is named first"


def test_what_was_given_away_of_a_turn_stays_so() -> None:
    rota = changes.with_overrides(ROTA, EXTRA)
    assert weeks(swapped(rota)) == ["ana", "eva", "resp", "eva", "ben", "ana"]
    assert weeks(swapped(rota, "2026-09-10 12:00")) == ["ana", "ben", "eva", "ben", "resp", "ana"], "a part of a turn"


def test_only_the_hours_of_a_layer_change_hands() -> None:
    rota = replace(ROTA, layers=(replace(ROTA.layers[0], only=NIGHTS),))
    after = swapped(rota, "2026-09-09 23:00", "2026-09-16 23:00")
    start, end = at("2026-09-01 08:30"), at("2026-09-29 08:30")
    pauses = [
        [(segment.starts, segment.why) for segment in resolve(each, "principal", start, end) if not segment.engineers]
        for each in (rota, after)
    ]
    assert pauses[0] == pauses[1] != []
    assert who(after, "principal", at("2026-09-10 23:00")).engineer == "eva"


def test_somebody_who_is_away_gives_their_turn() -> None:
    leave = [away("ben", "2026-09-01 00:00", "2026-09-15 00:00")]
    found = changes.swap(ROTA, "principal", at(BEN), at(EVA), leave)
    assert not isinstance(found, Refusal)
    rota = changes.with_overrides(ROTA, *found)
    assert [who(rota, "principal", at(when), leave).engineer for when in (BEN, EVA)] == ["eva", "ben"]


@pytest.mark.parametrize(
    ("rota", "one", "other", "refusal"),
    [
        pytest.param(ROTA, BEN, "2026-09-10 12:00", Refusal.SAME_PERSON, id="one turn"),
        pytest.param(ROTA, BEN, "2026-09-30 12:00", Refusal.SAME_PERSON, id="two turns of one person"),
        pytest.param(changes.with_overrides(ROTA, EXTRA), BEN, "2026-09-10 12:00", Refusal.OVERLAP, id="within a turn"),
        pytest.param(replace(ROTA, fallback=""), "2025-01-01 12:00", EVA, Refusal.NOBODY, id="nobody's"),
        pytest.param(
            replace(ROTA, layers=(layer("principal", "2026-10-01 02:30", DAY, "ana", "ben"),)),
            "2026-10-24 12:00", "2026-10-26 01:00", Refusal.CLOCK_CHANGE, id="ends at the first of two 02:30",
        ),
    ],
)  # fmt: skip
def test_swaps_that_are_refused(rota: Rota, one: str, other: str, refusal: Refusal) -> None:
    assert changes.swap(rota, "principal", at(one), at(other)) == refusal


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([timedelta(hours=7), DAY, WEEK]))
def test_every_swap_swaps(one: int, other: int, every: timedelta) -> None:
    """Wherever in the year, the nights of the clock change included; the people it names and no other."""
    rota = Rota(code="r", layers=(layer("principal", "2026-01-01 08:30", every, "a", "b", "c"),))
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    moments = [start + hours * timedelta(hours=17) for hours in (one, other)]
    found = changes.swap(rota, "principal", moments[0], moments[1])
    if isinstance(found, Refusal):
        return
    changed = changes.with_overrides(rota, *found)
    mine, theirs = (who(rota, "principal", moment) for moment in moments)
    assert [who(changed, "principal", moment).engineer for moment in moments] == [theirs.engineer, mine.engineer]
    outside = [(start, min(mine.starts, theirs.starts)), (max(mine.until, theirs.until), start + 400 * DAY)]
    for span in outside:
        assert resolve(rota, "principal", *span) == resolve(changed, "principal", *span)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        pytest.param(at("2026-09-08 12:00"), at("2026-09-08 12:00"), id="on the minute"),
        pytest.param(at("2026-09-08 12:00:01"), at("2026-09-08 12:01"), id="the next minute"),
        pytest.param(utc("2026-10-25 00:10"), utc("2026-10-25 00:10"), id="in the first of two hours"),
        pytest.param(utc("2026-10-25 01:10"), utc("2026-10-25 02:00"), id="in the second, which no time names"),
        pytest.param(utc("2026-03-29 00:59:30"), utc("2026-03-29 01:00"), id="before the gap"),
    ],
)
def test_the_first_moment_that_an_override_can_begin_at(now: datetime, begins: datetime) -> None:
    found = changes.from_now(now, "Europe/Paris")
    assert found == begins.astimezone(UTC)
    until = (found + DAY).astimezone(UTC)
    assert changes.on_the_wall(found, until, "Europe/Paris") == tuple(
        edge.astimezone(PARIS).replace(tzinfo=None) for edge in (found, until)
    )


def test_a_range_that_the_wall_clock_cannot_name() -> None:
    second = (utc("2026-10-25 01:30"), utc("2026-10-25 05:00"))
    assert changes.on_the_wall(*second, "Europe/Paris") is None


@pytest.mark.parametrize(
    ("kind", "engineer", "before", "alters"),
    [
        pytest.param(Kind.REPLACE, "resp", "2026-09-10 00:00", False, id="from that instant on"),
        pytest.param(Kind.REPLACE, "resp", "2026-09-10 00:01", True, id="a minute has gone by"),
        pytest.param(Kind.REMOVE, "ana", "2026-09-10 12:00", False, id="a change that changes nobody"),
        pytest.param(Kind.ADD, "ana", "2026-09-10 12:00", True, id="one person more"),
    ],
)
def test_the_past(kind: Kind, engineer: str, before: str, alters: bool) -> None:
    changed = changes.with_overrides(ROTA, replace(EXTRA, kind=kind, engineer=engineer))
    assert changes.alters(ROTA, changed, (), at(before)) is alters
    assert changes.alters(changed, ROTA, (), at(before)) is alters, "undoing it, too"


def test_what_differs_and_when() -> None:
    other = replace(EXTRA, engineer="eva", starts=EXTRA.starts + DAY, until=EXTRA.until + DAY)
    one, two = changes.with_overrides(ROTA, EXTRA), changes.with_overrides(ROTA, EXTRA, other)
    assert changes.changed(one, two) == {"principal": [(at("2026-09-11 00:00"), at("2026-09-12 00:00"))]}
    assert changes.changed(ROTA, two) == {"principal": [(at("2026-09-10 00:00"), at("2026-09-12 00:00"))]}
    assert changes.changed(two, two) == {}
    assert isinstance(other, Override)
