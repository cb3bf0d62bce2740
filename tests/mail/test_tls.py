"""Mail under a lock: the password goes through TLS alone, to a server that is who it says."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from commands.demo.sandbox import free_port
from mail import imap, mailboxes
from mail.draft import Draft
from mail.imap import MailboxTrouble
from mail.smtp import Outbox
from tests.mail import dovecot
from tests.mail.certificate import Certificate
from tests.mail.server import SENDER, Server
from tests.mail.writing import mail

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # smtps is TLS
PASSWORD = "mot:de/passe@"
WRITTEN = "mot%3Ade%2Fpasse%40"
DRAFT = Draft(
    message_id="<1@nvl.example>", sender=SENDER, to="a@b.example", subject="Essai", text="Bonjour.",
    date=datetime(2026, 9, 12, 20, 4, tzinfo=UTC), reply_to=SENDER, references=[], answers="", instance="x",
    attached=(),
)  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["smtps", "smtp+starttls"])
def url(request: pytest.FixtureRequest, certificate: Certificate) -> Iterator[tuple[str, Server]]:
    """A server that takes mail from those alone who have its password, over TLS alone."""
    server, port, immediate = Server(), free_port(), request.param == "smtps"

    def known(*given: object) -> AuthResult:
        login = given[-1]
        right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"nvl", PASSWORD.encode())
        return AuthResult(success=right)

    context = certificate.served()
    controller = Controller(
        server, hostname="127.0.0.1", port=port, authenticator=known, auth_required=True,
        ssl_context=context if immediate else None, tls_context=None if immediate else context,
        require_starttls=not immediate, auth_require_tls=not immediate,
    )  # fmt: skip
    with certificate.trusted():
        controller.start()
    try:
        yield f"{request.param}://nvl:{WRITTEN}@127.0.0.1:{port}", server
    finally:
        with certificate.trusted():
            controller.stop()


def test_mail_leaves_through_tls_with_its_password(url: tuple[str, Server], certificate: Certificate) -> None:
    with certificate.trusted():
        Outbox(url[0]).send(DRAFT)
    assert [message["Subject"] for message in url[1].taken] == ["Essai"]


def test_a_wrong_password_is_tried_again_later(url: tuple[str, Server], certificate: Certificate) -> None:
    with certificate.trusted(), pytest.raises(smtplib.SMTPException):
        Outbox(url[0].replace(WRITTEN, "autre")).send(DRAFT)
    assert url[1].taken == []


def test_a_server_that_nobody_vouches_for_gets_no_password(url: tuple[str, Server]) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        Outbox(url[0]).send(DRAFT)
    assert url[1].taken == []


@pytest.mark.skipif(not dovecot.PROGRAM and not os.environ.get("CI"), reason="no dovecot on this machine")
@pytest.mark.xdist_group("dovecot")
@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_mailbox_is_read_through_tls(scheme: str, certificate: Certificate, tmp_path: Path) -> None:
    with dovecot.running(certificate) as server:
        server.deliver("support", mail())
        (address,) = mailboxes.addresses(server.url("support", scheme=scheme))
        with certificate.trusted(), imap.opened(address) as post:
            assert len(post.unread(None)) == 1
        with pytest.raises(MailboxTrouble, match="CERTIFICATE_VERIFY_FAILED"), imap.opened(address):
            pass
