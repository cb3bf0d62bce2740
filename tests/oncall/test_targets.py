"""Whom a step reaches, and how."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.policies import Channel, Policy, Step
from oncall.reachability import channels, numbers
from oncall.rotas import Absence, Engineer, Kind, Rota
from oncall.targets import layers_of, people
from tests.oncall.test_rotas import WEEK, at, layer, override, wall

SMS, VOICE = Channel.SMS, Channel.VOICE
ROTA = Rota(
    code="r",
    fallback="resp",
    layers=(layer("principal", "2026-01-05 08:30", WEEK, "ana", "ben"),),
    overrides=(replace(override("2026-09-08 00:00", "2026-09-09 00:00", "eva"), kind=Kind.ADD),),
)
NOW = at("2026-09-08 12:00")
LEAVE = (Absence(starts=wall("2026-09-08 00:00"), until=wall("2026-09-09 00:00")),)


def engineer(code: str, *absences: Absence) -> Engineer:
    return Engineer(code=code, name=code, phone="+33639980001", entities=("idline",), absences=absences)


TEAM = tuple(map(engineer, ("ana", "ben", "eva", "resp")))


def step(*who: str) -> Step:
    return Step(after=timedelta(0), who=who, by=(SMS, VOICE))


@pytest.mark.parametrize(
    ("who", "away", "reached"),
    [
        pytest.param(("principal",), (), ["ben principal (rota)", "eva principal (added)"], id="two people of a layer"),
        pytest.param(
            ("eva", "principal"), (), ["eva named", "ben principal (rota)"], id="each once, where first named"
        ),
        pytest.param(("principal",), ("ben",), ["resp principal (absence)", "eva principal (added)"], id="one is away"),
        pytest.param(("secours",), (), [], id="no such layer"),
        pytest.param(("everyone",), ("ana", "eva"), ["ben everyone", "resp everyone"], id="all who are there"),
        pytest.param(("everyone",), ("ana", "ben", "eva", "resp"), ["ana", "ben", "eva", "resp"], id="all away: all"),
        pytest.param(("ana",), ("ana",), ["ana named"], id="whom the policy wants by name"),
    ],
)
def test_a_step_reaches(who: tuple[str, ...], away: tuple[str, ...], reached: list[str]) -> None:
    team = [replace(each, absences=LEAVE) if each.code in away else each for each in TEAM]
    found = people(step(*who), ROTA, team, "idline", NOW)
    assert [
        f"{person.engineer} {person.why}"[: len(said)] for person, said in zip(found, reached, strict=True)
    ] == reached


@pytest.mark.parametrize(
    ("accepted", "by", "tried"),
    [
        pytest.param((SMS, VOICE), (SMS, VOICE), (SMS, VOICE), id="both"),
        pytest.param((VOICE,), (SMS, VOICE), (VOICE,), id="calls alone"),
        pytest.param((VOICE, SMS), (SMS, VOICE), (SMS, VOICE), id="the step's order"),
        pytest.param((SMS,), (SMS,), (SMS,), id="the step is a text"),
        pytest.param((VOICE,), (SMS,), (VOICE,), id="accepts nothing of it: by what they accept"),
    ],
)
def test_channels(accepted: tuple[Channel, ...], by: tuple[Channel, ...], tried: tuple[Channel, ...]) -> None:
    assert channels(replace(TEAM[0], by=accepted), by) == tried


def test_numbers_come_in_order_and_once() -> None:
    assert numbers(replace(TEAM[0], phones=("+33639980002", "+33639980001"))) == ("+33639980001", "+33639980002")
    assert numbers(replace(TEAM[0], phone="")) == ()


def test_layers_of_a_policy() -> None:
    policy = Policy(code="p", steps=(step("principal", "ana"), step("secours", "principal"), step("everyone")))
    assert layers_of(policy, TEAM) == ("principal", "secours")
