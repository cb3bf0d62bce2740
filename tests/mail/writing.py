"""Mail as clients write it, and as our own server hands it over."""

from email.message import EmailMessage
from email.utils import make_msgid

from sqlalchemy import select

from mail import reading
from storage.mail import inbound_mail
from storage.models import LetterRow
from tests.support.phone import Line

SUPPORT, ESCALATION = "support@mail.nvl.example/INBOX", "escalade@mail.nvl.example/INBOX"
BOXES = (
    "imap://support:x@mail.nvl.example/INBOX?authserv=mail.nvl.example"
    " imap://escalade:x@mail.nvl.example/INBOX?escalation&authserv=mail.nvl.example"
)
CLIENT, STRANGER = "standard@un.example.com", "quelquun@ailleurs.example"
PASSED = "mail.nvl.example; dmarc=pass header.from=un.example.com"
FAILED = "mail.nvl.example; dmarc=fail header.from=un.example.com"


def mail(
    text: str = "Bonjour, plus de connexion.", *, sender: str = CLIENT, subject: str = "Panne", judged: str = PASSED,
    message_id: str = "", answers: str = "", **headers: str,
) -> EmailMessage:  # fmt: skip
    message = EmailMessage()
    if judged:
        message["Authentication-Results"] = judged
    message["From"], message["To"], message["Subject"] = sender, "support@nvl.fr", subject
    message["Message-ID"] = message_id or make_msgid(domain="un.example.com")
    if answers:
        message["In-Reply-To"] = answers
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def arrives(line: Line, message: EmailMessage | bytes, mailbox: str = SUPPORT) -> None:
    """Fetched from a mailbox, and read."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    line.audio.put(inbound_mail.place_of(raw), raw)

    with line.database.begin() as db:
        inbound_mail.keep(
            db, mailbox=mailbox, escalation=mailbox == ESCALATION, raw=raw, message_id=reading.message_id(raw),
            essence=reading.essence(raw), received_at=line.clock(), now=line.clock(),
        )  # fmt: skip
    line.settle()
    with line.database.read() as db:
        trouble = db.execute(select(LetterRow.trouble).order_by(LetterRow.id.desc()).limit(1)).scalar()
    assert not trouble, trouble
