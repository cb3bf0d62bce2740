"""What a person reads is French; what a program reads are the codes."""

import pytest

from directory.policies import Channel
from ivr.call import Outcome
from ivr.effects import Nature, Refusal
from notifications import labels, texts
from oncall.rotas import Why
from storage.paging import attempts, delivery
from tests.commands.terminal import Terminal
from tests.support.phone import Line
from tickets import states


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        pytest.param(states.WRITTEN, states.State, id="states of a ticket"),
        pytest.param(texts.KINDS, states.Kind, id="kinds"),
        pytest.param(texts.NATURES, Nature, id="natures"),
        pytest.param(texts.REASONS, Refusal, id="refusals"),
        pytest.param(texts.OUTCOMES, Outcome, id="outcomes of a call"),
        pytest.param(labels.CHANNELS, Channel, id="channels"),
        pytest.param(labels.REASONS, Why, id="why a layer names somebody"),
        pytest.param(labels.ATTEMPTS, {*delivery.RANK, *attempts.OVER}, id="how far an SMS or a call got"),
        pytest.param(labels.PAGES, ("pending", "acknowledged", "cancelled"), id="states of a page"),
    ],
)
def test_every_code_has_a_word(table: dict[str, str], codes: list[str]) -> None:
    assert [code for code in codes if not table.get(code)] == []


def test_lists_are_in_french(line: Line, database_url: str, terminal: Terminal) -> None:
    """A loss that wakes somebody, a question that does not, and a caller who leaves."""
    line.phone("06 39 98 10 01").calls().presses("1").presses("1").presses("1").presses("9").says(12)
    line.phone("05 36 49 20 01").calls().presses("3").presses("3").says(5)
    line.phone("01 99 00 80 01").calls().hangs_up()
    line.settle()
    tickets, calls, pages = (terminal.types(name).output for name in ("tickets", "calls", "pages"))
    assert "ouvert  idline  260417  Accès internet" in tickets
    assert "information  05 36 49 20 01  demande d'information, à traiter à la réouverture" in tickets
    assert "ticket ouvert" in calls
    assert "sans suite" in calls
    assert "en cours  ing2 SMS" in pages
    assert "ing2 appel" in pages
    for code in ("open ", "information_request", "no_option", "abandoned", "pending", "sms", "voice", "queued", "sent"):
        assert code not in tickets + calls + pages
    assert [ticket["state"] for ticket in line.tickets()] == ["open", "open"]
    assert terminal.reads("tickets") == line.tickets()


def test_who_waits_for_whom_is_told_to_the_support() -> None:
    """« de votre part » is for the client's ear."""
    assert states.WRITTEN[states.State.PENDING] == "en attente du client"
