"""Clients write: a mail becomes a ticket, an answer finds it, and what robots and strangers write does no harm."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from mail import identity
from storage import closing, desk, letters
from storage.models import LetterRow
from tests.jobs.work import book_of, events_of
from tests.mail.server import Server, said
from tests.mail.writing import BOXES, CLIENT, ESCALATION, FAILED, STRANGER, arrives, mail
from tests.phone import ING1, ING2, ING4, RESP, SAMPLE, Line
from tests.stories.night import loss
from tests.stories.test_by_text import text as texts
from tickets.closure import Part
from tickets.moves import Act

MakeLine = Callable[..., Line]
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
DESK = "support@nvl.fr"


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    line = make_line(IMAP_URL=BOXES, **server.settings)
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def verdicts(line: Line) -> list[str]:
    with line.database.read() as db:
        return [str(each) for each in db.execute(select(LetterRow.verdict).order_by(LetterRow.id)).scalars()]


def happened(line: Line, ticket: str) -> list[str]:
    return [kind for kind, _ in events_of(line, ticket)]


def do(line: Line, ticket: str, deed: Act, **details: str) -> None:
    with line.database.begin() as db:
        desk.act(db, ticket, deed, "ing2", line.clock(), **details)


# ---------------------------------------------------------------- a declaration
def test_a_declaration_is_a_ticket_with_its_receipt(line: Line, server: Server) -> None:
    """Saturday night: the desk is closed, the client has the option."""
    arrives(line, mail("Bonjour,\n\nplus d'accès internet depuis 21 h.", message_id="<a1@un.example.com>"))
    ticket = line.ticket()
    assert {name: ticket[name] for name in ("client", "entity", "service", "kind", "nature", "verified", "paged")} == {
        "client": "260417", "entity": "idline", "service": "Accès internet", "kind": "incident",
        "nature": "service_loss", "verified": True, "paged": False,
    }  # fmt: skip
    assert ticket["received_at"] == "2026-09-12T20:04:00Z"
    assert ticket["qualified_at"] is None, "an engineer says so, not a robot"
    assert ticket["due_restore_at"] == "2026-09-13T00:04:00Z"
    assert ticket["description"] == "Bonjour,\n\nplus d'accès internet depuis 21 h."
    [receipt] = server.to(CLIENT)
    assert receipt["Subject"] == f"[{ticket['reference']}] Demande enregistrée : Panne"
    assert receipt["In-Reply-To"] == "<a1@un.example.com>"
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert receipt["X-Auto-Response-Suppress"] == "All"
    assert server.senders[server.taken.index(receipt)] == "<>", "nobody answers it, not even a bounce"
    for told in ("il rouvre lundi 14/09/2026 à 8 h 30", "téléphonez sans attendre à l'astreinte"):
        assert told in said(receipt)
    assert "05 36 49 00 24" not in said(receipt), "the number itself only on the portal"
    [told_desk] = server.to(DESK)
    assert "plus d'accès internet" in said(told_desk)
    line.nobody_is_woken()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Merci de modifier le réseau.", ("change_request", "change", "Réseau"), id="a change"),
        pytest.param("Question sur les Serveurs", ("information_request", "information", "Serveurs"), id="a question"),
        pytest.param("Bonjour", ("incident", None, None), id="nothing said: asked once"),
    ],
)  # fmt: skip
def test_what_it_seems_to_be(line: Line, server: Server, text: str, expected: tuple[str, ...]) -> None:
    arrives(line, mail(text, subject="Bonjour"))
    ticket = line.ticket()
    assert (ticket["kind"], ticket["nature"], ticket["service"]) == expected
    [receipt] = server.to(CLIENT)
    assert ("précisant le produit" in said(receipt)) is (None in expected)


def test_a_stranger_is_heard_and_not_believed(line: Line, server: Server) -> None:
    arrives(line, mail("Internet en panne", sender=STRANGER, judged="", subject="Confidentiel"))
    ticket = line.ticket()
    assert (ticket["client"], ticket["verified"], ticket["refusal"]) == (None, False, "unverified")
    [receipt] = server.to(STRANGER)
    assert "Confidentiel" not in receipt["Subject"], "no content, for it may go to somebody else"
    assert "Internet" not in said(receipt)


@pytest.mark.parametrize(
    "judged",
    [
        pytest.param(FAILED, id="our server says that it is not from there"),
        pytest.param("", id="nobody says anything"),
        pytest.param("mail.evil.example; dmarc=pass", id="somebody else's server"),
        pytest.param("mail.nvl.example; spf=pass smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail", id="in a value"),
        pytest.param('mail.nvl.example; spf=pass smtp.mailfrom="; dmarc=pass"@evil.example', id="in quotes"),
        pytest.param("mail.nvl.example; dmarc=pass header.from=evil.example", id="for another domain"),
        pytest.param("mail.nvl.example; dmarc=none; dkim=pass header.d=evil.example", id="signed by another domain"),
    ],
)
def test_a_forged_sender_is_not_verified(line: Line, judged: str) -> None:
    arrives(line, mail(judged=judged))
    assert not line.ticket()["verified"]


def test_only_the_outermost_results_count(line: Line) -> None:
    message = mail(judged=FAILED)
    message["Authentication-Results"] = "mail.nvl.example; dmarc=pass"
    arrives(line, message)
    assert not line.ticket()["verified"]


# ---------------------------------------------------------------- an answer
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
    do(line, reference, Act.WAIT, reason="client")
    arrives(line, mail("Voilà.", subject=f"Re: [{reference}]", Auto_Submitted="auto-replied"))
    assert line.ticket()["state"] == "pending", "a robot's word ends nothing"
    arrives(line, mail("Voilà.", subject=f"Re: [{reference}]"))
    assert line.ticket()["state"] == "in_progress"


def test_a_wait_for_somebody_else_goes_on(line: Line) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    do(line, reference, Act.WAIT, reason="site")
    arrives(line, mail("Alors ?", subject=f"Re: [{reference}]"))
    assert line.ticket()["state"] == "pending"


def restored(line: Line) -> str:
    reference = loss(line)
    texts(line, ING2, "OK")
    do(line, reference, Act.RESTORE)
    with line.database.begin() as db:
        parts = dict.fromkeys(Part, "Fait.")
        closing.write(db, reference, "ing2", line.clock(), parts)
    book = book_of(line)
    with line.database.begin() as db:
        closing.close(db, book, reference, "ing2", line.clock())
    line.settle()
    return reference


def test_not_resolved_after_all_it_is_reopened(line: Line, server: Server) -> None:
    restored(line)
    [report] = server.to(CLIENT)
    arrives(line, mail("Toujours en panne.", answers=report["Message-ID"]))
    assert line.ticket()["state"] == "in_progress"


def test_whoever_was_forwarded_the_report_reopens_nothing(line: Line, server: Server) -> None:
    reference = restored(line)
    [report] = server.to(CLIENT)
    arrives(line, mail("Rouvrez !", answers=report["Message-ID"], sender=STRANGER, judged=""))
    assert line.ticket()["state"] == "closed"
    assert happened(line, reference)[-1] == "mail", "noted all the same"


def test_after_the_archive_a_new_ticket_follows(line: Line, server: Server) -> None:
    reference = restored(line)
    [report] = server.to(CLIENT)
    with line.database.begin() as db:
        closing.archive(db, reference, "resp", line.clock())
    arrives(line, mail("Encore.", answers=report["Message-ID"]))
    assert [ticket["state"] for ticket in line.tickets()] == ["archived", "open"]
    opened = events_of(line, line.tickets()[1]["reference"])[0]
    assert opened[1]["follows"] == reference


# ---------------------------------------------------------------- the hierarchy
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


# ---------------------------------------------------------------- robots, bounces, storms
@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        pytest.param({"Auto_Submitted": "auto-replied"}, "quarantined", id="an automatic answer"),
        pytest.param({"Precedence": "bulk"}, "quarantined", id="bulk"),
        pytest.param({"List_Id": "<news.example>"}, "quarantined", id="a mailing list"),
        pytest.param({"X_Autoreply": "yes"}, "quarantined", id="an old robot"),
        pytest.param({"Auto_Submitted": "no"}, "opened", id="a person, says the program"),
        pytest.param({"X_Auto_Response_Suppress": "All"}, "opened", id="no answer is wanted, and no robot proven"),
    ],
)
def test_robots_are_kept_apart_and_answered_by_nobody(
    line: Line, server: Server, headers: dict[str, str], verdict: str
) -> None:
    arrives(line, mail(**headers))
    assert verdicts(line) == [verdict]
    if verdict == "quarantined" or "X_Auto_Response_Suppress" in headers:
        assert server.to(CLIENT) == []
    assert len(line.tickets()) == (verdict == "opened")


def bounce_of(message: EmailMessage) -> EmailMessage:
    bounce = EmailMessage()
    bounce["From"], bounce["Return-Path"] = "MAILER-DAEMON@mx.example", "<>"
    bounce["Subject"], bounce["Message-ID"] = "Undelivered Mail", "<b1@mx.example>"
    bounce.set_content("No such user.")
    bounce.add_attachment(message)
    bounce.set_type("multipart/report")
    return bounce


def test_a_report_that_comes_back_stops_the_archive(line: Line, server: Server) -> None:
    reference = restored(line)
    [report] = server.to(CLIENT)
    arrives(line, bounce_of(report))
    arrives(line, bounce_of(report))
    assert verdicts(line) == ["bounce"], "the same bounce twice is one"
    assert happened(line, reference)[-1] == "mail_lost"
    with pytest.raises(Exception, match="n'est pas arrivé"), line.database.begin() as db:
        closing.archive(db, reference, "resp", line.clock())
    assert "n'est pas arrivé" in said(server.to(DESK)[-1])


def test_our_own_mail_coming_back_is_dropped(line: Line, server: Server) -> None:
    arrives(line, mail())
    arrives(line, server.to(DESK)[0])
    assert verdicts(line) == ["opened", "ours"]
    assert len(line.tickets()) == 1


def test_two_desks_that_answer_each_other_stop_by_themselves(line: Line, server: Server) -> None:
    """The other desk's robot says nothing of being one, and answers every mail with a new one."""
    sent = 0
    arrives(line, mail("Ticket #1 reçu.", subject="Votre demande"))
    for round_ in range(60):
        answers = server.to(CLIENT)[sent:]
        sent += len(answers)
        for _ in answers:
            arrives(line, mail(f"Ticket #{round_} reçu.", subject="Votre demande"))
        line.forward(minutes=1)
        if not answers:
            break
    assert sent == 3, "three receipts an hour"
    line.forward(hours=3)
    assert len(server.to(CLIENT)) == 3, "it does not begin again"


def test_ten_receipts_a_day_to_one_sender(line: Line, server: Server) -> None:
    for _ in range(15):
        arrives(line, mail())
        line.clock.forward(minutes=30)
    assert len(server.to(CLIENT)) == 10
    assert len(line.tickets()) == 15, "every one of them is a ticket"


# ---------------------------------------------------------------- what cannot be read
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff\xfe garbage without headers", id="garbage"),
        pytest.param(b"From: a@b.example\n" + NESTED, id="nested parts"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_ticket_all_the_same(line: Line, raw: bytes) -> None:
    arrives(line, raw)
    arrives(line, mail())
    assert verdicts(line) == ["opened", "opened"], "and does not stop the queue"


def test_a_mail_that_fails_again_and_again_becomes_a_ticket(line: Line) -> None:
    raw = mail().as_bytes()
    with line.database.begin() as db:
        now = line.clock()
        letters.keep(db, mailbox="x", escalation=False, raw=raw, message_id="<x@y>", received_at=now, now=now)
    line.forward(minutes=10)  # its file is gone
    assert verdicts(line) == ["opened"]
    assert "illisible" in line.ticket()["description"]


def test_attachments_are_kept_once(line: Line) -> None:
    message = mail()
    message.add_attachment(b"\x89PNG logo", maintype="image", subtype="png", filename="../../logo.png")
    arrives(line, message)
    reference = line.ticket()["reference"]
    again = mail("Suite", subject=f"[{reference}]")
    again.add_attachment(b"\x89PNG logo", maintype="image", subtype="png", filename="image001.png")
    again.add_attachment(b"journal", maintype="text", subtype="plain", filename="journal.txt")
    arrives(line, again)
    with line.database.read() as db:
        rows: list[Any] = letters.attachments(db, reference)
    assert [(row.name, row.size) for row in rows] == [(".._.._logo.png".strip("."), 9), ("journal.txt", 7)]
    assert line.audio.get(rows[1].place) == b"journal"


def test_the_ids_of_our_mail_cannot_be_guessed(line: Line) -> None:
    reference = loss(line)
    forged = identity.compose("une-autre-cle-secrete", f"{reference}.ouverture", "nvl.example")
    arrives(line, mail("Je réponds.", answers=forged, sender=STRANGER, judged=""))
    assert len(line.tickets()) == 2
