"""Gaps: nobody with a telephone while the entity is closed, and what else is wrong before a client finds it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from directory.policies import Channel, Policy, Step
from oncall import gaps
from oncall.gaps import Duty
from oncall.rotas import Engineer, Kind, Rota
from tests.oncall.test_hours_of_layers import NIGHTS, WEEKEND
from tests.oncall.test_overrides import away
from tests.oncall.test_rotas import WEEK, at, layer, override

MONDAY, NEXT = at("2026-09-07 08:30"), at("2026-09-14 08:30")
TEAM = tuple(Engineer(code=code, name=code, phone="+33639980001", entities=("idline",)) for code in ("ana", "ben"))
MUTE = Engineer(code="ben", name="ben", entities=("idline",))
PRINCIPAL = layer("principal", "2026-01-05 08:30", WEEK, "ana", "ben")
ROTA = Rota(code="r", layers=(PRINCIPAL,))
NIGHTLY = Rota(code="r", layers=(replace(PRINCIPAL, only=NIGHTS),))
NOBODYS = replace(override("2026-09-08 12:00", "2026-09-09 12:00", ""), kind=Kind.REMOVE)


def policy(*steps: Sequence[str]) -> Policy:
    by = (Channel.SMS, Channel.VOICE)
    return Policy(
        code="p",
        steps=tuple(Step(after=n * timedelta(minutes=2), who=tuple(who), by=by) for n, who in enumerate(steps)),
    )


def duty(rota: Rota = ROTA, *steps: Sequence[str], closed: Sequence[tuple[datetime, datetime]] = ()) -> Duty:
    return Duty(
        entity="idline", rota=rota, policy=policy(*(steps or [["principal"]])), closed=closed or [(MONDAY, NEXT)]
    )


CLOSED = [(at("2026-09-08 00:00"), at("2026-09-08 18:00")), (at("2026-09-09 06:00"), at("2026-09-10 00:00"))]


@pytest.mark.parametrize(
    ("asked", "team", "expected"),
    [
        pytest.param(duty(), TEAM, [], id="somebody always"),
        pytest.param(
            duty(replace(ROTA, overrides=(NOBODYS,))), TEAM,
            [("principal", "2026-09-08 12:00", "2026-09-09 12:00")], id="nobody for a day",
        ),
        pytest.param(
            duty(replace(ROTA, overrides=(NOBODYS,)), closed=CLOSED), TEAM,
            [
                ("principal", "2026-09-08 12:00", "2026-09-08 18:00"),
                ("principal", "2026-09-09 06:00", "2026-09-09 12:00"),
            ],
            id="only while it is closed",
        ),
        pytest.param(
            duty(replace(ROTA, overrides=(NOBODYS,), fallback="ana")), TEAM, [], id="somebody stands in",
        ),
        pytest.param(
            duty(), (TEAM[0], MUTE), [("principal", "2026-09-07 08:30", "2026-09-14 08:30")], id="without a telephone",
        ),
        pytest.param(
            duty(), (TEAM[0], away("ben", "2026-09-08 00:00", "2026-09-09 00:00")),
            [
                ("principal", "2026-09-07 08:30", "2026-09-08 00:00"),
                ("principal", "2026-09-08 00:00", "2026-09-09 00:00"),
                ("principal", "2026-09-09 00:00", "2026-09-14 08:30"),
            ],
            id="without a telephone, then away",
        ),
        pytest.param(
            duty(NIGHTLY, closed=[(at("2026-09-08 06:00"), at("2026-09-08 20:00"))]), TEAM,
            [("", "2026-09-08 08:30", "2026-09-08 18:00")], id="no layer is for the day",
        ),
        pytest.param(
            duty(replace(NIGHTLY, layers=(*NIGHTLY.layers, replace(PRINCIPAL, name="jour"))), ["principal"], ["jour"]),
            TEAM, [], id="another layer is",
        ),
        pytest.param(duty(ROTA, ["secours"], ["ana"]), TEAM, [], id="a missing layer is told otherwise"),
    ],
)  # fmt: skip
def test_gaps(asked: Duty, team: Sequence[Engineer], expected: list[tuple[str, str, str]]) -> None:
    found = [(gap.layer, gap.starts, gap.until) for gap in gaps.gaps(asked, team)]
    assert found == [(layer, at(starts), at(until)) for layer, starts, until in expected]


@pytest.mark.parametrize(
    ("asked", "team", "nobody"),
    [
        pytest.param(duty(), TEAM, False, id="a layer"),
        pytest.param(duty(), [replace(one, phone="") for one in TEAM], True, id="nobody has a telephone"),
        pytest.param(duty(ROTA, ["secours"]), TEAM, True, id="a layer that is not there"),
        pytest.param(duty(ROTA, ["secours"], ["ana"]), TEAM, False, id="somebody by name"),
        pytest.param(duty(ROTA, ["secours"], ["everyone"]), TEAM, False, id="everyone"),
        pytest.param(duty(ROTA, ["everyone"]), [replace(TEAM[0], entities=())], True, id="everyone is nobody"),
        pytest.param(
            duty(replace(ROTA, layers=(replace(PRINCIPAL, only=WEEKEND),)), closed=CLOSED), TEAM, True,
            id="a layer for other days",
        ),
    ],
)  # fmt: skip
def test_a_policy_whose_every_step_is_empty(asked: Duty, team: Sequence[Engineer], nobody: bool) -> None:
    assert gaps.wakes_nobody(asked, team) is nobody


def test_layers_that_the_rota_lacks() -> None:
    assert gaps.missing_layers(duty(ROTA, ["principal"], ["secours", "ana"]), TEAM) == ("secours",)


def test_one_person_for_two_rotas() -> None:
    other = replace(ROTA, code="s", layers=(replace(PRINCIPAL, engineers=("eva", "ana", "ben")),))
    spans = [(at("2026-09-07 08:30"), at("2026-09-28 08:30"))]
    found = list(gaps.doubles([duty(closed=spans), duty(other, closed=spans), duty(other, closed=spans)], TEAM))
    assert [(double.engineer, double.rotas, double.starts) for double in found] == [
        ("ben", ("r", "s"), at("2026-09-07 08:30")),
    ]
    standing_in = [replace(rota, layers=(replace(PRINCIPAL, engineers=()),), fallback="ana") for rota in (ROTA, other)]
    assert list(gaps.doubles([duty(rota) for rota in standing_in], TEAM)) == [], "the fallback is there for all"


SUNDAYS = [(at("2026-09-13 00:00"), at("2026-09-14 08:30"))]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param(duty(), [], id="somebody always"),
        pytest.param(
            duty(NIGHTLY, closed=[(at("2026-09-08 06:00"), at("2026-09-08 20:00"))]),
            [("", "2026-09-08 08:30", "2026-09-08 18:00")], id="no layer is for the day",
        ),
        pytest.param(
            duty(replace(ROTA, layers=(replace(PRINCIPAL, only=WEEKEND),)), closed=CLOSED),
            [("", "2026-09-08 00:00", "2026-09-08 18:00"), ("", "2026-09-09 06:00", "2026-09-10 00:00")],
            id="the one layer is never for closed hours",
        ),
        pytest.param(Duty(entity="idline", rota=Rota(code=""), policy=policy(["principal"]), closed=SUNDAYS),
                     [("", "2026-09-13 00:00", "2026-09-14 08:30")], id="no rota at all"),
        pytest.param(duty(Rota(code="r"), ["principal"], ["ana"]), [], id="somebody by name"),
    ],
)  # fmt: skip
def test_what_pages_show_in_red(asked: Duty, found: list[tuple[str, str, str]]) -> None:
    expected = [(layer, at(starts), at(until)) for layer, starts, until in found]
    assert [(gap.layer, gap.starts, gap.until) for gap in gaps.holes(asked, TEAM)] == expected
    laid = {layer.name: gaps._resolved(asked, layer.name, TEAM) for layer in asked.rota.layers}
    assert [(gap.layer, gap.starts, gap.until) for gap in gaps.holes(asked, TEAM, laid)] == expected, "laid already"


SECOURS = replace(PRINCIPAL, name="secours", engineers=("ben", "ana"))
BOTH = Rota(code="r", layers=(PRINCIPAL, SECOURS))
TUESDAY = override("2026-09-08 12:00", "2026-09-09 12:00", "ben")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(duty(BOTH, ["principal"], ["secours"]), [], id="two people"),
        pytest.param(
            duty(replace(BOTH, overrides=(replace(TUESDAY, engineer="ana"),)), ["principal"], ["secours"]),
            [("ana", "2026-09-08 12:00", "2026-09-09 12:00")], id="an override puts one on both",
        ),
        pytest.param(
            duty(replace(BOTH, overrides=(replace(TUESDAY, engineer="ana"),)), ["principal"], ["secours"],
                 closed=CLOSED),
            [("ana", "2026-09-08 12:00", "2026-09-08 18:00"), ("ana", "2026-09-09 06:00", "2026-09-09 12:00")],
            id="only while it is closed",
        ),
        pytest.param(duty(replace(BOTH, overrides=(replace(TUESDAY, engineer="ana"),))), [], id="a layer not climbed"),
        pytest.param(
            duty(replace(BOTH, fallback="ana", layers=tuple(replace(one, engineers=()) for one in BOTH.layers)),
                 ["principal"], ["secours"]), [], id="the fallback is there for all",
        ),
    ],
)  # fmt: skip
def test_one_person_on_two_layers(asked: Duty, expected: list[tuple[str, str, str]]) -> None:
    found = [(each.engineer, each.starts, each.until) for each in gaps.twice([asked], TEAM)]
    assert found == [(engineer, at(starts), at(until)) for engineer, starts, until in expected]


def test_people() -> None:
    landline = replace(TEAM[0], phone="+33536490001")
    voice = replace(landline, by=(Channel.VOICE,))
    assert gaps.without_phone([*TEAM, MUTE]) == [MUTE]
    assert gaps.without_texts([*TEAM, landline, voice, MUTE], lambda number: number.startswith("+336")) == [landline]


def test_overrides_that_contradict_each_other() -> None:
    one, other = (
        override("2026-09-08 00:00", "2026-09-10 00:00", "ana"),
        override("2026-09-09 00:00", "2026-09-11 00:00", "ben"),
    )
    rota = replace(ROTA, overrides=(one, other, replace(other, layer="secours"), replace(one, kind=Kind.ADD)))
    assert list(gaps.contested(rota, MONDAY)) == [(one, other)]
    assert list(gaps.contested(rota, at("2026-09-10 00:00"))) == [], "over"


def test_overrides_that_name_somebody_who_is_away() -> None:
    leave = [away("ana", "2026-09-08 12:00", "2026-09-09 00:00")]
    named, removed = override("2026-09-08 00:00", "2026-09-10 00:00", "ana"), replace(NOBODYS, engineer="ana")
    rota = replace(ROTA, overrides=(named, removed, replace(named, engineer="ben")))
    assert [found for found, _ in gaps.called_while_away(rota, leave, MONDAY)] == [named]
    assert list(gaps.called_while_away(rota, leave, NEXT)) == [], "over"
