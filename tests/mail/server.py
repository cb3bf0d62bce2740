"""A real mail server on this machine: what it answers, and what it has taken."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from commands.demo.sandbox import free_port

SENDER = "astreinte@nvl.example"


class Server:
    """A mail server's conduct: what it answers to DATA or RCPT, and what it has taken."""

    def __init__(self, port: int = 0) -> None:
        self.settings = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": SENDER}
        self.senders: list[str] = []  # of envelopes
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []  # to the next messages; then it takes them
        self.rejected_recipient = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rejected_recipient:
            return self.rejected_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.senders.append(envelope.mail_from or "")
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.taken if message["To"] == address]


@contextmanager
def serving() -> Iterator[Server]:
    port = free_port()
    server = Server(port)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def said(message: EmailMessage, kind: str = "plain") -> str:
    """What it says, in one of its two shapes."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
