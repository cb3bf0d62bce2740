"""The commitments of a ticket run: whoever has it is warned, the hierarchy hears when one is broken, each once."""

from collections.abc import Callable

import pytest

from storage.tickets import journal, sla_clocks
from tests.jobs.work import events_of
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, ING4, RESP, SAMPLE, Line

MakeLine = Callable[..., Line]
SUPPORT, HOSTING = "+33639980901", "+33639980902"
DESK, HIERARCHY = "idline@nvl.example", "support-escalade@idline.fr"


@pytest.fixture
def line(line: Line) -> Line:
    """Engineers who hear and press nothing; the client's contract promises an hour, and four."""
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def rung(line: Line) -> list[tuple[str, str]]:
    """Alarms in the journal: which clock, how far."""
    told = events_of(line, line.tickets()[0]["reference"])
    return [(details["clock"], kind) for kind, details in told if kind in ("warned", "broken")]


def subjects(line: Line, to: str) -> list[str]:
    return [mail["subject"] for mail in line.mails() if mail["recipient"] == to]


def note(line: Line, kind: str, **details: str) -> None:
    """What an engineer does to the ticket, as the desk will write it."""
    reference = line.tickets()[0]["reference"]
    with line.database.begin() as db:
        journal.note(db, reference, kind, "ing2", line.clock(), details)
        sla_clocks.look_again(db, reference, line.clock())


def test_nobody_takes_it_and_the_hierarchy_hears_after_an_hour(line: Line) -> None:
    reference = loss(line)
    line.forward(minutes=44)
    assert rung(line) == []
    line.forward(minutes=2)
    assert rung(line) == [("respond", "warned")]
    assert line.phone(SUPPORT).texts() == []
    line.forward(minutes=14)
    assert rung(line) == [("respond", "warned")], "what is exactly due is kept"
    line.forward(minutes=1)
    assert rung(line) == [("respond", "warned"), ("respond", "broken")]
    line.phone(SUPPORT).gets_sms(reference, "prise en charge dépassé", "samedi 12/09 à 23:04", "Client Démo Un")
    assert subjects(line, HIERARCHY) == [f"[{reference}] Délai de prise en charge dépassé pour IDLINE"]
    assert line.phone(HOSTING).texts() == [], "only for hosting"
    line.forward(hours=5)
    assert len(rung(line)) == 4, "to restore, too; each once"


def test_whoever_has_it_is_warned_before_it_is_broken(line: Line) -> None:
    loss(line)
    text(line, ING2, "OK")
    texts = len(line.phone(ING2).texts())
    line.forward(hours=3, minutes=1)
    line.phone(ING2).gets_sms("rétablissement bientot dépassé", "dimanche 13/09 à 02:04")
    assert len(line.phone(ING2).texts()) == texts + 1
    assert rung(line) == [("restore", "warned")], "taken in time, the other clock has stopped"


def test_restored_in_time_nothing_rings(line: Line) -> None:
    loss(line)
    text(line, ING2, "OK")
    line.forward(hours=2)
    note(line, "restored")
    line.forward(hours=10)
    assert rung(line) == []


def test_while_it_waits_for_the_client_nothing_runs(line: Line) -> None:
    loss(line)
    text(line, ING2, "OK")
    line.forward(hours=1)
    note(line, "waiting", reason="client")
    line.settle()
    assert line.ticket()["due_restore_at"] is None
    line.forward(hours=10)
    assert rung(line) == []
    note(line, "resumed")
    line.forward(hours=1, minutes=59)
    assert rung(line) == []
    assert line.ticket()["due_restore_at"] == "2026-09-13T10:04:00Z"
    line.forward(minutes=2)
    assert rung(line) == [("restore", "warned")]


def test_reopened_it_may_be_broken_anew(line: Line) -> None:
    loss(line)
    text(line, ING2, "OK")
    line.forward(hours=5)
    assert rung(line) == [("restore", "warned"), ("restore", "broken")]
    note(line, "restored")
    line.forward(hours=1)
    note(line, "reopened")
    line.forward(minutes=1)
    assert rung(line)[2:] == [("restore", "warned"), ("restore", "broken")]


def test_found_late_what_was_broken_is_told_and_what_was_only_in_danger_is_not(line: Line) -> None:
    """The worker was down for a day."""
    loss(line)
    text(line, ING2, "OK")
    line.clock.forward(hours=5)
    note(line, "restored")
    line.clock.forward(hours=20)
    line.settle()
    assert rung(line) == [("restore", "broken")]


def test_a_contract_without_figures_promises_nothing(make_line: MakeLine) -> None:
    toml = SAMPLE.read_text(encoding="utf-8")
    line = make_line(toml.replace('respond_within = "1h"\nrestore_within = "4h"\n', ""))
    loss(line)
    line.forward(hours=5)  # past both of what a contract with figures promises
    assert rung(line) == []
    assert (line.ticket()["due_respond_at"], line.ticket()["due_restore_at"]) == (None, None)
