"""A real IMAP server: what arrives is fetched once, whatever is restarted or renumbered; nothing is lost there."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from jobs import chores
from jobs.mail_collector import Listener, chore_of
from mail import imap, mailboxes
from storage.models import Chore, LetterRow
from tests.jobs.work import row_of, until
from tests.mail import dovecot
from tests.mail.dovecot import Dovecot
from tests.mail.server import Server, said
from tests.mail.writing import CLIENT, mail
from tests.stories.night import loss
from tests.support.phone import Line

MakeLine = Callable[..., Line]
pytestmark = [
    pytest.mark.skipif(not dovecot.PROGRAM and not os.environ.get("CI"), reason="no dovecot on this machine"),
    pytest.mark.xdist_group("dovecot"),
]
JUDGED = "mx.nvl.example; dmarc=pass"
AUTHSERV = "?authserv=MX.nvl.example"


@pytest.fixture(scope="module")
def started() -> Iterator[Dovecot]:
    with dovecot.running() as server:
        yield server


@pytest.fixture
def boxes(started: Dovecot) -> Iterator[Dovecot]:
    yield started
    for user in ("support", "escalade"):
        if (started.home / "mail" / user).exists():
            started.empty(user)


@pytest.fixture
def line(make_line: MakeLine, boxes: Dovecot, server: Server) -> Line:
    urls = f"{boxes.url('support', AUTHSERV)} {boxes.url('escalade', AUTHSERV + '&escalation')}"
    line = make_line(IMAP_URL=urls, **server.settings)
    with line.database.begin() as db:
        names = [chore_of(box) for box in mailboxes.addresses(urls)]
        chores.schedule(db, dict.fromkeys(names), line.clock())
    return line


def verdicts(line: Line) -> list[str | None]:
    with line.database.read() as db:
        return list(db.execute(select(LetterRow.verdict).order_by(LetterRow.id)).scalars())


def test_a_declaration_and_its_answer(line: Line, boxes: Dovecot, server: Server) -> None:
    boxes.deliver("support", mail("Bonjour, l'accès internet est en panne.", judged=JUDGED))
    line.forward(minutes=1)
    assert line.ticket()["service"] == "Accès internet"
    assert line.ticket()["verified"]
    [receipt] = server.to(CLIENT)
    boxes.deliver("support", mail("Il s'agit de Pau.", answers=receipt["Message-ID"], judged=JUDGED))
    line.forward(minutes=2)
    assert verdicts(line) == ["opened", "attached"]
    line.forward(minutes=10)
    assert len(line.tickets()) == 1


def test_the_hierarchys_mailbox(line: Line, boxes: Dovecot, server: Server) -> None:
    reference = loss(line)
    boxes.deliver("escalade", mail("Escalade", subject=f"[{reference}]", judged=JUDGED))
    line.forward(minutes=1)
    assert "client_escalated" in line.happened_to(reference)
    assert "L'engagement court" in said(server.to(CLIENT)[-1])


def test_what_was_read_long_ago_is_none_of_our_business(make_line: MakeLine, boxes: Dovecot, server: Server) -> None:
    """A mailbox full of old mail: we begin with what nobody has read."""
    boxes.deliver("support", mail("vieux", message_id="<vieux@un.example.com>"))
    (address,) = mailboxes.addresses(boxes.url("support"))
    with imap.opened(address) as post:
        for uid in post.unread(None):
            post.mark(uid)
    boxes.deliver("support", mail("neuf", message_id="<neuf@un.example.com>"))
    line = make_line(IMAP_URL=boxes.url("support"), **server.settings)
    with line.database.begin() as db:
        chores.schedule(db, {chore_of(address): None}, line.clock())
    line.settle()
    with line.database.read() as db:
        assert list(db.execute(select(LetterRow.message_id)).scalars()) == ["<neuf@un.example.com>"]


def seen(boxes: Dovecot, message_id: str, **more: float) -> None:
    """Delivered, and read by somebody in their own mail program."""
    boxes.deliver("support", mail(message_id=message_id), **more)
    (address,) = mailboxes.addresses(boxes.url("support"))
    with imap.opened(address) as post:
        post.mark(post.last_uid)


def test_begun_in_pieces_it_is_begun_once(line: Line, boxes: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """More lies there than one turn takes, or the first turn was cut short: what was read before we came stays so."""
    monkeypatch.setattr("jobs.mail_collector.AT_ONCE", 1)
    boxes.deliver("support", mail(message_id="<1@un.example.com>"))
    seen(boxes, "<2@un.example.com>")
    boxes.deliver("support", mail(message_id="<3@un.example.com>"))
    line.settle()
    boxes.deliver("support", mail(message_id="<4@un.example.com>"))
    line.forward(minutes=5)
    assert kept(line) == ["<1@un.example.com>", "<3@un.example.com>", "<4@un.example.com>"]


def test_numbered_anew_what_is_old_stays_so(line: Line, boxes: Dovecot) -> None:
    """What was read in the meantime is fetched, for nobody knows whether we had it; not what was years ago."""
    boxes.deliver("support", mail(message_id="<1@un.example.com>"))
    line.forward(minutes=1)
    boxes.empty("support")
    seen(boxes, "<vieux@un.example.com>", at=datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    seen(boxes, "<hier@un.example.com>", at=line.clock().timestamp())
    line.forward(minutes=2)
    assert kept(line) == ["<1@un.example.com>", "<hier@un.example.com>"]


def kept(line: Line) -> list[str]:
    with line.database.read() as db:
        return list(db.execute(select(LetterRow.message_id).order_by(LetterRow.id)).scalars())


def test_numbered_anew_nothing_is_read_twice(line: Line, boxes: Dovecot) -> None:
    first = mail("un", message_id="<1@un.example.com>")
    boxes.deliver("support", first)
    line.forward(minutes=1)
    boxes.empty("support")
    boxes.deliver("support", first)
    boxes.deliver("support", mail("deux", message_id="<2@un.example.com>"))
    line.forward(minutes=2)
    assert kept(line) == ["<1@un.example.com>", "<2@un.example.com>"]


def test_a_mailbox_that_is_away_is_asked_again(line: Line, boxes: Dovecot) -> None:
    boxes.stop()
    line.forward(minutes=2)
    (address, _) = mailboxes.addresses(line.settings.imap_url)
    assert "MailboxTrouble" in row_of(line.database, Chore, chore_of(address)).trouble
    boxes.start()
    boxes.deliver("support", mail())
    line.forward(minutes=3)
    assert verdicts(line) == ["opened"]


def test_a_wrong_password_is_said_without_it(boxes: Dovecot) -> None:
    (address,) = mailboxes.addresses(boxes.url("support").replace("secret", "faux-mot"))
    with pytest.raises(imap.MailboxTrouble) as refused, imap.opened(address):
        pass
    assert "faux-mot" not in str(refused.value)
    assert "faux-mot" not in repr(address)


def test_thirty_megabytes(line: Line, boxes: Dovecot) -> None:
    message = mail("Voir la pièce jointe.")
    message.add_attachment(os.urandom(22_000_000), maintype="application", subtype="octet-stream", filename="a.bin")
    boxes.deliver("support", message)
    boxes.deliver("support", mail())
    line.forward(minutes=2)
    assert verdicts(line) == ["opened", "opened"]


def test_the_server_rings(line: Line, boxes: Dovecot) -> None:
    """IDLE: the chore is due long before its minute."""
    boxes.deliver("support", mail("pour que la boîte existe"))
    line.forward(minutes=1)
    (address, _) = mailboxes.addresses(line.settings.imap_url)
    stopping = threading.Event()
    listener = Listener(line.database, line.clock, address, stopping)
    listener.start()

    def is_due() -> bool:
        return bool(row_of(line.database, Chore, chore_of(address)).run_at <= line.clock())

    until(is_due)  # once it listens
    line.settle()
    assert not is_due()
    boxes.deliver("support", mail("sonnez"))
    until(is_due)
    line.settle()
    assert len(verdicts(line)) == 2
    stopping.set()
    boxes.deliver("support", mail("et finissez"))
    listener.join(10)
    assert not listener.is_alive()
