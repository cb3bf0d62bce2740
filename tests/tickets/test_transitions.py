"""What may be done to a ticket in which state, and what is said when it may not."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets import picture
from tickets.states import Kind, State
from tickets.transitions import (
    DONE_BY,
    REOPENS_WITHIN,
    TRANSITIONS,
    Action,
    TransitionRefused,
    after,
    may_escalate,
    possible,
    requalified,
)

A, S = Action, State
INCIDENT, QUESTION, CHANGE = Kind.INCIDENT, Kind.INFORMATION_REQUEST, Kind.CHANGE_REQUEST
NOW = datetime(2026, 9, 21, 20, 4, tzinfo=UTC)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "tickets.md"


def walk(kind: Kind, *acts: Action) -> State:
    state = S.OPEN
    for act in acts:
        state = after(kind, state, act)
    return state


@pytest.mark.parametrize(
    ("kind", "acts", "state"),
    [
        pytest.param(INCIDENT, (A.TAKE, A.RESTORE, A.CLOSE, A.ARCHIVE), S.ARCHIVED, id="from a call to the archive"),
        pytest.param(INCIDENT, (A.TAKE, A.GIVE_BACK, A.TAKE), S.IN_PROGRESS, id="passed on between engineers"),
        pytest.param(INCIDENT, (A.TAKE, A.WAIT, A.RESUME, A.WAIT, A.RESTORE), S.RESTORED, id="restored while waiting"),
        pytest.param(INCIDENT, (A.TAKE, A.RESTORE, A.REOPEN, A.RESTORE), S.RESTORED, id="not restored after all"),
        pytest.param(INCIDENT, (A.TAKE, A.RESTORE, A.CLOSE, A.REVISE), S.RESTORED, id="the report is taken back"),
        pytest.param(INCIDENT, (A.TAKE, A.RESTORE, A.CLOSE, A.REOPEN), S.IN_PROGRESS, id="reopened after its closing"),
        pytest.param(QUESTION, (A.TAKE, A.RESTORE, A.CLOSE), S.CLOSED, id="a question, answered"),
        pytest.param(INCIDENT, (A.CANCEL,), S.CANCELLED, id="a wrong number"),
        pytest.param(CHANGE, (A.TAKE, A.SIZE_MINOR, A.COMPLETE, A.CLOSE, A.ARCHIVE), S.ARCHIVED, id="a minor change"),
        pytest.param(
            CHANGE, (A.TAKE, A.SIZE_MAJOR, A.PLAN, A.PLAN, A.START, A.COMPLETE), S.DONE, id="major: its schedule, twice"
        ),
        pytest.param(CHANGE, (A.TAKE, A.SIZE_MAJOR, A.REFUSE, A.ARCHIVE), S.ARCHIVED, id="refused after a study"),
    ],
)
def test_ways_through(kind: Kind, acts: tuple[Action, ...], state: State) -> None:
    assert walk(kind, *acts) is state


@pytest.mark.parametrize(
    ("kind", "state", "act", "why"),
    [
        pytest.param(INCIDENT, S.ARCHIVED, A.REOPEN, "il se lit seulement : ouvrez-en un autre", id="archived"),
        pytest.param(INCIDENT, S.OPEN, A.CLOSE, "« clôturer » n'est pas possible. Possible : prendre", id="too early"),
        pytest.param(INCIDENT, S.CANCELLED, A.TAKE, "Possible : rien", id="cancelled is an end"),
        pytest.param(INCIDENT, S.OPEN, A.SIZE_MINOR, "n'existe pas pour ce genre de ticket", id="no change request"),
        pytest.param(CHANGE, S.STUDY, A.START, "confier, qualifier, planifier, refuser, annuler", id="no schedule"),
        pytest.param(CHANGE, S.OPEN, A.RESTORE, "n'existe pas pour ce genre de ticket", id="nothing to restore"),
    ],
)
def test_what_is_impossible_says_why(kind: Kind, state: State, act: Action, why: str) -> None:
    with pytest.raises(TransitionRefused, match=why):
        after(kind, state, act)


@pytest.mark.parametrize(
    ("age", "reopens"),
    [
        pytest.param(REOPENS_WITHIN, True, id="to the second"),
        pytest.param(REOPENS_WITHIN + timedelta(seconds=1), False, id="too late: another one follows"),
    ],
)
def test_it_reopens_for_a_week(age: timedelta, reopens: bool) -> None:
    if reopens:
        assert after(INCIDENT, S.RESTORED, A.REOPEN, NOW, NOW - age) is S.IN_PROGRESS
    else:
        with pytest.raises(TransitionRefused, match="plus de 7 jours"):
            after(INCIDENT, S.RESTORED, A.REOPEN, NOW, NOW - age)


@pytest.mark.parametrize(
    ("kind", "state", "new", "becomes"),
    [
        pytest.param(QUESTION, S.PENDING, INCIDENT, S.PENDING, id="a question that is an incident"),
        pytest.param(INCIDENT, S.IN_PROGRESS, CHANGE, S.SIZING, id="an incident that is a change: to be sized"),
        pytest.param(INCIDENT, S.OPEN, CHANGE, S.OPEN, id="the same, not begun"),
        pytest.param(CHANGE, S.SIZING, INCIDENT, S.IN_PROGRESS, id="a change that is an incident"),
        pytest.param(CHANGE, S.PLANNED, INCIDENT, None, id="planned: too late"),
        pytest.param(INCIDENT, S.RESTORED, CHANGE, None, id="restored: too late"),
        pytest.param(INCIDENT, S.CLOSED, QUESTION, None, id="closed: too late"),
    ],
)
def test_it_turns_out_to_be_something_else(kind: Kind, state: State, new: Kind, becomes: State | None) -> None:
    if becomes:
        assert requalified(kind, state, new) is becomes
    else:
        with pytest.raises(TransitionRefused):
            requalified(kind, state, new)


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        pytest.param(INCIDENT, {S.OPEN, S.IN_PROGRESS, S.PENDING}, id="until it is repaired"),
        pytest.param(QUESTION, set(), id="a question interrupts nothing"),
        pytest.param(CHANGE, set(), id="nor does a change"),
    ],
)
def test_what_is_escalated(kind: Kind, states: set[State]) -> None:
    assert {state for state in State if may_escalate(kind, state)} == states


@pytest.mark.parametrize("kind", Kind)
def test_every_state_of_a_kind_is_reached_and_the_ends_are_ends(kind: Kind) -> None:
    reached, ahead = {S.OPEN}, [S.OPEN]
    while ahead:
        state = ahead.pop()
        found = {after(kind, state, act) for act in possible(kind, state)} - reached
        reached |= found
        ahead += found
    known = {state for states in TRANSITIONS[kind].values() for pair in states.items() for state in pair}
    assert reached == known
    assert {state for state in known if not possible(kind, state)} == {S.ARCHIVED, S.CANCELLED}
    assert set(TRANSITIONS[kind]) <= set(DONE_BY)


@given(st.sampled_from(Kind), st.lists(st.sampled_from(Action), max_size=30))
def test_whatever_is_tried_the_archive_is_never_left(kind: Kind, acts: list[Action]) -> None:
    state, has_been_closed = S.OPEN, False
    for act in acts:
        before = state
        with suppress(TransitionRefused):
            state = after(kind, state, act)
        has_been_closed = has_been_closed or state in (S.CLOSED, S.REFUSED)
        assert before is not S.ARCHIVED or state is S.ARCHIVED
        assert state is not S.ARCHIVED or has_been_closed, "a report, or a refusal, comes before the archive"


def test_the_page_is_what_the_code_draws() -> None:
    assert PAGE.read_text(encoding="utf-8") == picture.page(), "make docs"
