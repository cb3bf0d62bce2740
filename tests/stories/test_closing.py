"""The end of a ticket: a report, a mail to the client, the archive; in that order, each taken back until the next."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Row, select, update

from jobs.chores import schedule
from mail import identity
from services import closing, desk_actions
from storage.models import Mail, ReportRow
from tests.jobs.work import book_of, events_of
from tests.mail.server import Server, said
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, ING4, RESP, SAMPLE, Line
from tickets.closure import MailState, Part
from tickets.states import State
from tickets.transitions import Action, TransitionRefused

MakeLine = Callable[..., Line]
WHOLE = {Part.CAUSE: "Une fibre coupée.", Part.ACTIONS: "Fibre réparée.", Part.PREVENTION: "Un second chemin."}
CLIENT = "standard@un.example.com"


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    """Engineers who hear and press nothing; mail leaves."""
    line = make_line(**server.settings)
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def restored(line: Line) -> str:
    """A night's loss, taken at once, restored after an hour and a half."""
    reference = loss(line)
    text(line, ING2, "OK")
    line.forward(hours=1, minutes=30)
    with line.database.begin() as db:
        desk_actions.act(db, reference, Action.RESTORE, "ing2", line.clock())
    line.settle()
    return reference


def write(line: Line, reference: str, parts: Mapping[Part, str] = WHOLE) -> None:
    with line.database.begin() as db:
        closing.write(db, reference, "ing2", line.clock(), parts)


def close(line: Line, reference: str, *to: str, waived: str = "") -> State:
    book = book_of(line)
    with line.database.begin() as db:
        state = closing.close(db, book, reference, "ing2", line.clock(), to=to, waived=waived)
    line.settle()
    return state


def archive(line: Line, reference: str) -> State:
    with line.database.begin() as db:
        return closing.archive(db, reference, "resp", line.clock())


def revise(line: Line, reference: str) -> State:
    with line.database.begin() as db:
        return closing.revise(db, reference, "ing2", line.clock())


def test_report_mail_archive(line: Line, server: Server) -> None:
    reference = restored(line)
    write(line, reference)
    assert close(line, reference) is State.CLOSED
    [message] = server.to(CLIENT)
    assert message["Subject"] == f"[{reference}] Clôture de votre incident : Accès internet"
    assert message["Auto-Submitted"] == "auto-generated"
    assert identity.read(line.settings.secret_key, message["Message-ID"]) == f"{reference}.cloture-1-0"
    for line_of_it in (
        "Reçu : samedi 12/09/2026 à 22 h 04", "Rétabli : samedi 12/09/2026 à 23 h 34",
        "Durée d'interruption : 1 h 30", "Délai de prise en charge : tenu", "Délai de rétablissement : tenu",
        "Une fibre coupée.", "Un second chemin.",
    ):  # fmt: skip
        assert line_of_it in said(message)
    assert "Une fibre coupée." in said(message, "html")
    [paper] = message.iter_attachments()
    assert paper.get_filename() == f"bilan-{reference}.pdf"
    printed = "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper.get_content())).pages)
    for told in (reference, "Client Démo Un", "Fibre réparée.", "1 h 30"):
        assert told in printed
    assert archive(line, reference) is State.ARCHIVED
    deeds = [kind for kind, _ in events_of(line, reference)][-4:]
    assert deeds == ["restored", "reported", "closed", "archived"]


def test_nothing_comes_before_its_turn(line: Line) -> None:
    reference = restored(line)
    with pytest.raises(TransitionRefused, match="« archiver » n'est pas possible"):
        archive(line, reference)
    with pytest.raises(TransitionRefused, match="il manque : cause, actions menées, prévention"):
        close(line, reference)
    write(line, reference, {Part.CAUSE: "Une fibre coupée.", Part.ACTIONS: "  "})
    with pytest.raises(TransitionRefused, match="il manque : actions menées, prévention"):
        close(line, reference)
    assert line.ticket()["state"] == "restored"
    assert [mail for mail in line.mails() if mail["recipient"] == CLIENT] == []


def test_what_is_closed_is_frozen_until_the_closing_is_taken_back(line: Line, server: Server) -> None:
    reference = restored(line)
    write(line, reference)
    close(line, reference)
    with pytest.raises(TransitionRefused, match="Revenez d'abord sur la clôture"):
        write(line, reference, {Part.CAUSE: "Une autre."})
    assert revise(line, reference) is State.RESTORED
    write(line, reference, {Part.CAUSE: "Une autre."})
    close(line, reference)
    first, second = server.to(CLIENT)
    assert "Une autre." in said(second)
    assert second["References"] == first["Message-ID"], "one thread"
    assert archive(line, reference) is State.ARCHIVED


def test_taken_back_before_the_mail_has_left_it_never_leaves(line: Line, server: Server) -> None:
    reference = restored(line)
    write(line, reference)
    book = book_of(line)
    with line.database.begin() as db:
        closing.close(db, book, reference, "ing2", line.clock())
    revise(line, reference)
    line.settle()
    assert server.to(CLIENT) == []
    with pytest.raises(TransitionRefused):
        archive(line, reference)


def test_a_mail_that_its_server_refuses_stops_the_archive(line: Line, server: Server) -> None:
    reference = restored(line)
    write(line, reference)
    server.rejected_recipient = "550 no such user"
    close(line, reference)
    with pytest.raises(TransitionRefused, match=f"n'est pas arrivé \\({CLIENT}\\)"):
        archive(line, reference)
    assert events_of(line, reference)[-1][0] == "mail_lost"
    line.forward(days=30)
    assert line.ticket()["state"] == "closed", "not by itself either"
    server.rejected_recipient = ""
    revise(line, reference)
    close(line, reference, "autre@un.example.com")
    assert len(server.to("autre@un.example.com")) == 1
    assert archive(line, reference) is State.ARCHIVED


def test_a_mail_that_has_not_left_yet_stops_the_archive(line: Line, server: Server) -> None:
    reference = restored(line)
    write(line, reference)
    server.answers = ["451 later"]
    close(line, reference)
    with pytest.raises(TransitionRefused, match="pas encore parti"):
        archive(line, reference)
    line.forward(minutes=1)
    assert archive(line, reference) is State.ARCHIVED


def test_without_a_mail_only_with_a_reason(make_line: MakeLine) -> None:
    line = make_line(SAMPLE.read_text(encoding="utf-8").replace(f', email = "{CLIENT}"', ""))
    line.phone(ING2).does("answers:-")
    reference = restored(line)
    write(line, reference)
    with pytest.raises(TransitionRefused, match="Aucune adresse du client"):
        close(line, reference)
    close(line, reference, waived="Le client a été rappelé.")
    assert events_of(line, reference)[-1] == ("closed", {"waived": "Le client a été rappelé."})
    assert archive(line, reference) is State.ARCHIVED


def test_closed_for_a_week_it_archives_itself(line: Line) -> None:
    reference = restored(line)
    write(line, reference)
    close(line, reference)
    with line.database.begin() as db:
        schedule(db, {"archive": None}, line.clock())
    line.forward(days=6, hours=23)
    assert line.ticket()["state"] == "closed"
    with line.database.begin() as db:
        desk_actions.act(db, reference, Action.REOPEN, "ing2", line.clock())
    line.forward(days=3)
    assert line.ticket()["state"] == "in_progress"
    with line.database.begin() as db:
        desk_actions.act(db, reference, Action.RESTORE, "ing2", line.clock())
    close(line, reference)
    line.forward(days=7, hours=2)
    assert line.ticket()["state"] == "archived"
    assert events_of(line, reference)[-1][0] == "archived"


def test_the_archive_is_only_read(line: Line) -> None:
    reference = restored(line)
    write(line, reference)
    close(line, reference)
    archive(line, reference)
    for act in (Action.REOPEN, Action.REVISE, Action.CANCEL, Action.WAIT):
        with pytest.raises(TransitionRefused, match="archivé"), line.database.begin() as db:
            desk_actions.act(db, reference, act, "ing2", line.clock())
    with pytest.raises(TransitionRefused, match="archivé"), line.database.begin() as db:
        desk_actions.remark(db, reference, "ing2", line.clock(), "encore un mot")


@pytest.mark.parametrize(
    "undo", [pytest.param(Action.REVISE, id="taken back"), pytest.param(Action.REOPEN, id="broken down again")]
)
def test_a_closing_that_is_no_more_is_told_to_nobody(make_line: MakeLine, undo: Action) -> None:
    """The mail's server was away, and has refused it twice by the time that somebody thinks better of it."""
    line = make_line(SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="astreinte@nvl.example")
    reference = restored(line)
    write(line, reference)
    close(line, reference)
    line.forward(seconds=30)
    [mail] = mails_of(line, reference)
    assert (mail.state, mail.tries > 1) == ("queued", True)
    with line.database.begin() as db:
        desk_actions.act(db, reference, undo, "ing2", line.clock())
    [mail] = mails_of(line, reference)
    assert (mail.state, mail.run_at) == ("withdrawn", None)
    with line.database.read() as db:
        frozen = db.execute(select(ReportRow.__table__)).one()
    assert (frozen.closed_at, frozen.restored_at, frozen.gross, frozen.kept) == (None, None, None, {})


def test_nor_when_its_server_was_just_being_told(make_line: MakeLine) -> None:
    """Killed in the middle: whoever takes it up sees that there is nothing to tell any more."""
    line = make_line(SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="astreinte@nvl.example")
    reference = restored(line)
    write(line, reference)
    close(line, reference)
    with line.database.begin() as db:
        db.execute(update(Mail).where(Mail.ticket == reference).values(state=MailState.SENDING))
    revise(line, reference)
    assert mails_of(line, reference)[0].state == "sending"
    line.forward(minutes=2)
    assert mails_of(line, reference)[0].state == "withdrawn"


def mails_of(line: Line, reference: str) -> Sequence[Row[Any]]:
    """The client's own."""
    with line.database.read() as db:
        return db.execute(select(Mail.__table__).where(Mail.ticket == reference, Mail.recipient == CLIENT)).all()
