"""A mail as it leaves: headers that threads and robots go by, plain text, HTML of the same text, what is attached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from mail import looks
from mail.identity import INSTANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    name: str
    content: bytes
    type: str = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    message_id: str  # angle brackets included
    sender: str
    to: str
    subject: str
    text: str
    date: datetime
    reply_to: str = ""
    references: Sequence[str] = ()  # Message-IDs of the thread, oldest first
    answers: str = ""  # the Message-ID that this is an automatic receipt of
    instance: str = ""
    attached: Sequence[Attached] = ()

    @property
    def envelope_sender(self) -> str:
        """RFC 3834: what answers by itself is answered by nobody, not even by a bounce."""
        return "" if self.answers else self.sender

    def message(self) -> EmailMessage:
        mail = EmailMessage()
        mail["Message-ID"] = self.message_id
        mail["From"], mail["To"], mail["Subject"] = self.sender, self.to, one_line(self.subject)
        mail["Date"] = format_datetime(self.date)
        if self.reply_to and self.reply_to != self.sender:
            mail["Reply-To"] = self.reply_to
        thread = [*self.references, *([self.answers] if self.answers else [])]
        if thread:
            mail["In-Reply-To"], mail["References"] = thread[-1], " ".join(thread)
        mail["Auto-Submitted"] = "auto-replied" if self.answers else "auto-generated"
        if self.answers:
            mail["X-Auto-Response-Suppress"] = "All"  # Exchange's word for the same
        if self.instance:
            mail[INSTANCE] = self.instance
        mail.set_content(self.text)
        mail.add_alternative(looks.html(self.subject, self.text), subtype="html")
        for each in self.attached:
            kind, _, subtype = each.type.partition("/")
            mail.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
        return mail


def one_line(text: str) -> str:
    """A header holds no line break, whatever a client is called."""
    return " ".join(text.split())
