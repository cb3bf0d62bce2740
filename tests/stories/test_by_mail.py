"""Clients write: a mail becomes a ticket with its receipt, whoever says to have written it."""

from typing import Any

import pytest

from storage.mail import inbound_mail
from tests.mail.server import Server, said
from tests.mail.writing import CLIENT, FAILED, PASSED, STRANGER, arrives, mail
from tests.stories.written import DESK, MakeLine, desk_with_mail, verdicts
from tests.support.phone import Line

NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    return desk_with_mail(make_line, server)


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


@pytest.mark.parametrize(
    ("outermost", "verified"),
    [
        pytest.param(FAILED, False, id="it failed, says our server"),
        pytest.param("mail.nvl.example; spf=pass", False, id="it says nothing of the sender"),
        pytest.param("mx.autre.example; dmarc=pass", False, id="somebody else's on top: ours is not at the border"),
        pytest.param("mail.nvl.example; none", False, id="nothing was tried"),
        pytest.param(PASSED, True, id="it passed"),
        pytest.param(" ".join(PASSED.partition(" ")), True, id="in several lines"),
    ],
)
def test_only_the_outermost_results_count(line: Line, outermost: str, verified: bool) -> None:
    """Below them anybody may have written anything, our own name included."""
    message = mail(judged=outermost)
    message["ARC-Authentication-Results"] = "i=1; mail.nvl.example; dmarc=pass"
    message["Authentication-Results"] = PASSED
    message["authentication-results"] = PASSED
    arrives(line, message.as_bytes().replace(b"; dmarc", b";\n\tdmarc"))
    assert line.ticket()["verified"] is verified


def test_without_a_name_of_our_server_nobody_is_believed(make_line: MakeLine, server: Server) -> None:
    """Not what the mailbox's host would be called, nor the domain of our own address: both are easy to guess."""
    urls = "imap://support:x@mail.nvl.example/INBOX imap://escalade:x@mail.nvl.example/INBOX?escalation"
    line = make_line(IMAP_URL=urls, **server.settings)
    for name in ("mail.nvl.example", "nvl.example", ""):
        arrives(line, mail(judged=f"{name}; dmarc=pass"))
    assert [ticket["verified"] for ticket in line.tickets()] == [False] * 3


@pytest.mark.parametrize(
    "senders",
    [
        pytest.param(b"From: " + CLIENT.encode() + b", a@evil.example", id="two addresses"),
        pytest.param(b"From: a@evil.example\nFrom: " + CLIENT.encode(), id="two headers"),
        pytest.param(b"From: " + CLIENT.encode() + b"\nFrom: a@evil.example", id="two headers, ours first"),
        pytest.param(b"From: evil@evil.example@a, <" + CLIENT.encode() + b">", id="one of them no address"),
    ],
)
def test_of_two_senders_nobody_vouches_for_either(line: Line, server: Server, senders: bytes) -> None:
    arrives(line, mail().as_bytes().replace(b"From: " + CLIENT.encode(), senders))
    assert not line.ticket()["verified"]
    assert server.to(CLIENT) == server.to("a@evil.example") == [], "nor is either answered"


def test_an_id_is_anybodys_to_write(line: Line) -> None:
    """Two mails under one id are two; the same one once more, carried another way, is not."""
    arrives(line, mail("un", message_id="<1@un.example.com>"))
    other = mail("deux", message_id="<1@un.example.com>")
    arrives(line, other)
    other["Received"] = "from a.example by b.example"
    arrives(line, other.as_bytes().replace(b"\n", b"\r\n"))
    assert [ticket["description"] for ticket in line.tickets()] == ["un", "deux"]


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
        rows: list[Any] = inbound_mail.attachments(db, reference)
    assert [(row.name, row.size) for row in rows] == [(".._.._logo.png".strip("."), 9), ("journal.txt", 7)]
    assert line.audio.get(rows[1].place) == b"journal"


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


def test_while_the_storage_is_away_mail_waits(line: Line) -> None:
    raw = mail("Panne chez nous.").as_bytes()
    with line.database.begin() as db:
        now = line.clock()
        inbound_mail.keep(
            db, mailbox="x", escalation=False, raw=raw, message_id="<x@y>", essence="x", received_at=now, now=now
        )
    line.forward(minutes=30)
    assert line.tickets() == [], "its file may come back, and then it is whole"
    line.audio.put(inbound_mail.place_of(raw), raw)
    line.forward(minutes=2)
    assert line.ticket()["description"] == "Panne chez nous."


def test_what_a_mail_makes_impossible_is_a_ticket_without_its_text(
    line: Line, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def proposed(*_: object) -> None:
        monkeypatch.undo() if len(tries) == 2 else tries.append(1)
        raise ValueError("nobody has thought of this")

    tries: list[int] = []
    monkeypatch.setattr("jobs.inbound_mail_handler.mail_senders.proposed", proposed)
    message = mail("Panne", message_id="<x@un.example.com>")
    with pytest.raises(AssertionError, match="nobody has thought of this"):
        arrives(line, message)
    line.forward(minutes=5)
    ticket = line.ticket()
    assert (ticket["client"], ticket["verified"], ticket["description"]) == ("260417", True, "Panne")
    assert said(server.to(DESK)[0]).count("Objet : Panne") == 1


def test_a_name_that_no_database_keeps(line: Line) -> None:
    message = (
        mail(sender=STRANGER).as_bytes().replace(b"From: " + STRANGER.encode(), b"From: =?utf-8?b?QQBC?= <a@b.example>")
    )
    arrives(line, message)
    assert line.ticket()["contact"] == "AB <a@b.example>"
