"""Mail to desks: once, later when the server says so, never when it refuses; over a real SMTP conversation."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from mail import identity
from storage.models import Mail
from tests.jobs.work import forward, row_of
from tests.mail.server import Server, said
from tests.support.phone import Line

MakeLine = Callable[..., Line]


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    return make_line(**server.settings)


def queue(line: Line, subject: str = "[NVL-26-00001-8] Message de Client Démo Un", body: str = "Bonjour") -> None:
    now = line.clock()
    row = {"recipient": "support@nvl.example", "subject": subject, "body": body, "queued_at": now, "run_at": now}
    with line.database.begin() as db:
        db.execute(insert(Mail).values(message_id="NVL-26-00001-8.ouverture", **row))


def test_sent_once(line: Line, server: Server) -> None:
    queue(line)
    forward(line, minutes=10)
    [message] = server.taken
    assert message["To"] == "support@nvl.example"
    assert message["From"] == "astreinte@nvl.example"
    assert identity.read(line.settings.secret_key, message["Message-ID"]) == "NVL-26-00001-8.ouverture"
    assert message["Message-ID"].endswith("@nvl.example>")
    mail = row_of(line.database, Mail, 1)
    assert message["Date"].datetime == mail.queued_at
    assert (mail.state, mail.run_at) == ("sent", None)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(["451 grey listed"], id="grey-listed once"),
        pytest.param(["452 full", "421 closing", "451 later"], id="full, closing, later"),
    ],
)
def test_later_when_the_server_says_later(line: Line, server: Server, answers: list[str]) -> None:
    first = answers[0]
    server.answers = list(answers)
    queue(line)
    line.settle()
    mail = row_of(line.database, Mail, 1)
    assert (mail.state, server.taken) == ("queued", [])
    assert first[:3] in mail.trouble
    forward(line, minutes=5)
    assert len(server.taken) == 1
    mail = row_of(line.database, Mail, 1)
    assert (mail.state, mail.trouble, mail.tries) == ("sent", "", 0)


@pytest.mark.parametrize("where", ["message", "recipient"])
def test_never_when_the_server_refuses(line: Line, server: Server, where: str) -> None:
    if where == "message":
        server.answers = ["554 spam", "554 spam"]
    else:
        server.rejected_recipient = "550 unknown"
    queue(line)
    forward(line, minutes=10)
    mail = row_of(line.database, Mail, 1)
    assert (mail.state, mail.run_at, server.taken) == ("refused", None, [])
    assert ("554" if where == "message" else "550") in mail.trouble
    assert len(server.answers) == (1 if where == "message" else 0)  # asked once


def test_a_recipient_that_is_full_is_tried_again(line: Line, server: Server) -> None:
    server.rejected_recipient = "452 full"
    queue(line)
    line.settle()
    server.rejected_recipient = ""
    forward(line, minutes=1)
    assert len(server.taken) == 1


def test_a_server_that_is_away(make_line: MakeLine, server: Server) -> None:
    """Nobody listens there: kept, visible, tried again at growing intervals."""
    line = make_line(SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="astreinte@nvl.example")
    queue(line)
    forward(line, minutes=10)
    mail = row_of(line.database, Mail, 1)
    assert mail.state == "queued"
    assert "ConnectionRefusedError" in mail.trouble
    assert 8 <= mail.tries <= 16


def test_mail_waits_while_no_server_is_configured(make_line: MakeLine) -> None:
    line = make_line()
    queue(line)
    forward(line, minutes=1)
    mail = row_of(line.database, Mail, 1)
    assert (mail.state, mail.tries) == ("queued", 0)


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        pytest.param("Message de Évelyne & Zoë — n° 7 €", "Message de Évelyne & Zoë — n° 7 €", id="accents"),
        pytest.param("Message de X\r\nBcc: tous@evil.example\r\n\r\nSalut", "Message de X Bcc: tous@evil.example Salut",
                     id="a client whose name holds headers"),
        pytest.param("Message de X\nSubject: autre", "Message de X Subject: autre", id="a bare line feed"),
        pytest.param("Message de " + "Très long nom " * 20, ("Message de " + "Très long nom " * 20).strip(),
                     id="longer than a line"),
    ],
)  # fmt: skip
def test_a_subject_is_one_header_whatever_a_client_is_called(
    line: Line, server: Server, subject: str, read: str
) -> None:
    queue(line, subject, body="Ticket é\n.\nQUIT\n")
    line.settle()
    [message] = server.taken
    assert message["Subject"] == read
    assert message.get_all("Subject") == [message["Subject"]]
    assert message["Bcc"] is None
    assert said(message).splitlines() == ["Ticket é", ".", "QUIT"]


def test_one_message_that_cannot_be_written_leaves_the_others_alone(line: Line, server: Server) -> None:
    with line.database.begin() as db:
        now = line.clock()
        row = {"subject": "s", "body": "b", "queued_at": now, "run_at": now}
        db.execute(insert(Mail).values(message_id="1", recipient="a@b.example\r\nBcc: c@d.example", **row))
        db.execute(insert(Mail).values(message_id="2", recipient="support@nvl.example", **row))
    line.settle()
    assert [message["Message-ID"].partition(".")[0] for message in server.taken] == ["<2"]
    assert row_of(line.database, Mail, 1).trouble
