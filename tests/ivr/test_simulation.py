"""A rehearsed call says what the running line says."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directory import phone_numbers
from ivr.call import DialogueState, Outcome
from ivr.effects import OpenTicket
from ivr.events import HungUp, Pressed, Rang
from ivr.simulation import TOO_LONG, Simulation, rehearse
from simulator.hands import HANG_UP, scripted
from tests.ivr import sample
from tests.ivr.walking import AFTER_HOURS, MAIN
from tests.support.databases import Sqlite
from tests.support.phone import Caller, Line, TestClock
from tickets import reference

CHRISTMAS = datetime(2026, 12, 25, 2, 12, tzinfo=UTC)
BOOK = sample.book()
SATURDAY, MONDAY = datetime(2026, 9, 12, 20, 4, tzinfo=UTC), datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
FIRST = reference.compose("NVL", 26, 1)


def played(*keys: str, caller: str | None = sample.UN, at: datetime = SATURDAY) -> Simulation:
    return rehearse(sample.book(), to=MAIN, caller=caller, at=at, keys=keys)


def test_what_would_be_done_is_ordered_and_nothing_is_kept() -> None:
    rehearsal = played("1", "1", "2")
    (order,) = rehearsal.orders
    assert isinstance(order, OpenTicket)
    assert (order.pages, order.service, order.sites) == (True, "Hébergement", ("Bordeaux",))
    assert rehearsal.call.outcome is Outcome.MESSAGE


def test_keys_that_nothing_asked_for_are_reported() -> None:
    assert played("1", "1", "2", "7", "8").unused_keys == ("7", "8")


def test_when_the_keys_run_out_the_caller_hangs_up() -> None:
    """At the service: a ticket all the same."""
    rehearsal = played("1", "1")
    assert rehearsal.moments[-1].heard == ()
    assert rehearsal.ran_out
    assert [type(order) for order in rehearsal.orders] == [OpenTicket]


def test_hanging_up_is_a_key_and_leaves_the_others() -> None:
    rehearsal = played("1", "h", "1")
    assert [moment.event for moment in rehearsal.moments] == [Rang(), Pressed("1"), HungUp()]
    assert (rehearsal.unused_keys, rehearsal.ran_out) == (("1",), False)


@pytest.mark.parametrize("silence", ["", "-", "--"])
def test_silence_is_a_key(silence: str) -> None:
    assert played(*[silence] * 3, caller=sample.STRANGER).call.stage is DialogueState.OVER


def test_the_team_does_not_answer() -> None:
    rehearsal = played("1", at=MONDAY)
    assert [moment.stage for moment in rehearsal.moments].count(DialogueState.RINGING) == 2
    assert rehearsal.call.outcome is Outcome.MESSAGE


def test_the_length_is_that_of_the_speech_before_the_beep() -> None:
    rehearsal = played("1", "1", "2")
    before = [moment for moment in rehearsal.moments if moment.stage is not DialogueState.OVER]
    assert rehearsal.seconds == sum(len(text) for moment in before for text in moment.texts) / 15


@pytest.mark.parametrize(
    ("caller", "keys"),
    [
        pytest.param(sample.DEUX, ("3", "1"), id="a known client, one service"),
        pytest.param(sample.UN, ("1", "1", "1", "9"), id="a known client, service and sites"),
        pytest.param(sample.STRANGER, ("1", "1", "260417", "2"), id="a stranger with a code"),
        pytest.param(sample.UN, ("1", "2"), id="a refused change"),
    ],
)
def test_nobody_in_trouble_listens_for_a_minute(caller: str, keys: tuple[str, ...]) -> None:
    """Even whoever never presses early: the mission's menu alone takes 25 seconds."""
    assert played(*keys, caller=caller).seconds < 60


ORDINARY = st.tuples(
    st.sampled_from("1234"),  # the menu
    st.sampled_from("123"),  # the nature, when it is closed
    *[st.sampled_from(["1", "2", "9", "260417", "0639982233"])] * 5,
)


@given(
    to=st.sampled_from([MAIN, AFTER_HOURS]),
    caller=st.sampled_from([sample.UN, sample.DEUX, sample.STRANGER, None]),
    at=st.sampled_from([SATURDAY, MONDAY, CHRISTMAS]),
    keys=ORDINARY,
)
@example(to=MAIN, caller=None, at=CHRISTMAS, keys=("1", "1", "260417", "1", "9", "0639982233", "1"))
def test_whoever_makes_no_mistake_is_never_kept_too_long(
    to: str, caller: str | None, at: datetime, keys: tuple[str, ...]
) -> None:
    rehearsal = rehearse(BOOK, to=to, caller=caller, at=at, keys=keys)
    stages = [moment.stage for moment in rehearsal.moments if moment.stage is not DialogueState.RINGING]
    asked_twice = len(stages) > len(set(stages))
    assert asked_twice or rehearsal.seconds < TOO_LONG


# ---------------------------------------------------------------- rehearsal and line
KEYS = st.lists(
    st.sampled_from([*"111223*95", "", "260417#", "999999#", "0639982233#", "26000018#", "1119", "1#", "26#04", "#"]),
    max_size=7,
)
CALLERS = st.sampled_from([sample.UN, sample.DEUX, sample.STRANGER, sample.WITHHELD, sample.HOSTILE, sample.MANY_SITES])


def on_the_line(caller: Caller, keys: list[str]) -> tuple[list[str], list[str]]:
    """All that is heard of a call with those keys in the hands of `astreinte call`, on a real line; the keys lost."""
    hands = scripted(keys, None)
    while caller.leg.state != "ended":
        if caller.leg.state == "recording":
            caller.says(20, then="#")
        elif (key := hands.at_question()) == HANG_UP:
            caller.hangs_up()
        else:
            caller.presses(key) if key else caller.is_silent()
        caller.line.settle()
    lost = [what.strip("[]").split()[-1] for _, what in caller.leg.transcript if "perdue" in what]
    return list(caller.leg.heard), lost


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    to=st.sampled_from([MAIN, AFTER_HOURS]),
    caller=CALLERS,
    at=st.sampled_from([SATURDAY, MONDAY]),
    keys=KEYS,
)
def test_the_running_line_says_the_same(
    sqlite_files: Sqlite, tmp_path_factory: pytest.TempPathFactory, to: str, caller: str, at: datetime, keys: list[str]
) -> None:
    """Whoever trusts `astreinte preview` trusts the line: the same rules play both."""
    with sqlite_files.fresh() as url:
        line = Line(url, tmp_path_factory.mktemp("audio"), TestClock(at.isoformat()), sample.enlarged())
        for entity in sample.book().directory.entities:
            for number in entity.team:
                line.phone(number).does("no-answer")
        heard, lost = on_the_line(line.phone(caller).calls(to), keys)
        line.close()
    known = phone_numbers.caller(caller)
    rehearsal = rehearse(sample.book(), to=to, caller=known, at=at, keys=keys, reference=FIRST)
    assert heard == [text for moment in rehearsal.moments for text in moment.texts]
    assert lost == [moment.lost for moment in rehearsal.moments if moment.lost]
