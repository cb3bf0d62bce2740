"""What robots write does no harm: copies, bounces, storms."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from notifications.mail_senders import TO_ONE, TO_STRANGERS
from services import closing
from storage import listing
from storage.accounts.accounts import Role
from storage.mail import inbound_mail
from storage.models import LetterRow
from tests.mail.server import Server, said
from tests.mail.writing import CLIENT, ESCALATION, FAILED, STRANGER, SUPPORT, arrives, mail
from tests.stories.night import loss
from tests.stories.written import DESK, MakeLine, bounce_of, closed, desk_with_mail, happened, verdicts
from tests.support.phone import Line
from tests.web.people import signed_in


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    return desk_with_mail(make_line, server)


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


def test_a_report_that_comes_back_stops_the_archive(line: Line, server: Server) -> None:
    reference = closed(line)
    [report] = server.to(CLIENT)
    bounce = bounce_of(report)
    arrives(line, bounce)
    arrives(line, bounce)
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


def withheld(line: Line) -> Counter[str]:
    with line.database.read() as db:
        return Counter(db.execute(select(LetterRow.withheld).order_by(LetterRow.id)).scalars())


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("dmarc=fail header.from=un.example.com", id="DMARC failed"),
        pytest.param("spf=fail; dkim=fail", id="both others failed, where no DMARC is"),
    ],
)
def test_whoever_did_not_write_is_sent_no_receipt(line: Line, server: Server, results: str) -> None:
    """Sixty mails in the names of sixty people who know nothing of it."""
    for nth in range(60):
        arrives(line, mail(sender=f"inconnu{nth}@ailleurs.example", judged=f"mail.nvl.example; {results}"))
    assert len(line.tickets()) == 60, "every one of them is a ticket"
    assert withheld(line) == {"refused": 60}
    assert {message["To"] for message in server.taken} == {DESK}


def test_of_all_strangers_so_many_are_sent_a_receipt(line: Line, server: Server) -> None:
    """Nobody says anything of them. A client whom our server vouches for has theirs all the same."""
    most = TO_STRANGERS[0][1]
    for nth in range(60):
        arrives(line, mail(sender=f"inconnu{nth}@ailleurs.example", judged=""))
    assert withheld(line) == {"": most, "strangers": 60 - most}
    assert len(line.tickets()) == 60
    arrives(line, mail())
    assert len(server.to(CLIENT)) == 1
    line.forward(hours=1)
    arrives(line, mail(sender=STRANGER, judged=""))
    assert len(server.to(STRANGER)) == 1, "an hour later"


def test_of_everybody_so_many(line: Line, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.mail_senders.TO_ALL", ((timedelta(hours=1), 2),))
    for nth in range(3):
        arrives(line, mail(sender=f"agent{nth}@un.example.com"))
    assert withheld(line) == {"": 2, "all": 1}


def test_an_answer_to_an_escalation_is_counted_with_the_receipts(line: Line, server: Server) -> None:
    reference = loss(line)
    for _ in range(5):
        arrives(line, mail(subject=f"[{reference}]"), ESCALATION)
    assert len(server.to(CLIENT)) == TO_ONE[0][1]
    assert withheld(line)["sender"] == 5 - TO_ONE[0][1]


def test_why_there_was_no_receipt_is_seen(line: Line) -> None:
    arrives(line, mail(judged=FAILED))
    with line.database.read() as db:
        [letter] = listing.letters(db)
    assert letter["withheld"] == "refused"
    page = signed_in(line, Role.ADMIN).gets(f"/tickets/{line.ticket()['reference']}")
    assert "sans accusé" in page


def test_mails_of_one_instant_share_the_last_receipt(line: Line) -> None:
    """Several workers, each with a mail of the same sender: none sees what the others have not committed."""
    for nth in range(6):
        raw = mail(f"Panne {nth}").as_bytes()
        line.audio.put(inbound_mail.place_of(raw), raw)
        with line.database.begin() as db:
            inbound_mail.keep(
                db, mailbox=SUPPORT, escalation=False, raw=raw, message_id=f"<{nth}@un.example.com>",
                essence=str(nth), received_at=line.clock(), now=line.clock(),
            )  # fmt: skip
    [kind] = [kind for kind in line.engine.kinds if kind.table is LetterRow]
    turns = line.engine.take(kind, 6)
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(line.engine.run, turns))
    line.settle()
    assert withheld(line) == {"": TO_ONE[0][1], "sender": 6 - TO_ONE[0][1]}


@pytest.mark.parametrize(
    ("report", "status", "lost"),
    [
        pytest.param("delivery-status", "Action: failed", True, id="failed"),
        pytest.param("delivery-status", "Action: FAILED (permanent)", True, id="failed, as some write it"),
        pytest.param("delivery-status", "Action: delayed", False, id="a delay"),
        pytest.param("delivery-status", "Action: delivered", False, id="delivered"),
        pytest.param("delivery-status", "Action: relayed", False, id="handed on"),
        pytest.param("disposition-notification", "", False, id="somebody has read it"),
        pytest.param("feedback-report", "", False, id="somebody calls it spam"),
    ],
)
def test_only_a_failure_is_one(line: Line, server: Server, report: str, status: str, lost: bool) -> None:
    reference = closed(line)
    [told] = server.to(CLIENT)
    bounce = (
        "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: rapport\nMessage-ID: <b@mx.example>\n"
        f'Content-Type: multipart/report; report-type={report}; boundary="b"\n\n--b\n\nRapport.\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {told['Message-ID']}\n\n--b--\n"
    )
    arrives(line, bounce.encode())
    assert verdicts(line) == ["bounce"]
    assert ("mail_lost" in happened(line, reference)) is lost
