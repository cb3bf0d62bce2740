"""A change request: sized, made by the hotline or studied by a project manager, planned; never paged."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ivr.effects import Nature
from services import acknowledgement, change_requests, desk_actions, open_ticket
from services.open_ticket import Declaration
from tests.jobs.work import book_of, events_of
from tests.mail.server import Server, said
from tests.support.phone import PARIS, Line
from tickets.states import Kind, State
from tickets.transitions import Action, TransitionRefused

MakeLine = Callable[..., Line]
CLIENT = "standard@un.example.com"
STARTS = datetime(2026, 9, 21, 22, tzinfo=PARIS)


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    return make_line(**server.settings)


def declared(line: Line, **more: Any) -> str:
    """A change that a client asks for."""
    about: dict[str, Any] = {
        "kind": Kind.CHANGE_REQUEST, "nature": Nature.CHANGE, "client": "260417", "entity": "novenc",
        "service": "Serveurs", "received_at": line.clock(), "email": CLIENT, "verified": True,
    }  # fmt: skip
    book = book_of(line)
    with line.database.begin() as db:
        return open_ticket.declare(db, book, Declaration(**about | more), line.clock())


def taken(line: Line, **more: Any) -> str:
    reference = declared(line, **more)
    with line.database.begin() as db:
        acknowledgement.pick_up(db, reference, "ing3", "desk", line.clock())
    return reference


def do(line: Line, act: Callable[..., State], reference: str, *args: Any) -> State:
    book = book_of(line)
    with line.database.begin() as db:
        return act(db, book, reference, "ing3", line.clock(), *args)


def test_it_wakes_nobody_and_promises_no_restoration(line: Line) -> None:
    declared(line)
    line.nobody_is_woken()
    ticket = line.ticket()
    assert ticket["due_respond_at"] is not None
    assert ticket["due_restore_at"] is None
    line.forward(days=10)
    assert line.ticket()["due_restore_at"] is None


def test_a_minor_one_is_made_by_the_hotline(line: Line) -> None:
    reference = taken(line)
    assert line.ticket()["state"] == "sizing"
    assert do(line, change_requests.size_minor, reference, 2) is State.IN_PROGRESS
    with line.database.begin() as db:
        assert desk_actions.act(db, reference, Action.COMPLETE, "ing3", line.clock()) is State.DONE
    told = [event for event in events_of(line, reference) if event[0] in ("sized", "completed")]
    assert told == [("sized", {"size": "minor", "support_level": 2}), ("completed", {})]


def test_a_major_one_is_studied_planned_and_its_schedule_sent_again_when_it_changes(line: Line, server: Server) -> None:
    reference = taken(line)
    assert do(line, change_requests.size_major, reference, "Chef de projet 1") is State.STUDY
    with pytest.raises(TransitionRefused, match="l'étude"):
        do(line, change_requests.plan, reference, STARTS, STARTS + timedelta(hours=2))
    with line.database.begin() as db:
        change_requests.study(db, reference, "ing3", line.clock(), "Deux serveurs à remplacer.")
    with pytest.raises(TransitionRefused, match="La fin du planning"):
        do(line, change_requests.plan, reference, STARTS, STARTS)
    assert do(line, change_requests.plan, reference, STARTS, STARTS + timedelta(hours=2), "Coupure de 10 min.") is (
        State.PLANNED
    )
    do(line, change_requests.plan, reference, STARTS + timedelta(days=1), STARTS + timedelta(days=1, hours=2))
    line.settle()
    first, second = server.to(CLIENT)
    assert "Début : lundi 21/09/2026 à 22 h 00" in said(first)
    assert "Coupure de 10 min." in said(first)
    assert second["Subject"] == f"[{reference}] Nouveau planning de votre demande : Serveurs"
    assert "Ce planning remplace le précédent." in said(second)
    with line.database.begin() as db:
        assert desk_actions.act(db, reference, Action.START, "ing3", line.clock()) is State.IN_PROGRESS


def test_a_refusal_is_said_to_the_client(line: Line, server: Server) -> None:
    reference = taken(line)
    with pytest.raises(TransitionRefused, match="se motive"):
        do(line, change_requests.refuse, reference, " ")
    assert do(line, change_requests.refuse, reference, "Ce serveur n'est plus suivi par son éditeur.") is State.REFUSED
    line.settle()
    [message] = server.to(CLIENT)
    assert "Ce serveur n'est plus suivi par son éditeur." in said(message)


@pytest.mark.parametrize(
    ("more", "act", "said"),
    [
        pytest.param({"service": "Réseau"}, (change_requests.size_minor, 1), "« Réseau »", id="no contract for it"),
        pytest.param({"service": None}, (change_requests.size_minor, 1), "la demande", id="nobody knows for what"),
        pytest.param({}, (change_requests.size_minor, 3), "niveau de support 1 ou 2", id="no such level"),
        pytest.param({}, (change_requests.size_major, " "), "chef de projet", id="nobody to study it"),
        pytest.param(
            {"kind": Kind.INCIDENT}, (change_requests.size_minor, 1), "n'existe pas pour ce genre", id="no change"
        ),
    ],
)
def test_what_cannot_be_sized_says_why(
    line: Line, more: dict[str, Any], act: tuple[Callable[..., State], Any], said: str
) -> None:
    reference = taken(line, **more)
    state = line.ticket()["state"]
    with pytest.raises(TransitionRefused, match=said):
        do(line, act[0], reference, act[1])
    assert line.ticket()["state"] == state
