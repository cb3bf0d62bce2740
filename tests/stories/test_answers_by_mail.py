"""An answer finds its ticket, and does what only that client may; the hierarchy is written to."""

import pytest
from sqlalchemy import select

from mail import identity
from services import closing
from storage.models import LetterRow
from tests.jobs.work import events_of
from tests.mail.server import Server, said
from tests.mail.writing import CLIENT, ESCALATION, FAILED, STRANGER, arrives, mail
from tests.stories.night import loss
from tests.stories.test_by_text import text as texts
from tests.stories.written import DESK, MakeLine, closed, desk_with_mail, do, happened, verdicts
from tests.support.phone import ING2, SAMPLE, Line
from tickets.transitions import Action


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    return desk_with_mail(make_line, server)


def test_an_answer_finds_its_ticket(line: Line, server: Server) -> None:
    arrives(line, mail())
    reference = line.ticket()["reference"]
    [receipt] = server.to(CLIENT)
    quoted = "C'est Pau.\n\nLe sam. 12 sept. 2026 à 22:04, Support\n<support@nvl.fr> a écrit :\n> Bonjour"
    arrives(line, mail(quoted, answers=receipt["Message-ID"], subject="RE: sans rapport"))
    arrives(line, mail("Et Bordeaux.", subject=f"Re: {reference.lower().replace('-', ' ')} la suite"))
    assert len(line.tickets()) == 1
    assert verdicts(line) == ["opened", "attached", "attached"]
    assert len(server.to(CLIENT)) == 1, "one receipt a ticket"
    assert [said(each).splitlines()[-1] for each in server.to(DESK)[1:]] == ["C'est Pau.", "Et Bordeaux."]


@pytest.mark.parametrize(
    ("sender", "judged"),
    [pytest.param(STRANGER, "", id="a stranger"), pytest.param(CLIENT, FAILED, id="forged"),
     pytest.param("accueil@deux.example.com", "mail.nvl.example; dmarc=pass", id="another client")],
)  # fmt: skip
def test_a_reference_alone_opens_no_door(line: Line, sender: str, judged: str) -> None:
    reference = loss(line)
    before = happened(line, reference)
    arrives(line, mail("Laissez tomber.", subject=f"[{reference}]", sender=sender, judged=judged))
    assert happened(line, reference) == before
    assert len(line.tickets()) == 2
    with line.database.read() as db:
        [note] = db.execute(select(LetterRow.reason)).scalars()
    assert note == f"peut-être une réponse à {reference}"


def test_an_answer_ends_the_wait_for_it(line: Line) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    do(line, reference, Action.WAIT, reason="client")
    arrives(line, mail("Voilà.", subject=f"Re: [{reference}]", Auto_Submitted="auto-replied"))
    assert line.ticket()["state"] == "pending", "a robot's word ends nothing"
    arrives(line, mail("Voilà.", subject=f"Re: [{reference}]"))
    assert line.ticket()["state"] == "in_progress"


def test_a_wait_for_somebody_else_goes_on(line: Line) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    do(line, reference, Action.WAIT, reason="site")
    arrives(line, mail("Alors ?", subject=f"Re: [{reference}]"))
    assert line.ticket()["state"] == "pending"


def test_not_resolved_after_all_it_is_reopened(line: Line, server: Server) -> None:
    closed(line)
    [report] = server.to(CLIENT)
    arrives(line, mail("Toujours en panne.", answers=report["Message-ID"]))
    assert line.ticket()["state"] == "in_progress"


def test_whoever_was_forwarded_the_report_reopens_nothing(line: Line, server: Server) -> None:
    reference = closed(line)
    [report] = server.to(CLIENT)
    arrives(line, mail("Rouvrez !", answers=report["Message-ID"], sender=STRANGER, judged=""))
    assert line.ticket()["state"] == "closed"
    assert happened(line, reference)[-1] == "mail", "noted all the same"


def test_after_the_archive_a_new_ticket_follows(line: Line, server: Server) -> None:
    reference = closed(line)
    [report] = server.to(CLIENT)
    with line.database.begin() as db:
        closing.archive(db, reference, "resp", line.clock())
    arrives(line, mail("Encore.", answers=report["Message-ID"]))
    assert [ticket["state"] for ticket in line.tickets()] == ["archived", "open"]
    opened = events_of(line, line.tickets()[1]["reference"])[0]
    assert opened[1]["follows"] == reference


def test_the_ids_of_our_mail_cannot_be_guessed(line: Line) -> None:
    reference = loss(line)
    forged = identity.compose("une-autre-cle-secrete", f"{reference}.ouverture", "nvl.example")
    arrives(line, mail("Je réponds.", answers=forged, sender=STRANGER, judged=""))
    assert len(line.tickets()) == 2


def test_before_the_breach_an_escalation_is_noted_and_answered_with_the_time(line: Line, server: Server) -> None:
    reference = loss(line)
    arrives(line, mail("Escalade !", subject=f"[{reference}]"), ESCALATION)
    told = dict(events_of(line, reference))["client_escalated"]
    assert (told["way"], told["answered"], told["due_at"]) == ("mail", "noted", "2026-09-13T00:04:00+00:00")
    assert "dimanche 13/09/2026 à 2 h 04" in said(server.to(CLIENT)[-1])
    assert server.to("support-escalade@idline.fr") == []


def test_once_broken_the_hierarchy_is_told_one_rank_further_every_time(line: Line, server: Server) -> None:
    sample = SAMPLE.read_text(encoding="utf-8")
    assert sample.count("[[escalation_contacts]]") == 2
    reference = loss(line)
    texts(line, ING2, "OK")
    line.forward(hours=5)
    before = len(server.to("support-escalade@idline.fr"))
    arrives(line, mail("Escalade !", subject=f"[{reference}]"), ESCALATION)
    [*_, told] = [details for kind, details in events_of(line, reference) if kind == "client_escalated"]
    assert (told["answered"], told["level"], told["role"]) == ("told", 1, "Responsable Support")
    assert len(server.to("support-escalade@idline.fr")) == before + 1
    line.phone("+33639980901").gets_sms(reference, "escalade demandée")
    assert "La hiérarchie du support est prévenue." in said(server.to(CLIENT)[-1])


def test_a_forged_escalation_reaches_nobody_by_night(line: Line, server: Server) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    line.forward(hours=5)
    arrives(line, mail("Escalade !", subject=f"[{reference}]", judged=FAILED), ESCALATION)
    assert "client_escalated" not in happened(line, reference)
    assert len(line.tickets()) == 2
    assert "(expéditeur non vérifié)" in said(server.to("support-escalade@idline.fr")[-1])


def test_one_mail_to_both_mailboxes_is_one_ticket_and_one_escalation(line: Line) -> None:
    reference = loss(line)
    message = mail("Escalade !", subject=f"[{reference}]")
    arrives(line, message)
    arrives(line, message, ESCALATION)
    arrives(line, message, ESCALATION)
    assert verdicts(line) == ["attached", "again"]
    assert happened(line, reference).count("mail") == 1
    assert happened(line, reference).count("client_escalated") == 1


@pytest.mark.parametrize("judged", [pytest.param(FAILED, id="forged"), pytest.param("", id="vouched for by nobody")])
def test_a_copy_to_the_hierarchy_is_checked_for_itself(line: Line, judged: str) -> None:
    """What a client once wrote to the support, somebody else may send to the hierarchy, id and all."""
    reference = loss(line)
    written = {"subject": f"[{reference}]", "message_id": "<1@un.example.com>"}
    arrives(line, mail("Alors ?", **written))
    arrives(line, mail("Alors ?", judged=judged, **written), ESCALATION)
    assert verdicts(line) == ["attached", "again"]
    assert "client_escalated" not in happened(line, reference)


def test_a_forged_mail_does_not_stand_for_the_true_one(line: Line) -> None:
    reference = loss(line)
    written = {"subject": f"[{reference}]", "message_id": "<1@un.example.com>"}
    arrives(line, mail("Alors ?", judged=FAILED, **written))
    arrives(line, mail("Alors ?", **written), ESCALATION)
    assert verdicts(line) == ["opened", "attached"]
    assert "client_escalated" in happened(line, reference)
