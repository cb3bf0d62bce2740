"""Qualifying: what the call knew is filled in; an engineer completes it; reference and instants stay."""

from typing import Any

import pytest

from services import open_ticket
from services import qualification as ticket_qualification
from storage.tickets import sla_clocks
from storage.tickets import summaries as stored
from tests.jobs.work import book_of, events_of
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING2, Line
from tickets import qualification
from tickets.states import State
from tickets.transitions import TransitionRefused

UNKNOWN = "06 39 98 77 77"


def qualify(line: Line, **said: Any) -> State:
    book = book_of(line)
    with line.database.begin() as db:
        state = ticket_qualification.qualify(db, book, line.tickets()[0]["reference"], "ing2", line.clock(), said)
    line.settle()
    return state


def unknown_caller(line: Line) -> str:
    """Somebody whose number nobody knows, and who has no code."""
    line.phone(UNKNOWN).calls().presses("1").presses("1").is_silent().is_silent().is_silent().says(5)
    line.settle()
    return str(line.ticket()["reference"])


def test_what_the_call_knew_is_there(line: Line) -> None:
    loss(line)
    ticket = line.ticket()
    assert ticket["qualified_at"] == ticket["opened_at"]
    with line.database.read() as db:
        absent = qualification.missing(stored.row(db, ticket["reference"])._asdict())
    assert set(absent) == set(qualification.WRITTEN)


def test_an_engineer_completes_it_and_its_clocks_begin_where_they_should(line: Line) -> None:
    reference = unknown_caller(line)
    before = line.ticket()
    assert (before["verified"], before["qualified_at"], before["due_restore_at"]) == (False, None, None)
    line.forward(minutes=30)
    qualify(line, client="260417", entity="idline", service="Accès internet", sites=["Pau"], description="Plus rien.")
    after = line.ticket()
    assert after["verified"]
    assert after["level"] == "critique"
    assert after["qualified_at"] == "2026-09-12T20:34:00Z"
    assert after["due_restore_at"] == "2026-09-13T00:04:00Z", "from the opening, not from the qualification"
    assert (after["received_at"], after["opened_at"]) == (before["received_at"], before["opened_at"])
    told = dict(events_of(line, reference))["qualified"]
    assert told["description"] is True, "that it was written, not what"
    assert told["client"] == "260417"
    qualify(line, sites=["Bordeaux", "Pau"])
    assert line.ticket()["qualified_at"] == after["qualified_at"], "once"


def test_another_service_has_another_level(line: Line) -> None:
    loss(line)
    qualify(line, entity="novenc", service="Serveurs")
    ticket = line.ticket()
    assert (ticket["level"], ticket["due_restore_at"]) == ("standard", "2026-09-15T07:15:00Z")


def test_it_turns_out_to_be_a_question_and_wakes_nobody_any_more(line: Line) -> None:
    reference = loss(line)
    assert qualify(line, kind="information_request") is State.OPEN
    assert [page["state"] for page in line.pages()] == ["cancelled"]
    assert line.ticket()["reference"] == reference


def test_a_change_has_nothing_to_restore(line: Line) -> None:
    loss(line)
    text(line, ING2, "OK")
    assert qualify(line, kind="change_request") is State.SIZING
    assert line.ticket()["due_restore_at"] is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({"client": "999999"}, "Le client « 999999 » n'est pas dans l'annuaire.", id="no client"),
        pytest.param({"entity": "nulle"}, "L'entité « nulle »", id="no entity"),
        pytest.param({"service": "Serveurs"}, "elle a : Accès internet, Téléphonie", id="another entity's service"),
        pytest.param({"sites": ["Lyon"]}, "« Lyon » n'est pas un site du client ; il a : Bordeaux, Pau", id="no site"),
        pytest.param({"client": "260425", "sites": ["Pau"]}, "« Pau » n'est pas un site", id="somebody else's site"),
    ],
)
def test_what_the_directory_does_not_have_is_refused_and_nothing_changes(
    line: Line, said: dict[str, Any], why: str
) -> None:
    loss(line)
    before = line.ticket()
    with pytest.raises(TransitionRefused, match=why):
        qualify(line, **said)
    assert line.ticket() == before


def test_another_client_does_not_keep_the_first_ones_sites(line: Line) -> None:
    loss(line)
    qualify(line, client="260425", entity="novenc", service="Serveurs")
    assert line.ticket()["sites"] == []


def test_a_ticket_that_follows_another(line: Line) -> None:
    reference, book = loss(line), book_of(line)
    with line.database.begin() as db:
        second = open_ticket.following(db, book, reference, "ing2", line.clock(), "La même panne.")
        assert sla_clocks.restored_at(db, second) is None
    first, following = line.tickets()
    assert following["reference"] == second != first["reference"]
    for name in ("client", "entity", "service", "sites", "level", "caller"):
        assert following[name] == first[name]
    assert following["description"] == "La même panne."
    assert events_of(line, second)[0][1]["follows"] == reference
