"""What is known of people goes when its time has come, or when they ask; what a ticket was about stays."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs import chores
from recordings import retention as rules
from storage import desk, journal, letters, retention
from storage.models import CallRow, Event, LetterRow, Ticket, TurnRow, Voicemail
from tests.mail.writing import BOXES, STRANGER, arrives, mail
from tests.phone import ING1, ING2, ING4, RESP, Line
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tickets.moves import Act, Impossible

MakeLine = Callable[..., Line]
CLIENT = "+33639981001"


@pytest.fixture
def line(make_line: MakeLine) -> Line:
    line = make_line(IMAP_URL=BOXES, SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="astreinte@nvl.example")
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def over(line: Line) -> str:
    """A night's loss that has ended, one way or another."""
    reference = loss(line)
    text(line, ING2, "OK")
    with line.database.begin() as db:
        desk.act(db, reference, Act.CANCEL, "ing2", line.clock(), reason="essai")
    line.settle()
    return reference


def later(line: Line, span: timedelta) -> None:
    """So much time goes by, and the hour in which things are put away."""
    line.clock.now += span
    with line.database.begin() as db:
        chores.schedule(db, {"purge": None}, line.clock())
    line.engine.run_due()


def everything(line: Line, *tables: Any) -> str:
    with line.database.read() as db:
        rows = [list(row) for table in tables for row in db.execute(select(table.__table__))]
    return json.dumps(rows, default=str)


def purges(line: Line) -> list[tuple[str, str]]:
    with line.database.read() as db:
        return [(row.what, row.why) for row in retention.log(db)]


def test_a_voice_is_kept_half_a_year(line: Line) -> None:
    over(line)
    with line.database.read() as db:
        [place] = db.execute(select(Voicemail.place)).scalars()
    later(line, rules.AUDIO - timedelta(minutes=1))
    assert line.audio.exists(place)
    later(line, timedelta(minutes=2))
    assert not line.audio.exists(place)
    assert ("audio", "durée") in purges(line)


def test_and_a_month_after_the_archive_at_most(line: Line) -> None:
    reference = over(line)
    with line.database.read() as db:
        [place] = db.execute(select(Voicemail.place)).scalars()
    with line.database.begin() as db:
        journal.note(db, reference, "archived", "resp", line.clock())
    later(line, rules.AUDIO_AFTER_ARCHIVE - timedelta(minutes=1))
    assert line.audio.exists(place)
    later(line, timedelta(minutes=2))
    assert not line.audio.exists(place)


def test_after_three_years_a_ticket_forgets_people_and_nothing_else(line: Line) -> None:
    reference = over(line)
    before = line.ticket()
    later(line, rules.TICKETS - timedelta(minutes=1))
    assert line.ticket()["caller"] == CLIENT
    later(line, timedelta(minutes=2))
    after = line.ticket()
    assert after["caller"] is None
    for name in ("reference", "client", "service", "sites", "received_at", "opened_at", "state", "level"):
        assert after[name] == before[name]
    found = everything(line, Ticket, CallRow, TurnRow, Event)
    assert CLIENT not in found
    assert "0639981001" not in found
    with line.database.read() as db:
        assert journal.first_altered(db) is None, "the chain holds without the details"
        assert line.happened_to(reference)[0] == "opened"
    assert ("ticket", "durée") in purges(line)


def test_a_hold_keeps_everything(line: Line) -> None:
    reference = over(line)
    with line.database.begin() as db:
        retention.hold(db, reference, "resp", "litige", line.clock())
        with pytest.raises(Impossible, match="déjà conservé"):
            retention.hold(db, reference, "resp", "litige", line.clock())
    later(line, rules.TICKETS * 2)
    assert line.ticket()["caller"] == CLIENT
    with line.database.read() as db:
        [place] = db.execute(select(Voicemail.place)).scalars()
    assert line.audio.exists(place)
    with line.database.begin() as db:
        retention.release(db, reference)
    later(line, timedelta(hours=1))
    assert line.ticket()["caller"] is None


def test_the_call_log_forgets_numbers_after_thirteen_months(line: Line) -> None:
    line.phone("06 39 98 55 55").calls().hangs_up()
    line.settle()
    later(line, rules.CALLS + timedelta(minutes=1))
    [call] = line.calls()
    assert call["caller"] is None
    assert ("call", "durée") in purges(line)


def test_mail_that_led_to_nothing_goes_after_three_months(line: Line) -> None:
    arrives(line, mail(sender=STRANGER, Auto_Submitted="auto-replied"))
    with line.database.read() as db:
        [place] = db.execute(select(LetterRow.place)).scalars()
    later(line, rules.STRAY_MAIL + timedelta(minutes=1))
    assert not line.audio.exists(place)
    assert STRANGER not in everything(line, LetterRow)


def test_a_person_asks_to_be_forgotten(line: Line) -> None:
    ended = over(line)
    line.clock.forward(hours=1)
    arrives(line, mail("Une question", sender=STRANGER, judged="", subject="Bonjour"))
    running = line.tickets()[1]["reference"]
    with line.database.begin() as db:
        [place] = db.execute(select(Voicemail.place)).scalars()
        done, kept = retention.forget_contact(db, CLIENT, line.clock())
    assert (done, kept) == ([ended], [])
    assert line.audio.exists(place), "not before it is sure"
    line.settle()
    assert not line.audio.exists(place)
    assert not line.tickets()[0]["recording"]
    assert CLIENT not in everything(line, Ticket, CallRow, TurnRow, Event)
    with line.database.begin() as db:
        done, kept = retention.forget_contact(db, STRANGER, line.clock())
    assert (done, kept) == ([], [running]), "what is under way is not forgotten yet"


def test_an_attachment_that_two_mails_share_goes_with_the_last(line: Line) -> None:
    for number in (1, 2):
        message = mail(f"numéro {number}", sender=STRANGER, judged="")
        message.add_attachment(b"le meme", maintype="text", subtype="plain", filename="a.txt")
        arrives(line, message)
    place = letters.attachment_place(b"le meme")
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state="cancelled"))
        first, second = (row.reference for row in db.execute(select(Ticket.__table__).order_by(Ticket.reference)))
    for reference, stays in ((first, True), (second, False)):
        with line.database.begin() as db:
            retention.forget_ticket(db, reference, "essai", line.clock())
        line.settle()
        assert line.audio.exists(place) is stays


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE events SET kind = 'autre'", id="what happened"),
        pytest.param("UPDATE events SET details = '{}'", id="other details"),
        pytest.param("UPDATE events SET details = 'null', who = 'moi'", id="erased, and somebody else's"),
        pytest.param("DELETE FROM events", id="the event itself"),
    ],
)
def test_nothing_but_the_details_may_go(line: Line, statement: str) -> None:
    over(line)
    with pytest.raises(Exception, match=r"append-only|kept as it was written"), line.database.begin() as db:
        db.exec_driver_sql(statement)
