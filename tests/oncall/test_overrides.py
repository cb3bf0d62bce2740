"""What overrides and absences make of a turn: who answers, who beside them, and why."""

from dataclasses import replace

import pytest

from oncall.rotas import Absence, Engineer, Kind, Override, Rota, Why, resolve, who
from tests.oncall.test_rotas import WEEK, at, layer, override, wall

TURNS = Rota(code="r", fallback="resp", layers=(layer("principal", "2026-01-05 08:30", WEEK, "ana", "ben"),))
NOW = "2026-09-08 12:00"  # ben has the week


def change(
    kind: Kind, engineer: str = "", starts: str = "2026-09-08 00:00", until: str = "2026-09-09 00:00"
) -> Override:
    return replace(override(starts, until, engineer), kind=kind)


def away(code: str, starts: str = "2026-09-08 00:00", until: str = "2026-09-09 00:00") -> Engineer:
    return Engineer(code=code, name=code, absences=(Absence(starts=wall(starts), until=wall(until)),))


REPLACE, ADD, REMOVE = Kind.REPLACE, Kind.ADD, Kind.REMOVE


@pytest.mark.parametrize(
    ("overrides", "absent", "reasons", "instead_of"),
    [
        pytest.param([], [], [("ben", Why.ROTA)], "", id="the turn"),
        pytest.param([(REPLACE, "eva")], [], [("eva", Why.OVERRIDE)], "", id="replaced"),
        pytest.param([(ADD, "eva")], [], [("ben", Why.ROTA), ("eva", Why.ADDED)], "", id="a second person"),
        pytest.param(
            [(ADD, "eva"), (ADD, "ivo")], [], [("ben", Why.ROTA), ("eva", Why.ADDED), ("ivo", Why.ADDED)], "",
            id="a third",
        ),
        pytest.param([(ADD, "ben")], [], [("ben", Why.ROTA)], "", id="added to themselves"),
        pytest.param([(ADD, "eva"), (REPLACE, "eva")], [], [("eva", Why.OVERRIDE)], "", id="added, then first"),
        pytest.param(
            [(ADD, "eva"), (REPLACE, "ivo")], [], [("ivo", Why.OVERRIDE), ("eva", Why.ADDED)], "",
            id="replaced, the second person stays",
        ),
        pytest.param([(REMOVE, "ben")], [], [("resp", Why.REMOVED)], "ben", id="taken out: the fallback"),
        pytest.param([(REMOVE, "")], [], [("resp", Why.REMOVED)], "ben", id="whoever it is"),
        pytest.param([(REMOVE, "ana")], [], [("ben", Why.ROTA)], "", id="somebody else: nothing changes"),
        pytest.param([(REMOVE, "ben"), (REPLACE, "eva")], [], [("eva", Why.OVERRIDE)], "", id="the later wins"),
        pytest.param(
            [(REMOVE, "ben"), (ADD, "eva")], [], [("resp", Why.REMOVED), ("eva", Why.ADDED)], "ben", id="both",
        ),
        pytest.param([(ADD, "eva"), (REMOVE, "eva")], [], [("ben", Why.ROTA)], "", id="added and taken out again"),
        pytest.param([(ADD, "eva"), (REMOVE, "")], [], [("resp", Why.REMOVED)], "ben", id="all taken out"),
        pytest.param([(REMOVE, "eva"), (ADD, "eva")], [], [("ben", Why.ROTA), ("eva", Why.ADDED)], "", id="back again"),
        pytest.param([(REPLACE, "eva"), (REMOVE, "")], [], [("resp", Why.REMOVED)], "eva", id="the one who replaced"),
        pytest.param([(REMOVE, "ben"), (REMOVE, "resp")], [], [], "ben", id="the fallback taken out too: nobody"),
        pytest.param([(REPLACE, "resp"), (REMOVE, "resp")], [], [], "resp", id="nobody stands in for themselves"),
        pytest.param([(REMOVE, "ben"), (REMOVE, "resp"), (ADD, "eva")], [], [("eva", Why.ADDED)], "", id="but for eva"),
        pytest.param([], ["ben"], [("resp", Why.ABSENCE)], "ben", id="away: the fallback"),
        pytest.param([], ["ana"], [("ben", Why.ROTA)], "", id="somebody else is away"),
        pytest.param([], ["ben", "resp"], [], "ben", id="the fallback is away too: nobody"),
        pytest.param([(REPLACE, "eva")], ["ben"], [("eva", Why.OVERRIDE)], "", id="away and replaced"),
        pytest.param([(REPLACE, "eva")], ["eva"], [("resp", Why.ABSENCE)], "eva", id="replaced by one who is away"),
        pytest.param([(ADD, "eva")], ["eva"], [("ben", Why.ROTA)], "", id="the second person is away"),
        pytest.param([(ADD, "eva")], ["ben", "resp"], [("eva", Why.ADDED)], "", id="only the second is there"),
        pytest.param([(ADD, "resp")], ["ben"], [("resp", Why.ABSENCE)], "ben", id="the fallback once, not twice"),
    ],
)  # fmt: skip
def test_who_answers(
    overrides: list[tuple[Kind, str]], absent: list[str], reasons: list[tuple[str, Why]], instead_of: str
) -> None:
    rota = replace(TURNS, overrides=tuple(change(*each) for each in overrides))
    found = who(rota, "principal", at(NOW), [away(code) for code in absent])
    assert (list(found.reasons), found.instead_of) == (reasons, instead_of)
    assert found.engineers == tuple(engineer for engineer, _ in reasons)
    assert found.engineer == (reasons[0][0] if reasons else None)


def test_nobody_is_named_where_nobody_is() -> None:
    gone = replace(TURNS, fallback="", overrides=(change(REMOVE),))
    assert (who(gone, "principal", at(NOW)).engineer, who(gone, "principal", at(NOW)).why) == (None, Why.REMOVED)


def test_a_layer_that_the_rota_lacks_may_still_be_somebodys() -> None:
    rota = replace(TURNS, overrides=(replace(change(ADD, "eva"), layer="secours"),))
    assert who(rota, "secours", at(NOW)).engineers == ("eva",)
    assert who(rota, "secours", at("2026-09-10 12:00")).engineers == ()


def test_a_week_with_all_of_it() -> None:
    rota = replace(
        TURNS,
        overrides=(
            change(ADD, "eva", "2026-09-08 18:00", "2026-09-10 08:00"),
            change(REMOVE, "ben", "2026-09-09 18:00", "2026-09-11 08:00"),
        ),
    )
    absent = [away("resp", "2026-09-10 00:00", "2026-09-10 12:00")]
    found = resolve(rota, "principal", at("2026-09-07 08:30"), at("2026-09-14 08:30"), absent)
    assert [(segment.starts, segment.engineers) for segment in found] == [
        (at("2026-09-07 08:30"), ("ben",)),
        (at("2026-09-08 18:00"), ("ben", "eva")),
        (at("2026-09-09 18:00"), ("resp", "eva")),
        (at("2026-09-10 00:00"), ("eva",)),
        (at("2026-09-10 08:00"), ()),
        (at("2026-09-10 12:00"), ("resp",)),
        (at("2026-09-11 08:00"), ("ben",)),
    ]


def test_an_absence_that_concerns_nobody_there_cuts_nothing() -> None:
    absent = [away("ana"), away("ivo", "2026-09-09 00:00", "2026-09-09 01:00")]
    found = who(TURNS, "principal", at(NOW), absent)
    assert (found.starts, found.until) == (at("2026-09-07 08:30"), at("2026-09-14 08:30"))


def test_an_absence_ends_at_the_last_of_two_occurrences() -> None:
    absent = [away("ana", "2026-10-25 02:00", "2026-10-25 02:30")]
    night = resolve(TURNS, "principal", at("2026-10-25 00:00"), at("2026-10-25 08:00"), absent)
    on_call = [segment.engineer for segment in night]
    assert on_call in (["ana", "resp", "ana"], ["ben"])
    both = [*absent, away("ben", "2026-10-25 02:00", "2026-10-25 02:30")]
    _, gone, _ = resolve(TURNS, "principal", at("2026-10-25 00:00"), at("2026-10-25 08:00"), both)
    assert (gone.until - gone.starts).total_seconds() == 5400
