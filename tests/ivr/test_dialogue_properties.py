"""The dialogue under whatever may happen on a line: keys in any order, silence, hang-ups, late requests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.index import Directory
from ivr import prompts
from ivr.call import DialogueState
from ivr.decision import PATIENCE
from ivr.dialogue import STATE_RULES
from ivr.effects import Refusal
from ivr.events import DialEnded, Event, HungUp, Pressed, Recorded, Silent
from ivr.facts import TicketFacts
from ivr.steps import TakeMessage
from tests.ivr import sample
from tests.ivr.walking import AFTER_HOURS, FIRST, MAIN, Walk, reply, texts, told
from tickets import reference
from tickets.states import State

SATURDAY = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
MONDAY_LUNCH = datetime(2026, 9, 14, 10, 30, tzinfo=UTC)  # IDLINE open, the others closed
MONDAY = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
CALLERS = (
    sample.UN, sample.DEUX, sample.MOBILE_UN, sample.STRANGER, sample.WITHHELD, sample.SHARED, sample.HOSTILE,
    sample.MANY_SERVICES, sample.MANY_SITES, sample.ENDING, sample.TO_COME, sample.NO_SITE, "", "sip:x@y.example",
)  # fmt: skip
TYPED = ("260417", "260425", "260433", "260450", "999999", "0639982233", "0899123456", reference.digits(FIRST))
OPEN_LOSS = TicketFacts(
    reference=FIRST, client="260425", entity="novenc", service="Serveurs", served=True, paged=True,
    due_restore_at=SATURDAY,
)  # fmt: skip

KEYS = st.sampled_from([*"1111223459*0", *TYPED]) | st.text("0123456789*", max_size=3)
EVENTS = st.one_of(
    KEYS.map(Pressed),
    KEYS.map(Pressed),
    st.just(Silent()),
    st.builds(DialEnded, talked=st.booleans(), caller_left=st.booleans()),
    st.builds(Recorded, seconds=st.integers(0, 300)),
)
UN_LOSS = replace(OPEN_LOSS, client="260417", entity="idline", service="Accès internet")
CALLS = st.lists(EVENTS, max_size=10)
INSTANTS = st.sampled_from([SATURDAY, MONDAY_LUNCH, MONDAY]) | st.integers(0, 500 * 24 * 60).map(
    lambda minutes: SATURDAY + timedelta(minutes=minutes)
)
OPEN_BEFORE = st.sampled_from([(), (OPEN_LOSS, UN_LOSS), (replace(OPEN_LOSS, state=State.CLOSED),)])
WALKS = st.builds(
    Walk,
    book=st.sampled_from([sample.book(), sample.book(unverified=True), sample.book(bridge=True)]),
    line=st.sampled_from([MAIN, MAIN, AFTER_HOURS, "+33199009999"]),
    caller=st.sampled_from(CALLERS),
    at=INSTANTS,
    known=OPEN_BEFORE,
)


def check_outcome(walk: Walk) -> None:
    """Of a call that is over."""
    assert len(walk.opened) <= 1
    if walk.call.joined:
        assert walk.call.ticket
    elif walk.is_eligible:
        assert [ticket.refusal for ticket in walk.paged] == [None]
    elif walk.paged:
        assert walk.paged[0].refusal is Refusal.UNVERIFIED
        assert walk.book.entity(walk.call.entity or "").page_unverified


def check_listener(walk: Walk) -> None:
    """Somebody is told of what was said after a beep."""
    if any(isinstance(step, TakeMessage) for heard in walk.heard for step in heard):
        assert walk.call.ticket
        assert told(walk) if walk.call.joined else walk.opened[0].pages or walk.opened[0].mail_to


@given(WALKS, CALLS, CALLS)
def test_an_eligible_call_leaves_one_paged_ticket_and_no_other_call_wakes_anybody(
    walk: Walk, events: list[Event], late: list[Event]
) -> None:
    """However it ends, and whatever still arrives after its end."""
    check_outcome(walk.plays([*events, HungUp(), *late, HungUp()]))


@given(WALKS, CALLS)
def test_no_message_is_lost(walk: Walk, events: list[Event]) -> None:
    """Behind every beep is a ticket that somebody is told of: a page, a desk's mail."""
    check_listener(walk.plays(events))


@given(WALKS, CALLS, EVENTS)
def test_the_end_of_a_call_may_overtake_its_last_key(walk: Walk, events: list[Event], last: Event) -> None:
    """Twilio reorders requests: whoever is served in one order is served in the other."""
    walk.plays(events)
    other = walk.copy()
    other.plays([HungUp(), last])
    walk.plays([last, HungUp()])
    assert walk.is_served == other.is_served
    if not walk.call.joined:
        assert len(walk.opened) == len(other.opened)


@given(WALKS, CALLS)
def test_whoever_is_refused_is_told_why(walk: Walk, events: list[Event]) -> None:
    """Each refusal has its own sentence, and a desk that reads of it."""
    walk.plays(events)
    for ticket in walk.opened:
        if ticket.refusal and not ticket.pages:
            said = " ".join(text for heard in walk.heard for text in texts(heard))
            assert prompts.REFUSALS[ticket.refusal] in said
            assert ticket.mail_to
            assert ticket.nature is not None


@given(WALKS, st.lists(st.sampled_from([*"12345679*", "", *TYPED]), min_size=1, max_size=4))
@example(Walk(sample.book(), MAIN, sample.STRANGER, SATURDAY), ["*"])
@example(Walk(sample.book(), MAIN, sample.WITHHELD, SATURDAY), ["2", "1", "260417", "0639982233"])
@example(Walk(sample.book(), MAIN, sample.STRANGER, SATURDAY), ["5", ""])
def test_a_machine_that_presses_keys_for_ever_is_led_to_the_end(walk: Walk, cycle: list[str]) -> None:
    """`*` at a question, 2 at the call-back number: patience has a bound."""
    for turn in range(PATIENCE + 30):
        if walk.call.stage is DialogueState.OVER:
            return
        walk.step(reply(walk.heard[-1], cycle[turn % len(cycle)]))
    pytest.fail(f"still at {walk.call.stage} after {walk.call.turns} turns")


# ---------------------------------------------------------------- every way through
STEPS: tuple[Event, ...] = (
    *(Pressed(key) for key in ("1", "2", "3", "5", "9", "*")),
    *(Pressed(keys) for keys in ("260417", "260425", "260468", "0639982233", reference.digits(FIRST))),
    Silent(),
    DialEnded(talked=False),
    DialEnded(talked=True),
    DialEnded(talked=False, caller_left=True),
    Recorded(20),
)
ORDINARY, BRIDGING = sample.book(), sample.book(bridge=True)
STARTS = (
    pytest.param(MAIN, sample.STRANGER, SATURDAY, id="a stranger at night: code, refusals, unverified"),
    pytest.param(MAIN, sample.UN, SATURDAY, id="a known caller at night: service, site"),
    pytest.param(MAIN, sample.DEUX, SATURDAY, id="a ticket is open: joined"),
    pytest.param(MAIN, sample.WITHHELD, SATURDAY, id="a withheld caller: call-back number"),
    pytest.param(MAIN, sample.MANY_SITES, SATURDAY, id="more sites than keys"),
    pytest.param(MAIN, sample.UN, MONDAY, id="in hours: the team rings"),
    pytest.param(MAIN, sample.WITHHELD, MONDAY, id="in hours, withheld"),
    pytest.param(AFTER_HOURS, sample.DEUX, SATURDAY, id="after-hours line: straight to the entity"),
    pytest.param(AFTER_HOURS, sample.WITHHELD, SATURDAY, id="after-hours line: code first"),
    pytest.param(AFTER_HOURS, sample.NO_SITE, SATURDAY, id="after-hours line: a contract without site"),
)

BRIDGED = (
    pytest.param(MAIN, sample.UN, SATURDAY, BRIDGING, id="a bridge, after the service or the site"),
    pytest.param(MAIN, sample.DEUX, SATURDAY, BRIDGING, id="a bridge at once"),
    pytest.param(MAIN, sample.WITHHELD, SATURDAY, BRIDGING, id="a bridge after the code"),
)


def everywhere(walk: Walk) -> Iterator[Walk]:
    """Every state that a call can come to from there, each once."""
    waiting, seen = [walk], {replace(walk.call, turns=0)}
    while waiting:
        here = waiting.pop()
        for event in STEPS:
            there = here.copy()
            there.step(event)
            state = replace(there.call, turns=0)
            if state not in seen:
                seen.add(state)
                waiting.append(there)
            yield there


@cache
def walked(
    line: str, caller: str, at: datetime, book: Directory = ORDINARY
) -> frozenset[tuple[DialogueState, DialogueState]]:
    """The moves that are possible from a start; hanging up anywhere serves whoever is eligible."""
    start = Walk(book, line, caller, at, (OPEN_LOSS, UN_LOSS) if book is ORDINARY else ())
    moves = set(start.moves)
    for walk in everywhere(start):
        moves |= walk.moves
        ended = walk.copy().plays([HungUp()])
        check_outcome(ended)
        check_listener(ended)
        if ended.opened and not walk.opened:  # by hanging up: the key that was overtaken opens no second one
            for late in STEPS:
                check_outcome(ended.copy().plays([late]))
    return frozenset(moves)


@pytest.mark.xdist_group("dialogue")
@pytest.mark.parametrize(("line", "caller", "at"), STARTS)
def test_every_way_through_the_dialogue(line: str, caller: str, at: datetime) -> None:
    """All that must be true of a step is true of each one there is."""
    assert walked(line, caller, at)


@pytest.mark.xdist_group("dialogue")
@pytest.mark.parametrize(("line", "caller", "at", "book"), BRIDGED)
def test_every_way_through_a_bridge(line: str, caller: str, at: datetime, book: Directory) -> None:
    assert walked(line, caller, at, book)


def joined_at_the_last_moment() -> Walk:
    """A colleague's ticket is opened while this caller is being asked for the site."""
    walk = Walk(sample.book(), MAIN, sample.UN, SATURDAY).plays([Pressed("1")] * 3)
    assert walk.call.stage is DialogueState.SITE
    walk.known = (UN_LOSS,)
    return walk.plays([Pressed("2")])


def test_two_callers_at_once_share_one_ticket() -> None:
    """The second to choose joins the first, up to the last question."""
    walk = joined_at_the_last_moment()
    assert walk.call.joined
    assert not walk.opened


@pytest.mark.xdist_group("dialogue")
def test_every_declared_transition_is_taken() -> None:
    """The picture in docs/dialogue.md shows no way that nobody can go."""
    taken = {
        move for start in (*STARTS, *BRIDGED) for move in walked(*start.values)
    } | joined_at_the_last_moment().moves
    assert {(stage, to) for stage, room in STATE_RULES.items() for to in room.leads_to} == taken
