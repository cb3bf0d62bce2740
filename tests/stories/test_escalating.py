"""The hierarchy is asked for: by telephone, by mail, on the portal, in the console; by whoever it may be."""

from typing import Any

import pytest
from sqlalchemy import select, update

from storage.accounts.accounts import Role
from storage.models import Event, Ticket
from tests.ivr import sample
from tests.support.phone import ING2, SAMPLE, Caller, Line
from tests.web.people import signed_in

REFERENCE, DIGITS = "NVL-26-00001-8", "26000018#"
RESPONSIBLE, PLATFORM = "+33639980901", "+33639980902"
HIERARCHY = "support-escalade@idline.fr"


@pytest.fixture
def opened(line: Line) -> Line:
    """Client Démo Deux has lost its servers, and nobody has mended them in five hours."""
    line.phone(sample.DEUX).calls().presses("3").presses("1").says(12)
    line.phone(ING2).gets_sms(REFERENCE)
    with line.database.begin() as db:
        db.exec_driver_sql("UPDATE pages SET state = 'acknowledged', run_at = NULL")
    line.clock.forward(hours=5)
    return line


def becomes(line: Line, **changes: object) -> None:
    with line.database.begin() as db:
        db.execute(update(Ticket).values(**changes))


def follows(line: Line, number: str) -> Caller:
    return line.phone(number).calls().presses("5").presses(DIGITS)


def told(line: Line) -> list[str]:
    """Where the hierarchy has heard of it."""
    line.settle()
    mails = [mail["recipient"] for mail in line.mails() if "Escalade demandée pour" in mail["subject"]]
    texts = [number for number in (RESPONSIBLE, PLATFORM) for text in line.phone(number).texts() if "escalade" in text]
    return mails + texts


def said(line: Line, kind: str) -> list[Any]:
    with line.database.read() as db:
        wanted = select(Event.details).where(Event.ticket == REFERENCE, Event.kind == kind)
        return list(db.execute(wanted.order_by(Event.position)).scalars())


# ---------------------------------------------------------------- who may
def test_the_client_by_a_number_of_theirs(opened: Line) -> None:
    follows(opened, sample.DEUX).hears("Pour alerter la hiérarchie, tapez 1.").presses("1").hears("transmise")
    assert told(opened) == [HIERARCHY, RESPONSIBLE]
    [text] = [text for text in opened.phone(RESPONSIBLE).texts() if "escalade" in text]
    assert text == f"{REFERENCE} : escalade demandée par 05 36 49 20 01. Client Démo Deux"
    [how] = said(opened, "client_escalated")
    assert (how["answered"], how["asker"], how["caller"]) == ("told", "client", sample.DEUX)


def test_the_client_by_their_code(opened: Line) -> None:
    """On the after-hours line, which asks for it first; that the number is hidden is said."""
    starts = "from = 2026-01-01"
    more = f'{starts}\n[[clients.contracts]]\nentity = "idline"\nservice = "SMS"\noption_24x7 = true\n{starts}'
    opened.load(SAMPLE.read_text(encoding="utf-8").replace(starts, more))
    caller = opened.phone(sample.WITHHELD).calls("05 36 49 00 24").presses("260425#")
    caller.presses("5").presses(DIGITS).presses("1").hears("transmise")
    opened.settle()
    [text] = [text for text in opened.phone(RESPONSIBLE).texts() if "escalade" in text]
    assert "demandée par un numéro masqué. Rappeler 05 36 49 20 01." in text


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(sample.STRANGER, id="a number of nobody"),
        pytest.param("01 99 00 10 01", id="another client's"),
        pytest.param(sample.WITHHELD, id="withheld"),
    ],
)
@pytest.mark.parametrize("night", ["broken", "holds"])
def test_somebody_else_wakes_nobody(opened: Line, number: str, night: str) -> None:
    """Not offered; pressed all the same, the desk reads of it, and the caller hears what is true."""
    if night == "holds":
        becomes(opened, due_restore_at=opened.clock.now.replace(year=2030))
    caller = follows(opened, number).hears("laisser un message").does_not_hear("hiérarchie")
    caller.presses("1").hears("transmise au support", "n'est prévenue qu'à la demande du client").was_let_go()
    assert told(opened) == []
    (mail,) = [mail for mail in opened.mails() if "inconnu" in mail["subject"]]
    assert mail["recipient"] == "support@nvl.fr"
    shown = {sample.STRANGER: "01 99 00 80 01", sample.WITHHELD: "un numéro masqué"}.get(number, "01 99 00 10 01")
    assert f"Demandée par : {shown}\n" in mail["body"]
    assert said(opened, "client_escalated") == []
    [how] = said(opened, "escalation_unverified")
    assert how["answered"] == "desk"


def test_a_stranger_who_asks_all_night_is_one_mail_an_hour_and_keeps_no_client_from_asking(opened: Line) -> None:
    for _ in range(10):
        follows(opened, sample.STRANGER).presses("1").hears("transmise au support")
    assert len([mail for mail in opened.mails() if "inconnu" in mail["subject"]]) == 1
    follows(opened, sample.DEUX).presses("1").hears("transmise à la hiérarchie")
    assert told(opened) == [HIERARCHY, RESPONSIBLE]


# ---------------------------------------------------------------- what about
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"kind": "information_request"}, id="a question"),
        pytest.param({"kind": "change_request"}, id="a change"),
        pytest.param({"state": "restored"}, id="restored"),
        pytest.param({"state": "closed"}, id="closed"),
        pytest.param({"state": "archived"}, id="archived"),
        pytest.param({"state": "cancelled"}, id="cancelled"),
    ],
)
@pytest.mark.parametrize("number", [sample.DEUX, sample.STRANGER])
def test_what_interrupts_nothing_is_not_escalated(opened: Line, change: dict[str, object], number: str) -> None:
    becomes(opened, **change)
    caller = follows(opened, number).does_not_hear("hiérarchie")
    caller.presses("1").hears("Je n'ai pas compris.", "laisser un message, tapez 2")
    assert told(opened) == []
    assert not {"client_escalated", "escalation_unverified"} & set(opened.happened_to(REFERENCE))


@pytest.mark.parametrize("change", [{"client": None}, {"client": None, "verified": False, "refusal": "unverified"}])
def test_a_ticket_of_nobody_is_escalated_by_nobody(opened: Line, change: dict[str, object]) -> None:
    """Neither is withheld, or unknown, the client of a ticket that has none."""
    becomes(opened, **change)
    for number in (sample.DEUX, sample.STRANGER, sample.WITHHELD):
        follows(opened, number).presses("1").hears("transmise au support")
    assert told(opened) == []


def test_what_waits_for_reopening_is_late_for_nobody(opened: Line) -> None:
    """Refused at night, and nothing promised: its client is noted, until the entity opens (C9)."""
    becomes(opened, refusal="no_option", due_restore_at=None)
    follows(opened, sample.DEUX).presses("1").hears("Votre demande est notée.", "à la réouverture")
    assert told(opened) == []


# ---------------------------------------------------------------- twice
def test_twice_in_a_moment_is_once_and_later_the_next_rank(opened: Line) -> None:
    becomes(opened, entity="idline", service="Hébergement")  # for which two answer
    follows(opened, sample.DEUX).presses("1").hears("transmise")
    follows(opened, sample.DEUX).presses("1").hears("déjà prévenue, depuis 3 heures 04.")
    assert told(opened) == [HIERARCHY, RESPONSIBLE]
    opened.clock.forward(minutes=10)
    follows(opened, sample.DEUX).presses("1").hears("transmise")
    assert told(opened)[-1] == PLATFORM
    opened.clock.forward(hours=1)
    follows(opened, sample.DEUX).presses("1").hears("déjà prévenue, depuis 3 heures 14.")
    assert len(told(opened)) == 4


def test_by_telephone_and_on_the_portal_at_once_is_once(opened: Line) -> None:
    becomes(opened, client="260417", entity="idline", service="Hébergement")
    client = signed_in(opened, Role.CLIENT)
    page = f"/portal/{REFERENCE}"
    client.gets(page)  # before the call
    follows(opened, "01 99 00 10 01").presses("1").hears("transmise")
    assert "C'est déjà fait" in client.does(f"{page}/escalate", {"seen": "0"})
    assert told(opened) == [HIERARCHY, RESPONSIBLE]
    assert "La hiérarchie du support est prévenue" in client.does(f"{page}/escalate", {"seen": "1"})


# ---------------------------------------------------------------- in the console
def test_staff_ask_for_a_client_and_are_named(opened: Line) -> None:
    desk = signed_in(opened, Role.DESK)
    page = f"/tickets/{REFERENCE}"
    assert "La hiérarchie est prévenue." in desk.does(f"{page}/escalate")
    [mail, *_] = [mail for mail in opened.mails() if "Escalade demandée pour" in mail["subject"]]
    assert "par le support" in mail["body"]
    assert "Demandée par : 05" not in mail["body"]
    [how] = said(opened, "client_escalated")
    assert (how["way"], how["asker"]) == ("console", "staff")
    follows(opened, sample.STRANGER).presses("1")
    shown = desk.gets(page)
    assert "escalade demandée par un inconnu" in shown
    assert "est pas prévenue" in shown
