"""Who may turn to the hierarchy: one rule, whichever way somebody asks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.escalations import NOTHING_ASKED, Answer, Asker, Past, Wish, answer
from tickets.states import Kind, State

NOW = datetime(2026, 9, 13, 1, 20, tzinfo=UTC)
CLIENT, STAFF, STRANGER = (Wish(asker=asker) for asker in (Asker.CLIENT, Asker.STAFF, Asker.UNKNOWN))


def told(times: int, minutes: float) -> Past:
    return Past(told=times, told_at=NOW - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("wish", "past", "holds", "expected"),
    [
        pytest.param(CLIENT, NOTHING_ASKED, False, Answer.TOLD, id="broken: the client may"),
        pytest.param(CLIENT, NOTHING_ASKED, True, Answer.NOTED, id="not broken yet: noted"),
        pytest.param(CLIENT, Past(noted=True), True, Answer.AGAIN, id="noted twice is noted once"),
        pytest.param(CLIENT, Past(noted=True), False, Answer.TOLD, id="noted before, broken since"),
        pytest.param(CLIENT, told(1, 0), False, Answer.AGAIN, id="by two ways at once: one rank"),
        pytest.param(CLIENT, told(1, 9), False, Answer.AGAIN, id="a quarter of an hour is not over"),
        pytest.param(CLIENT, told(1, 10), False, Answer.TOLD, id="nothing has come of it: the next rank"),
        pytest.param(CLIENT, told(2, 600), False, Answer.AGAIN, id="the last rank knows"),
        pytest.param(Wish(asker=Asker.CLIENT, seen=1), told(1, 0), False, Answer.TOLD, id="they see it: the next"),
        pytest.param(Wish(asker=Asker.CLIENT, seen=0), told(1, 60), False, Answer.AGAIN, id="a page from before"),
        pytest.param(STAFF, NOTHING_ASKED, False, Answer.TOLD, id="staff for the client"),
        pytest.param(STAFF, NOTHING_ASKED, True, Answer.NOTED, id="staff wakes nobody before either"),
        pytest.param(STRANGER, NOTHING_ASKED, False, Answer.DESK, id="a stranger: the desk"),
        pytest.param(STRANGER, NOTHING_ASKED, True, Answer.DESK, id="a stranger, in time"),
        pytest.param(STRANGER, told(2, 0), False, Answer.DESK, id="a stranger learns nothing of what was told"),
    ],
)
def test_what_asking_leads_to(wish: Wish, past: Past, holds: bool, expected: Answer) -> None:
    for state in (State.OPEN, State.IN_PROGRESS, State.PENDING):
        assert answer(Kind.INCIDENT, state, wish, past, holds=holds, ranks=2, now=NOW) is expected


def test_nobody_named_is_one_rank() -> None:
    """The organisation's own address hears of it, once."""
    assert answer(Kind.INCIDENT, State.OPEN, CLIENT, NOTHING_ASKED, holds=False, ranks=0, now=NOW) is Answer.TOLD
    assert answer(Kind.INCIDENT, State.OPEN, CLIENT, told(1, 60), holds=False, ranks=0, now=NOW) is Answer.AGAIN


@given(
    st.sampled_from(Kind), st.sampled_from(State), st.sampled_from(Asker), st.integers(0, 3), st.booleans(),
    st.integers(0, 3), st.booleans(),
)  # fmt: skip
def test_only_an_interruption_of_somebody_known_reaches_the_hierarchy(
    kind: Kind, state: State, asker: Asker, times: int, holds: bool, ranks: int, noted: bool
) -> None:
    past = Past(noted=noted, told=times, told_at=NOW - timedelta(hours=1) if times else None)
    given_ = answer(kind, state, Wish(asker=asker), past, holds=holds, ranks=ranks, now=NOW)
    running = kind is Kind.INCIDENT and state in (State.OPEN, State.IN_PROGRESS, State.PENDING)
    assert (given_ is Answer.REFUSED) is not running
    if given_ is Answer.TOLD:
        assert running
        assert asker is not Asker.UNKNOWN
        assert not holds
        assert times < max(1, ranks)
