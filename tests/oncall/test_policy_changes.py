"""A page goes on whatever becomes of the directory: its policy or the present one, and always somebody to try."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.policies import Channel, Policy, Step
from oncall.escalation import FireStep, PageProgress, Try, Wait, next_step
from oncall.policy_changes import Ground, policy_for, rung
from oncall.reachability import is_reachable
from oncall.rotas import Engineer, Rota
from tests.oncall.test_rotas import WEEK, at, layer

NOW = at("2026-09-12 22:04")
BY = (Channel.SMS, Channel.VOICE)


def policy(*steps: tuple[int, str], code: str = "p") -> Policy:
    return Policy(code=code, steps=tuple(Step(after=timedelta(minutes=n), who=(who,), by=BY) for n, who in steps))


def person(code: str, phone: str = "+33639980001") -> Engineer:
    return Engineer(code=code, name=code, phone=phone, entities=("idline",))


def ground(present: Policy, *engineers: Engineer, **layers: str) -> Ground:
    laid = tuple(layer(name, "2026-01-05 08:30", WEEK, code) for name, code in layers.items())
    return Ground(entity="idline", rota=Rota(code="r", layers=laid), engineers=engineers, present=present, at=NOW)


OLD = policy((0, "principal"), (2, "principal"), (6, "secours"))
NEW = policy((0, "nuit"), (5, "renfort"), code="n")


@pytest.mark.parametrize(
    ("present", "layers", "step", "goes_on"),
    [
        pytest.param(NEW, {"principal": "a", "secours": "b"}, 0, ("p", 0), id="still understood: as it was frozen"),
        pytest.param(NEW, {"nuit": "a", "renfort": "b"}, 0, ("n", 0), id="renamed before the first step"),
        pytest.param(NEW, {"nuit": "a", "renfort": "b"}, 1, ("n", 0), id="renamed at two minutes: not at five yet"),
        pytest.param(NEW, {"nuit": "a", "renfort": "b"}, 2, ("n", 1), id="renamed at six minutes: the step of five"),
        pytest.param(policy((0, "nuit"), code="n"), {"nuit": "a"}, 2, ("n", 0), id="shortened: its last step"),
        pytest.param(NEW, {"principal": "a", "nuit": "b"}, 2, ("n", 1), id="only the step that is due is gone"),
        pytest.param(NEW, {"principal": "mute", "nuit": "a"}, 0, ("n", 0), id="understood, and reaches nobody"),
        pytest.param(NEW, {"autre": "a"}, 0, ("p", 0), id="neither reaches anybody: nothing is changed"),
        pytest.param(OLD, {"principal": "a"}, 2, ("p", 2), id="a layer that the rota never had: skipped, as ever"),
    ],
)
def test_policy_for(present: Policy, layers: dict[str, str], step: int, goes_on: tuple[str, int]) -> None:
    there = ground(present, person("a"), person("b"), person("mute", ""), **layers)
    found, fires = policy_for(OLD, step, there)
    assert (found.code, fires) == goes_on


@pytest.mark.parametrize(
    ("layers", "step", "tried"),
    [
        pytest.param({"principal": "a", "secours": "b"}, 2, "secours", id="the last step reaches somebody"),
        pytest.param({"principal": "a", "secours": "mute"}, 2, "principal", id="nobody there"),
        pytest.param({"principal": "a"}, 2, "principal", id="it has no layer"),
        pytest.param({"principal": "mute", "secours": "b"}, 0, "principal", id="before the end: the next follows"),
        pytest.param({}, 2, "secours", id="nobody at all"),
    ],
)  # fmt: skip
def test_rung(layers: dict[str, str], step: int, tried: str) -> None:
    there = ground(OLD, person("a"), person("b"), person("mute", ""), **layers)
    assert rung(OLD, step, there).who == (tried,)


# ---------------------------------------------------------------- whatever is loaded while it climbs
NAMES = ("nuit", "jour", "secours", "a", "b", "everyone")
STEPS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(NAMES)), min_size=1, max_size=4, unique_by=lambda each: each[0]
).map(sorted)
POLICIES = st.builds(lambda steps: policy(*steps), STEPS)
PEOPLE = st.lists(st.sampled_from("abc"), unique=True).flatmap(
    lambda codes: st.tuples(
        *(st.builds(person, st.just(code), st.sampled_from(("", "+33639980001"))) for code in codes)
    )
)


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """An entity of a directory that has been edited at random: layers, people, telephones, policy."""
    people = draw(PEOPLE)
    codes = [each.code for each in people]
    names = draw(st.lists(st.sampled_from(NAMES[:3]), unique=True)) if codes else []
    layers = {name: draw(st.sampled_from(codes)) for name in names}
    return ground(draw(POLICIES), *people, **layers)


@given(POLICIES, st.lists(grounds(), min_size=1, max_size=6))
def test_no_page_climbs_in_the_void(frozen: Policy, loaded: list[Ground]) -> None:
    """Within a policy's time somebody who can be reached is tried, where the present policy reaches anybody.

    A page is let climb while one directory after the other is loaded; what one directory leaves is waited for as long
    as a step or a repetition may be away, and never longer."""
    climb, now = PageProgress(policy=frozen, since=NOW), NOW
    for there in loaded:
        longest = max(each.steps[-1].after + each.repeat_last_every for each in (climb.policy, there.present))
        tried, until, turns = False, now + longest, 0
        while not tried and now <= until:
            turns += 1
            assert turns < 50, "a page that fires without an end"
            match next_step(climb, now):
                case Wait(moment):
                    assert moment > now
                    now = moment
                case FireStep(due):
                    chosen, step = policy_for(climb.policy, due, there)
                    if not there.reaches_anybody(chosen):
                        break  # the hierarchy is told
                    climb, tried = fired(climb, chosen, step, there, now)
        assert tried or not there.reaches_anybody(there.present)


def fired(climb: PageProgress, chosen: Policy, step: int, there: Ground, now: datetime) -> tuple[PageProgress, bool]:
    """As a firing leaves the page: whoever has no telephone has failed already."""
    firing, by_code = climb.firing + 1, {each.code: each for each in there.engineers}
    named = [by_code.get(each.engineer) for each in there.named(rung(chosen, step, there))]
    tries = [Try(firing, now, Channel.VOICE, failed=None if is_reachable(each) else now) for each in named]
    after = replace(climb, policy=chosen, step=step, firing=firing, fired_at=now, tries=[*climb.tries, *tries])
    return after, any(map(is_reachable, named))
