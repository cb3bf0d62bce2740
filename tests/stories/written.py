"""The words of a desk that is written to."""

from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy import select

from services import closing, desk_actions
from storage.models import LetterRow
from tests.jobs.work import book_of, events_of
from tests.mail.server import Server
from tests.mail.writing import BOXES
from tests.stories.night import loss
from tests.stories.test_by_text import text as texts
from tests.support.phone import ING1, ING2, ING4, RESP, Line
from tickets.closure import Part
from tickets.transitions import Action

MakeLine = Callable[..., Line]
DESK = "support@nvl.fr"


def desk_with_mail(make_line: MakeLine, server: Server) -> Line:
    line = make_line(IMAP_URL=BOXES, **server.settings)
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def verdicts(line: Line) -> list[str]:
    with line.database.read() as db:
        return [str(each) for each in db.execute(select(LetterRow.verdict).order_by(LetterRow.id)).scalars()]


def happened(line: Line, ticket: str) -> list[str]:
    return [kind for kind, _ in events_of(line, ticket)]


def do(line: Line, ticket: str, deed: Action, **details: str) -> None:
    with line.database.begin() as db:
        desk_actions.act(db, ticket, deed, "ing2", line.clock(), **details)


def closed(line: Line) -> str:
    reference = loss(line)
    texts(line, ING2, "OK")
    do(line, reference, Action.RESTORE)
    with line.database.begin() as db:
        parts = dict.fromkeys(Part, "Fait.")
        closing.write(db, reference, "ing2", line.clock(), parts)
    book = book_of(line)
    with line.database.begin() as db:
        closing.close(db, book, reference, "ing2", line.clock())
    line.settle()
    return reference


def bounce_of(message: EmailMessage) -> EmailMessage:
    bounce = EmailMessage()
    bounce["From"], bounce["Return-Path"] = "MAILER-DAEMON@mx.example", "<>"
    bounce["Subject"], bounce["Message-ID"] = "Undelivered Mail", "<b1@mx.example>"
    bounce.set_content("No such user.")
    bounce.add_attachment(message)
    bounce.set_type("multipart/report")
    return bounce
