"""The page: the right person, one SMS whatever Twilio does, and nobody forgotten without a word."""

from collections.abc import Callable
from typing import Any

import pytest

from services import acknowledgement
from simulator.faults import RestKind
from storage import listing
from storage.models import Attempt
from storage.paging import pages
from telephony.http import Reply
from tests.jobs.work import Meanwhile, book_of, engine_through, events_of, forward, open_ticket, posted, row_of, sent
from tests.support.phone import ING1, ING2, RESP, SAMPLE, Line, TestClock, Wired

MakeLine = Callable[..., Line]
ING3, ING4 = "+33639980003", "+33639980004"
HIERARCHY = "+33639980901"
FIRST_STEP = '{ after = "0m",  who = ["principal"],            by = ["sms", "voice"] }'
MESSAGES = "POST .*/Messages"
STEPS = """  { after = "2m",  who = ["principal"],            by = ["voice"] },
  { after = "6m",  who = ["secours"],              by = ["sms", "voice"] },
  { after = "12m", who = ["everyone", "resp"],     by = ["sms", "voice"] },
"""
# One step of SMS alone, once a week: what is told of one SMS is not drowned in the rest of the night.
ONE_TEXT = (
    (STEPS, ""),
    (FIRST_STEP, FIRST_STEP.replace('["sms", "voice"]', '["sms"]')),
    ('repeat_last_every = "10m"', 'repeat_last_every = "168h"'),
)
ONE_TEXT_TO_TWO = (*ONE_TEXT, ('who = ["principal"],            by = ["sms"]', 'who = ["everyone"], by = ["sms"]'))


def sample(*changes: tuple[str, str]) -> str:
    toml = SAMPLE.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in toml
        toml = toml.replace(before, after)
    return toml


@pytest.fixture
def line(make_line: MakeLine) -> Line:
    return make_line(sample(*ONE_TEXT))


def attempts(line: Line) -> list[tuple[str, str]]:
    return [(attempt["engineer"], attempt["state"]) for page in line.pages() for attempt in page["attempts"]]


# ---------------------------------------------------------------- whom
@pytest.mark.parametrize(
    ("at", "entity", "number"),
    [
        pytest.param("2026-09-12 22:04", "idline", ING2, id="the week of the rota"),
        pytest.param("2026-09-14 08:29", "idline", ING2, id="a minute before the hand-off"),
        pytest.param("2026-09-14 08:30", "idline", ING1, id="at the hand-off"),
        pytest.param("2026-11-21 20:00", "idline", RESP, id="an override beats the rota"),
        pytest.param("2026-11-22 08:00", "idline", ING2, id="an override has ended"),
        pytest.param("2026-01-04 23:00", "idline", RESP, id="before the rota begins: the fallback"),
        pytest.param("2026-09-12 22:04", "ivelem", ING3, id="another rota, by days"),
        pytest.param("2026-09-13 22:04", "ivelem", ING4, id="another rota, the next day"),
    ],
)
def test_the_sms_goes_to_whoever_is_on_call(line: Line, at: str, entity: str, number: str) -> None:
    line.clock.at(at)
    ticket = open_ticket(line, entity)
    line.phone(number).gets_sms(ticket, "Client Démo Un")
    assert [to for to, _ in sent(line)] == [number]
    assert [kind for kind, _ in events_of(line, ticket)] == ["paged", "alerting", "alerted"]


def test_layers_are_resolved_when_the_step_fires(line: Line) -> None:
    """Opened a second before the hand-off, sent after it."""
    line.clock.at("2026-09-14 08:29:59")
    open_ticket(line)
    line.clock.forward(seconds=2)
    line.phone(ING1).gets_sms()
    line.phone(ING2).gets_nothing()


def test_the_policy_is_frozen_when_the_page_opens(line: Line) -> None:
    """An edit of the directory cannot strand a page that is waiting."""
    open_ticket(line)
    line.load(sample(*ONE_TEXT, ('who = ["principal"],            by = ["sms"]', 'who = ["resp"], by = ["sms"]')))
    line.phone(ING2).gets_sms()
    line.phone(RESP).gets_nothing()


def test_somebody_without_a_telephone_is_skipped_loudly(make_line: MakeLine) -> None:
    line = make_line(sample(*ONE_TEXT_TO_TWO, _no_phone("02")))
    ticket = open_ticket(line)
    line.phone(ING1).gets_sms(ticket)
    assert attempts(line) == [("ing1", "delivered"), ("ing2", "failed")]
    told = dict(events_of(line, ticket))
    assert (told["skipped"]["engineer"], told["skipped"]["error"]) == ("ing2", "aucun téléphone")
    assert "nobody_to_wake" not in told


@pytest.mark.parametrize(
    ("entity", "who", "change"),
    [
        pytest.param("idline", "principal", ("ing2-phone", ""), id="the only one has no telephone"),
        pytest.param("novenc", "secours", None, id="the rota lacks the layer"),
        pytest.param("idline", "everyone", ('"idline", "novenc"', '"novenc"'), id="everyone is nobody"),
    ],
)
def test_nobody_to_wake_is_said_once(
    make_line: MakeLine, entity: str, who: str, change: tuple[str, str] | None
) -> None:
    changes = [
        *ONE_TEXT,
        ('["principal"],            by = ["sms"]', f'["{who}"], by = ["sms"]'),
        *([change] if change else []),
    ]
    line = make_line(sample(*(_no_phone("02") if change[0] == "ing2-phone" else change for change in changes)))
    ticket = open_ticket(line, entity)
    forward(line, minutes=5)
    assert [kind for kind, _ in events_of(line, ticket)].count("nobody_to_wake") == 1
    assert [to for to, _ in sent(line)] == [HIERARCHY], "who is no engineer, and answers for them"


def _no_phone(last: str) -> tuple[str, str]:
    return f'phone = "06 39 98 00 {last}"\n', ""


# ---------------------------------------------------------------- once
HEARD = pytest.mark.parametrize(
    "callbacks", [pytest.param(True, id="callbacks arrive"), pytest.param(False, id="callbacks are lost")]
)
TROUBLES = pytest.mark.parametrize(
    "kind",
    [
        pytest.param("429", id="too many requests: not done, again"),
        pytest.param("500", id="an error: not done, asked, again"),
        pytest.param("503", id="unavailable: not done, asked, again"),
        pytest.param("hang", id="silence: not done, asked, again"),
        pytest.param("500-after", id="an error after it was done: asked, not again"),
        pytest.param("hang-after", id="silence after it was done: asked, not again"),
        pytest.param("malformed", id="an answer that cannot be read: asked, not again"),
    ],
)


@HEARD
@TROUBLES
def test_one_sms_whatever_twilio_answers(line: Line, kind: RestKind, callbacks: bool) -> None:
    line.twilio.faults.rest(MESSAGES, kind, times=2)
    if not callbacks:
        line.twilio.faults.callback("sms/status", "lost", times=-1)
    ticket = open_ticket(line)
    forward(line, minutes=3)
    assert [to for to, _ in sent(line)] == [ING2]
    [(engineer, state)] = attempts(line)
    assert (engineer, state) == ("ing2", "delivered"), "told by Twilio, or asked for"
    assert [page["attempts"][0]["error"] for page in line.pages()] == [""]
    row = row_of(line.database, Attempt, 1)
    assert (row.run_at, row.tries, row.trouble) == (None, 0, "")
    assert [kind for kind, _ in events_of(line, ticket)].count("alerting") == 1


def test_the_question_waits_until_twilios_list_can_know(line: Line) -> None:
    """The list may lag behind: asked too soon, it denies what was sent, and the engineer is woken twice."""
    line.twilio.faults.rest(MESSAGES, "500-after")
    line.twilio.faults.callback("sms/status", "lost", times=-1)
    open_ticket(line)
    line.settle()
    asked = len(line.twilio.requests)
    line.clock.forward(seconds=14.9)
    line.settle()
    assert len(line.twilio.requests) == asked
    line.clock.forward(seconds=0.1)
    line.settle()
    assert len(line.twilio.requests) == asked + 1
    assert len(sent(line)) == 1


def test_nothing_is_sent_blindly(line: Line) -> None:
    """While Twilio cannot even be asked, the second try waits; the trouble is there to see."""
    line.twilio.faults.rest("/Messages", "500", times=-1)
    open_ticket(line)
    forward(line, minutes=10)
    assert posted(line) == 1
    row = row_of(line.database, Attempt, 1)
    assert row.tries > 3
    assert "500" in row.trouble
    line.twilio.faults.clear()
    forward(line, minutes=2)
    assert [to for to, _ in sent(line)] == [ING2]


def test_an_earlier_page_of_the_ticket_is_not_taken_for_this_one(line: Line) -> None:
    """It got worse a minute after the first page was acknowledged: same person, same words, a second SMS."""
    ticket = open_ticket(line)
    line.settle()
    acknowledge(line)
    line.clock.forward(seconds=60)
    line.twilio.faults.rest(MESSAGES, "500")
    with line.database.begin() as db:
        pages.page_again(db, book_of(line), "idline", ticket, line.clock())
    forward(line, minutes=3)
    assert [to for to, _ in sent(line)] == [ING2, ING2]
    assert row_of(line.database, Attempt, 2).trouble == ""


def test_twilio_is_told_to_forget_a_page_that_comes_too_late(line: Line) -> None:
    open_ticket(line)
    line.settle()
    [request] = [request for request in line.twilio.requests if request.method == "POST"]
    assert request.form["ValidityPeriod"] == ["600"]


# ---------------------------------------------------------------- never
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(21610, id="the engineer has written STOP"),
        pytest.param(21614, id="not a mobile"),
        pytest.param(21211, id="not a number"),
    ],
)
def test_a_refusal_is_kept_and_not_repeated(line: Line, code: int) -> None:
    line.twilio.faults.message(code, to=ING2, times=-1)
    ticket = open_ticket(line)
    forward(line, minutes=5)
    assert posted(line) == 1
    assert attempts(line) == [("ing2", "failed")]
    told = dict(events_of(line, ticket))
    assert told["alert_failed"]["engineer"] == "ing2"
    assert str(code) in told["alert_failed"]["error"]
    assert row_of(line.database, Attempt, 1).run_at is None


def test_what_the_network_could_not_deliver_is_seen(line: Line) -> None:
    line.twilio.faults.message(30003, to=ING2)
    open_ticket(line)
    line.settle()
    [page] = line.pages()
    assert (page["attempts"][0]["state"], page["attempts"][0]["error"]) == ("undelivered", "30003")


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param("refused", id="the first is refused for ever"),
        pytest.param("unsure", id="the first fails again and again"),
    ],
)
def test_one_persons_trouble_does_not_delay_the_others(make_line: MakeLine, trouble: str) -> None:
    line = make_line(sample(*ONE_TEXT_TO_TWO))
    if trouble == "refused":
        line.twilio.faults.message(21610, to=ING1)
    else:
        line.twilio.faults.rest(MESSAGES, "500")
    open_ticket(line)
    line.settle()
    assert [to for to, _ in sent(line)] == [ING2]
    forward(line, minutes=2)
    assert [to for to, _ in sent(line)] == ([ING2] if trouble == "refused" else [ING2, ING1])


# ---------------------------------------------------------------- races
def test_a_callback_that_overtakes_the_answer_keeps_the_last_word(line: Line) -> None:
    open_ticket(line)
    engine_through(line, Meanwhile(line, line.twilio.settle)).run_due()
    assert attempts(line) == [("ing2", "delivered")]


def acknowledge(line: Line) -> None:
    """A person says it, in any process."""
    with line.database.begin() as db:
        [reference] = {page["ticket"] for page in listing.pages(db)}
        acknowledgement.acknowledge(db, reference, "ing1", "link", line.clock())


@pytest.mark.parametrize(
    ("when", "woken"),
    [
        pytest.param("before", [], id="before the turn: nobody is woken"),
        pytest.param("question", [], id="while Twilio is asked about an earlier try: not sent again"),
        pytest.param("sending", [ING1], id="during the first SMS: it cannot be recalled, the second stays"),
    ],
)
def test_an_acknowledgement_at_any_moment_ends_the_page(make_line: MakeLine, when: str, woken: list[str]) -> None:
    line = make_line(sample(*ONE_TEXT_TO_TWO))
    open_ticket(line)
    if when == "question":
        line.twilio.faults.rest(MESSAGES, "500", times=2)
        line.settle()
        line.clock.forward(seconds=15)
    if when == "before":
        acknowledge(line)
    method = {"question": "GET", "sending": "POST"}.get(when, "none")
    engine = engine_through(line, Meanwhile(line, lambda: acknowledge(line), method))
    engine.run_due()
    forward(line, minutes=20)
    assert [to for to, _ in sent(line)] == woken


def test_a_turn_that_lasts_holds_the_page(line: Line) -> None:
    """Asking and sending may take eight seconds each: the lease of fifteen is renewed between them."""
    line.twilio.faults.rest(MESSAGES, "500")
    open_ticket(line)
    line.settle()
    line.clock.forward(seconds=15)
    engine_through(line, Slow(line)).run_due()
    forward(line, minutes=1)
    assert [to for to, _ in sent(line)] == [ING2]


class Slow:
    """Every request takes nearly eight seconds to arrive, and another worker looks for work just before."""

    def __init__(self, line: Line):
        self._line = line

    def request(self, method: str, url: str, **more: Any) -> Reply:
        self._line.clock.forward(seconds=7.9)
        self._line.engine.run_due()
        return Wired(lambda: self._line.twilio).request(method, url, **more)


# ---------------------------------------------------------------- time
def test_a_night_passes_and_nothing_more_is_sent(line: Line, clock: TestClock) -> None:
    open_ticket(line)
    line.settle()
    for _ in range(48):
        clock.forward(minutes=10)
        line.settle()
    assert len(sent(line)) == 1
    assert row_of(line.database, Attempt, 1).run_at is None


def test_after_an_hour_without_worker_the_page_leaves_once(line: Line, clock: TestClock) -> None:
    open_ticket(line)
    clock.forward(hours=1)
    line.settle()
    assert [to for to, _ in sent(line)] == [ING2]


def test_a_call_found_for_another_alert_is_not_taken_for_ours(make_line: MakeLine) -> None:
    """Two tickets wake one person at the same time; Twilio takes one call and answers neither request."""
    calls_only = (('by = ["sms"]', 'by = ["voice"]'),)
    line = make_line(sample(*ONE_TEXT, *calls_only))
    line.twilio.faults.rest("POST .*/Calls", "500-after")
    line.twilio.faults.rest("POST .*/Calls", "500")
    open_ticket(line)
    open_ticket(line)
    forward(line, seconds=50)
    sids = {attempt["provider_sid"] for page in line.pages() for attempt in page["attempts"]}
    assert len(sids) == 2
    assert None not in sids


def test_whose_a_call_is_its_callback_knows(make_line: MakeLine) -> None:
    """The first alert's request came to nothing; the second's rang without an answer for us, and its callbacks are
    late. The first, asking Twilio, takes that call for its own, until the callback says whose it is."""
    line = make_line(sample(*ONE_TEXT, ('by = ["sms"]', 'by = ["voice"]')))
    line.phone(ING2).does("manual")
    line.twilio.faults.rest("POST .*/Calls", "500")
    first = open_ticket(line)
    line.settle()
    line.clock.forward(seconds=8)
    line.twilio.faults.rest("POST .*/Calls", "500-after")
    line.twilio.faults.callback("alert", "delayed", times=-1, seconds=20)
    second = open_ticket(line)
    line.settle()
    forward(line, seconds=7)
    guessed = {page["ticket"]: page["attempts"][0]["provider_sid"] for page in line.pages()}
    assert guessed[first] is not None, "taken for its own: the list tells only the number"
    line.phone(ING2).picks_up().hears("tapez 1").presses("1").hears("Vous avez pris")
    assert [ticket["reference"] for ticket in line.tickets() if ticket["acknowledged_by"]] == [second]
    line.phone(ING2).does("answers:1")
    forward(line, minutes=1)
    assert [ticket["acknowledged_by"] for ticket in line.tickets()] == ["ing2", "ing2"]
    assert len(line.twilio.calls) == 2, "one call for each ticket"
