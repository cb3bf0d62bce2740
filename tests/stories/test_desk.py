"""What people do to a ticket once somebody has it: restored, waiting, reopened, cancelled; and what that stops."""

import pytest
from werkzeug.test import Client

from services import acknowledgement, desk_actions
from tests.jobs.work import events_of
from tests.stories.night import loss, quiet
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, ING4, RESP, Line
from tests.web.links import link
from tickets.states import State
from tickets.transitions import Action, TransitionRefused


@pytest.fixture
def line(line: Line) -> Line:
    """Engineers who hear and press nothing."""
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def do(line: Line, deed: Action, who: str = "ing2", **details: str) -> State:
    reference = line.tickets()[0]["reference"]
    with line.database.begin() as db:
        state = desk_actions.act(db, reference, deed, who, line.clock(), **details)
    line.settle()
    return state


def deeds(line: Line) -> list[str]:
    told = events_of(line, line.tickets()[0]["reference"])
    return [kind for kind, _ in told if kind in ("acknowledged", "passed_on", *desk_actions.DEEDS.values())]


def test_restored_by_the_button_nothing_rings_any_more(line: Line, browser: Client) -> None:
    loss(line)
    path = link(line, ING2)
    browser.post(path)
    line.forward(hours=1)
    page = browser.post(path, data={"action": "restore"})
    assert "C'est rétabli." in page.text
    assert "samedi 12/09 à 23:04" in browser.get(path).text
    assert line.ticket()["state"] == "restored"
    assert "C'est rétabli." in browser.post(path, data={"action": "restore"}).text, "tapped twice"
    assert deeds(line) == ["acknowledged", "restored"]
    line.settle()
    quiet(line, hours=20)


def test_reopened_by_the_button(line: Line, browser: Client) -> None:
    loss(line)
    path = link(line, ING2)
    browser.post(path)
    browser.post(path, data={"action": "restore"})
    page = browser.post(path, data={"action": "reopen"})
    assert "C'est vous qui l'avez" in page.text
    assert deeds(line) == ["acknowledged", "restored", "reopened"]


def test_nobody_restores_what_somebody_else_has(line: Line, browser: Client) -> None:
    reference = loss(line)
    mine = link(line, ING2)
    with line.database.begin() as db:
        acknowledgement.acknowledge(db, reference, "resp", "voice", line.clock())
    answer = browser.post(mine, data={"action": "restore"})
    assert answer.status_code == 409
    assert line.ticket()["state"] == "in_progress"


def test_the_call_that_nobody_has_taken_yet_is_cancelled_and_the_telephones_stay_quiet(line: Line) -> None:
    loss(line)
    assert do(line, Action.CANCEL, "resp", why="faux numéro") is State.CANCELLED
    (page,) = line.pages()
    assert page["state"] == "cancelled"
    quiet(line, hours=10)
    assert events_of(line, line.ticket()["reference"])[-1] == ("cancelled", {"why": "faux numéro"})


def test_whoever_passes_on_a_waiting_ticket_ends_its_wait(line: Line) -> None:
    reference = loss(line)
    text(line, ING2, "OK")
    assert do(line, Action.WAIT, reason="client") is State.PENDING
    with line.database.begin() as db:
        acknowledgement.escalate(db, reference, "ing2", "link", line.clock())
    line.settle()
    assert line.ticket()["state"] == "open"
    assert deeds(line) == ["acknowledged", "waiting", "resumed", "passed_on"]


def test_what_is_restored_is_passed_on_to_nobody(line: Line) -> None:
    reference = loss(line)
    text(line, ING2, "OK")
    do(line, Action.RESTORE)
    answers = len(line.phone(ING2).texts())
    text(line, ING2, f"NON {reference}")
    assert "passed_on" not in deeds(line)
    assert len(line.phone(ING2).texts()) == answers + 1
    assert line.ticket()["state"] == "restored"


@pytest.mark.parametrize(
    ("before", "deed", "said"),
    [
        pytest.param([], Action.RESUME, "ouvert", id="nothing waits"),
        pytest.param([Action.CANCEL], Action.RESTORE, "annulé", id="cancelled"),
        pytest.param([Action.CANCEL], Action.REOPEN, "annulé", id="cancelled is an end"),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    line: Line, before: list[Action], deed: Action, said: str
) -> None:
    loss(line)
    for act in before:
        do(line, act)
    state = line.ticket()["state"]
    with pytest.raises(TransitionRefused, match=said):
        do(line, deed)
    assert line.ticket()["state"] == state
    assert len(deeds(line)) == len(before)


def test_after_a_week_it_is_not_reopened(line: Line) -> None:
    loss(line)
    text(line, ING2, "OK")
    do(line, Action.RESTORE)
    line.clock.forward(days=7)
    assert do(line, Action.REOPEN) is State.IN_PROGRESS
    do(line, Action.RESTORE)
    line.clock.forward(days=7, seconds=1)
    with pytest.raises(TransitionRefused, match="7 jours"):
        do(line, Action.REOPEN)
