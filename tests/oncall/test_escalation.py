"""How a page climbs: at its time, sooner after a failure, again and again at the end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.policies import Channel, Policy, Step
from oncall.escalation import FireStep, PageProgress, Try, Wait, next_step, spared_until

OPENED = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
SMS, VOICE = Channel.SMS, Channel.VOICE


def step(minutes: float) -> Step:
    return Step(after=timedelta(minutes=minutes), who=("principal",), by=(SMS, VOICE))


POLICY = Policy(code="standard", steps=tuple(map(step, (0, 2, 6, 12))))
LATE = Policy(code="late", steps=tuple(map(step, (5, 12))))


def at(seconds: float) -> datetime:
    return OPENED + timedelta(seconds=seconds)


def sms(began: float, failed: float | None = None, firing: int = 0) -> Try:
    return Try(firing, at(began), SMS, failed=None if failed is None else at(failed))


def call(began: float, failed: float | None = None, firing: int = 0) -> Try:
    return Try(firing, at(began), VOICE, failed=None if failed is None else at(failed))


def climb(
    fired: int = -1, fired_at: float | None = None, *tries: Try, handed_on: bool = False, hurried: bool = False
) -> PageProgress:
    """Tries without a firing of their own belong to the last one."""
    firing = fired + 1
    return PageProgress(
        policy=POLICY,
        since=OPENED,
        step=fired,
        firing=firing,
        fired_at=None if fired_at is None else at(fired_at),
        handed_on=handed_on,
        hurried=hurried,
        tries=[replace(one, firing=one.firing or firing) for one in tries],
    )


@pytest.mark.parametrize(
    ("state", "now", "order"),
    [
        pytest.param(climb(), 0, FireStep(0), id="the first step fires with the page"),
        pytest.param(climb(0, 0, sms(0), call(0)), 30, Wait(at(120)), id="under way: the next at its time"),
        pytest.param(climb(0, 0, sms(0, 3), call(0)), 30, Wait(at(120)), id="the call may still reach"),
        pytest.param(climb(0, 0, call(0)), 120, FireStep(1), id="its time has come, to the second"),
        pytest.param(climb(0, 0, sms(0), call(0, 20)), 24, Wait(at(25)), id="a text wakes nobody: after a breath"),
        pytest.param(climb(0, 0, sms(0), call(0, 20)), 25, FireStep(1), id="the next step, long before its time"),
        pytest.param(climb(0, 0, sms(0)), 30, Wait(at(120)), id="a step of texts alone waits for its texts"),
        pytest.param(climb(0, 0, sms(0, 3)), 8, FireStep(1), id="and goes on when they are not delivered"),
        pytest.param(climb(0, 0, call(0, 3), call(0)), 60, Wait(at(120)), id="one of two people is still being rung"),
        pytest.param(climb(0, 0), 1, FireStep(1), id="a step without anybody is followed at once"),
        pytest.param(climb(2, 360), 361, FireStep(3), id="also in the middle of the ladder"),
        pytest.param(
            climb(1, 10, sms(0, 3, firing=1), call(0, 5, firing=1), call(60)), 10, FireStep(2),
            id="all failed and the same person once more: somebody else at once, not in a minute",
        ),
        pytest.param(
            climb(1, 10, sms(0, None, firing=1), call(0, 5, firing=1), call(60)), 11, Wait(at(360)),
            id="the text was delivered: the same person's second call is waited for",
        ),
        pytest.param(
            climb(1, 10, sms(0, None, firing=1), call(0, 5, firing=1), call(60, 80)), 85, FireStep(2),
            id="until it has failed too",
        ),
        pytest.param(climb(3, 720, call(720)), 800, Wait(at(1320)), id="the last step repeats"),
        pytest.param(climb(3, 720, call(720)), 1320, FireStep(3), id="every ten minutes"),
        pytest.param(climb(3, 720, call(720, 730)), 740, Wait(at(1320)), id="rung in vain at the end: at its time"),
        pytest.param(
            climb(3, 720, Try(0, at(720), VOICE, failed=at(723), missed=True)), 740, Wait(at(780)),
            id="busy at the end: again in a minute",
        ),
        pytest.param(
            climb(3, 720, Try(0, at(720), VOICE, sent=at(750), failed=at(753), missed=True)), 790, Wait(at(810)),
            id="a minute from when it left, not from when it was due",
        ),
        pytest.param(
            climb(0, 0, sms(0, 3), Try(0, at(0), VOICE, sent=at(0.3))), 5, Wait(at(120)),
            id="Twilio took it a moment after the firing: it still counts as tried",
        ),
        pytest.param(climb(3, 720), 721, Wait(at(1320)), id="nobody at the end: no racing in circles"),
        pytest.param(climb(3, 720, call(770)), 721, Wait(at(1320)), id="all spared at the end: no racing either"),
        pytest.param(climb(0, 0, call(0), handed_on=True), 40, FireStep(1), id="handed on: the next step now"),
        pytest.param(
            climb(3, 720, call(720), handed_on=True), 730, Wait(at(1320)), id="handed on at the end: there is nobody",
        ),
        pytest.param(climb(0, 0, sms(0), call(0), hurried=True), 10, FireStep(1), id="it got worse: the next step now"),
        pytest.param(
            replace(climb(hurried=True), policy=LATE), 10, FireStep(0), id="the first step, whose time is later: now",
        ),
        pytest.param(climb(hurried=True), 0, FireStep(0), id="it got worse before anything fired: the first step"),
        pytest.param(
            climb(1, 10, sms(0, firing=1), call(0, firing=1), call(60)), 11, Wait(at(360)),
            id="after it, whoever is still being rung is waited for",
        ),
        pytest.param(climb(2, 360, call(360), hurried=True), 700, FireStep(3), id="late in a step: one further"),
        pytest.param(climb(3, 720, call(720), hurried=True), 730, Wait(at(780)), id="at the end: repeated"),
        pytest.param(climb(3, 720, call(720), hurried=True), 780, FireStep(3), id="and not sooner"),
        pytest.param(climb(), 3600, FireStep(3), id="an hour of outage: the step of the hour, not four at once"),
        pytest.param(climb(0, 0, call(0)), 420, FireStep(2), id="back after seven minutes: the six-minute step"),
        pytest.param(climb(0, 0, call(0)), 130, FireStep(1), id="a little late is not an outage"),
        pytest.param(climb(), -86_400, FireStep(0), id="opened tomorrow: a clock was ahead, the first step fires"),
        pytest.param(
            climb(0, 86_400, call(86_400)), 30, Wait(at(120)), id="fired tomorrow: the next at its own time"
        ),
        pytest.param(climb(0, 0, call(0, 86_400)), 30, Wait(at(35)), id="failed tomorrow: that was by now"),
        pytest.param(climb(3, 86_400, call(86_400)), 800, Wait(at(1400)), id="repeated from now, not from tomorrow"),
    ],
)  # fmt: skip
def test_next_order(state: PageProgress, now: float, order: FireStep | Wait) -> None:
    assert next_step(state, at(now)) == order


@pytest.mark.parametrize(
    ("last", "until"),
    [
        pytest.param(None, 100, id="never tried"),
        pytest.param(0, 100, id="tried long ago"),
        pytest.param(70, 130, id="tried half a minute ago: a minute is left between two tries"),
        pytest.param(86_500, 160, id="tried tomorrow, by a clock that was ahead: by now, at the latest"),
    ],
)
def test_people_are_spared(last: float | None, until: float) -> None:
    assert spared_until(None if last is None else at(last), at(100)) == at(until)


instants = st.floats(-90_000, 90_000)


@given(
    since=instants, now=instants, fired=st.integers(-1, 3), fired_at=instants,
    tries=st.lists(st.tuples(instants, st.none() | instants, st.sampled_from((SMS, VOICE))), max_size=4),
)  # fmt: skip
def test_no_page_sleeps_longer_than_its_longest_step(
    since: float, now: float, fired: int, fired_at: float, tries: list[tuple[float, float | None, Channel]]
) -> None:
    """Whatever the clocks have shown that dated what it knows."""
    known = [
        Try(fired + 1, at(due), channel, failed=None if failed is None else at(failed))
        for due, failed, channel in tries
    ]
    state = replace(climb(fired, None if fired < 0 else fired_at, *known), since=at(since))
    order = next_step(state, at(now))
    assert isinstance(order, FireStep) or order.until - at(now) <= max(POLICY.steps[-1].after, POLICY.repeat_last_every)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 300)), max_size=40), st.data())
def test_a_page_never_ends_and_never_races(pauses: list[tuple[bool, float]], data: st.DataObject) -> None:
    """Whatever fails, and whenever it is looked at: there is always a next moment, and no two firings without
    a pause once the last step has been reached."""
    state, now, firings = climb(), OPENED, []
    for fails, seconds in pauses:
        for _ in range(len(POLICY.steps) + 1):
            order = next_step(state, now)
            if isinstance(order, Wait):
                assert order.until > now
                break
            assert order.step >= state.step
            firings.append((order.step, now))
            tries = [call(0)] if data.draw(st.booleans()) else []
            state = PageProgress(
                policy=POLICY, since=OPENED, step=order.step, firing=state.firing + 1, fired_at=now,
                tries=[Try(state.firing + 1, now, one.channel) for one in tries],
            )  # fmt: skip
        else:
            raise AssertionError("the page races")
        now += timedelta(seconds=seconds)
        if fails:
            state = PageProgress(
                policy=POLICY, since=OPENED, step=state.step, firing=state.firing, fired_at=state.fired_at,
                tries=[replace(one, failed=now) for one in state.tries],
            )  # fmt: skip
    last = [moment for number, moment in firings if number == 3]
    assert all(later - earlier >= timedelta(seconds=60) for earlier, later in pairwise(last))


@given(st.integers(0, 2), st.floats(0, 119), st.booleans(), st.booleans())
def test_what_gets_worse_climbs_one_step_and_no_further(step: int, after: float, rings: bool, again: bool) -> None:
    """Whoever was tried has not failed by it: they are still waited for, also when the next step spares them."""
    fired = POLICY.steps[step].after.total_seconds()
    now = at(fired + after)
    before = climb(step, fired, sms(fired), *([call(fired)] if rings else []), hurried=True)
    order = next_step(before, now)
    assert order == FireStep(step + 1)
    spared = Try(before.firing + 1, now + timedelta(seconds=60 if again else 0), VOICE)
    state = replace(
        before, step=step + 1, firing=before.firing + 1, fired_at=now, hurried=False, tries=[*before.tries, spared]
    )
    assert isinstance(next_step(state, now), Wait)
    planned = state.since + POLICY.steps[min(step + 2, 3)].after
    assert next_step(state, now) == Wait(planned if step + 2 <= 3 else now + POLICY.repeat_last_every)
