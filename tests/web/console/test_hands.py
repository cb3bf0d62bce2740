"""A ticket changes hands: taken over, given, and what is done on somebody else's is meant."""

from typing import Any

import pytest

from services import acknowledgement
from storage.accounts import accounts
from storage.accounts.accounts import Role
from tests.jobs.work import events_of
from tests.stories.night import loss, quiet
from tests.support.phone import ING1, ING2, Line
from tests.web.people import Visitor, signed_in


@pytest.fixture
def reference(line: Line) -> str:
    """Of a ticket that Ingénieur 1 has."""
    made = loss(line)
    with line.database.begin() as db:
        acknowledgement.acknowledge(db, made, "ing1", "voice", line.clock())
    line.settle()
    return made


@pytest.fixture
def other(line: Line) -> Visitor:
    return signed_in(line, Role.ENGINEER)


def held_by(line: Line) -> Any:
    return line.ticket()["acknowledged_by"]


def mails_to(line: Line, address: str) -> list[str]:
    return [mail["subject"] for mail in line.mails() if mail["recipient"] == address]


def test_a_ticket_is_taken_over_and_whoever_had_it_is_told(line: Line, reference: str, other: Visitor) -> None:
    shown = other.gets(f"/tickets/{reference}")
    assert "Ingénieur 1 a ce ticket depuis" in shown
    assert "Prendre à sa place" in shown
    assert "Vous avez le ticket." in other.does(f"/tickets/{reference}/takeover")
    line.phone(ING1).gets_sms(reference, "Ingénieur 2 s'en occupe à votre place.")
    assert mails_to(line, "ing1@nvl.example") == [f"[{reference}] Ticket pris par Ingénieur 2 pour IDLINE"]
    assert held_by(line) == "ing2"
    assert events_of(line, reference)[-1] == ("taken_over", {"engineer": "ing1"})
    assert "à la place de Ingénieur 1" in other.gets(f"/tickets/{reference}")
    quiet(line, hours=1)


def test_a_ticket_is_given_to_a_colleague_who_is_told(line: Line, reference: str, other: Visitor) -> None:
    mine = signed_in(line, Role.ENGINEER, engineer="ing1", email="ing1@nvl.example")
    assert "Ticket confié" in mine.does(f"/tickets/{reference}/give", {"to": "ing2", "why": "fin de poste"})
    line.phone(ING2).gets_sms(reference, "Ingénieur 1 vous confie ce ticket.", "/tickets/")
    assert mails_to(line, "ing2@nvl.example") == [f"[{reference}] Ticket confié par Ingénieur 1 pour IDLINE"]
    assert held_by(line) == "ing2"
    assert "à Ingénieur 2 : fin de poste" in mine.gets(f"/tickets/{reference}")
    assert "La personne suivante est réveillée." in other.does(f"/tickets/{reference}/pass"), "it is wholly theirs"


def test_an_admin_may_be_given_one_and_reads_it_by_mail(line: Line, reference: str) -> None:
    admin = signed_in(line, Role.ADMIN, name="Chef 1")
    mine = signed_in(line, Role.ENGINEER, engineer="ing1", email="ing1@nvl.example")
    with line.database.read() as db:
        row = accounts.find(db, email=admin.email)
        assert row
    mine.does(f"/tickets/{reference}/give", {"to": f"compte:{row.id}"})
    assert mails_to(line, admin.email) == [f"[{reference}] Ticket confié par Ingénieur 1 pour IDLINE"]
    assert "C'est rétabli" in admin.gets(f"/tickets/{reference}")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        pytest.param("", "Dites à qui confier", id="nobody"),
        pytest.param("ing3", "Dites à qui confier", id="of other entities"),
        pytest.param("ing1", "a déjà le ticket", id="whoever has it"),
    ],
)
def test_not_to_just_anybody(line: Line, reference: str, other: Visitor, to: str, said: str) -> None:
    assert said in other.does(f"/tickets/{reference}/give", {"to": to, "sure": "1"})
    assert held_by(line) == "ing1"


def test_what_looks_for_somebody_is_given_by_whoever_takes_it_first(line: Line, other: Visitor) -> None:
    reference = loss(line)
    other.does(f"/tickets/{reference}/give", {"to": "ing1"})
    assert [page["state"] for page in line.pages()] == ["acknowledged"], "nobody else is woken"
    assert held_by(line) == "ing1"


@pytest.mark.parametrize("deed", ["restore", "wait", "cancel", "give"])
def test_what_is_done_on_somebody_elses_is_meant(line: Line, reference: str, other: Visitor, deed: str) -> None:
    told = {"reason": "client", "why": "doublon", "to": "ing2"}
    assert "cochez que vous le faites à sa place" in other.does(f"/tickets/{reference}/{deed}", told)
    assert (line.ticket()["state"], held_by(line)) == ("in_progress", "ing1")
    other.does(f"/tickets/{reference}/{deed}", told | {"sure": "1"})
    assert (line.ticket()["state"], held_by(line)) != ("in_progress", "ing1")


def test_what_has_ended_is_anybodys_to_close(line: Line, reference: str, other: Visitor) -> None:
    other.does(f"/tickets/{reference}/restore", {"sure": "1"})
    assert "Ticket rouvert." in other.does(f"/tickets/{reference}/reopen")
    assert "n'est pas possible" in other.does(f"/tickets/{reference}/close")
