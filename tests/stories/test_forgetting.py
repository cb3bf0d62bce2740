"""What is known of people goes when its time has come, or when they ask; what a ticket was about stays."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from jobs import chores
from recordings import naming
from recordings import retention as rules
from services import acknowledgement, closing, desk_actions, erasure, personal_data
from storage.mail import inbound_mail, mail_outbox
from storage.models import CallRow, Change, Event, LetterRow, Mail, Message, ReportRow, Ticket, TurnRow, Voicemail
from storage.tickets import journal, legal_holds, sla_clocks, summaries
from tests.jobs.work import book_of, events_of
from tests.mail.writing import BOXES, STRANGER, arrives, mail
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, ING4, RESP, Line
from tickets.closure import Part
from tickets.transitions import Action, TransitionRefused

MakeLine = Callable[..., Line]
CLIENT = "+33639981001"
FORGETFUL = (Ticket, Event, Mail, Message, LetterRow, ReportRow, Change, CallRow)


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
        desk_actions.act(db, reference, Action.CANCEL, "ing2", line.clock(), why="essai")
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
        return [(row.what, row.why) for row in erasure.log(db)]


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
        legal_holds.hold(db, reference, "resp", "litige", line.clock())
        with pytest.raises(TransitionRefused, match="déjà conservé"):
            legal_holds.hold(db, reference, "resp", "litige", line.clock())
    later(line, rules.TICKETS * 2)
    assert line.ticket()["caller"] == CLIENT
    with line.database.read() as db:
        [place] = db.execute(select(Voicemail.place)).scalars()
    assert line.audio.exists(place)
    with line.database.begin() as db:
        legal_holds.release(db, reference, "resp", line.clock())
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
        done, kept = personal_data.forget_contact(db, CLIENT, line.clock())
    assert (done, kept) == ([ended], [])
    assert line.audio.exists(place), "not before it is sure"
    line.settle()
    assert not line.audio.exists(place)
    assert not line.tickets()[0]["recording"]
    assert CLIENT not in everything(line, Ticket, CallRow, TurnRow, Event)
    with line.database.begin() as db:
        done, kept = personal_data.forget_contact(db, STRANGER, line.clock())
    assert (done, kept) == ([], [running]), "what is under way is not forgotten yet"


def test_an_attachment_that_two_mails_share_goes_with_the_last(line: Line) -> None:
    for number in (1, 2):
        message = mail(f"numéro {number}", sender=STRANGER, judged="")
        message.add_attachment(b"le meme", maintype="text", subtype="plain", filename="a.txt")
        arrives(line, message)
    place = inbound_mail.attachment_place(b"le meme")
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state="cancelled"))
        db.execute(update(Mail).values(run_at=None))
        first, second = (row.reference for row in db.execute(select(Ticket.__table__).order_by(Ticket.reference)))
    for reference, stays in ((first, True), (second, False)):
        with line.database.begin() as db:
            erasure.forget_ticket(db, reference, "essai", line.clock())
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


def test_words_go_wherever_they_were_written(line: Line) -> None:
    """On the ticket, in its journal, in mail, in a report, of a change: whatever somebody may have typed about them."""
    reference = loss(line)
    text(line, ING2, "NON Monsieur Secret rappelle")
    line.settle()
    with line.database.begin() as db:
        now = line.clock()
        acknowledgement.pick_up(db, reference, "ing1", "desk", now)
        desk_actions.act(db, reference, Action.WAIT, "ing1", now, reason="client", note="Monsieur Secret cherche")
        desk_actions.remark(db, reference, "ing1", now, "Monsieur Secret a la clé")
        closing.write(db, reference, "ing1", now, {Part.CAUSE: "Monsieur Secret"})
        db.execute(insert(Change).values(ticket=reference, manager="Monsieur Secret", study="Secret", schedule=""))
        mail_outbox.of_ticket(db, reference, "essai", "a@b.example", ("Monsieur Secret", "Monsieur Secret"), now)
        desk_actions.act(db, reference, Action.CANCEL, "ing1", now, why="Monsieur Secret s'est trompé")
    line.settle()
    with line.database.begin() as db:
        db.execute(update(Mail).values(run_at=None))
    assert everything(line, *FORGETFUL).count("Secret") == 9
    with line.database.begin() as db:
        waited = sla_clocks.measured(db, book_of(line), summaries.row(db, reference), line.clock()).durations
        assert erasure.forget_ticket(db, reference, "essai", line.clock())
    assert "Secret" not in everything(line, *FORGETFUL)
    with line.database.read() as db:
        assert journal.first_altered(db) is None
        assert sla_clocks.measured(db, book_of(line), summaries.row(db, reference), line.clock()).durations == waited


@pytest.mark.parametrize(
    ("contact", "written"),
    [
        pytest.param("+33639989911", "Mme Untel, 06 39 98 99 11", id="by pairs"),
        pytest.param("+33639989911", "06.39.98.99.11", id="with dots"),
        pytest.param("+33639989911", "+33 (0)6 39 98 99 11", id="with its country and a zero"),
        pytest.param("+33639989911", "0033639989911", id="as dialled"),
        pytest.param("+33639989911", "06\u00a039\u202f98-99-11", id="with spaces that do not break"),
        pytest.param("untel@un.example.com", "Untel <Untel@UN.example.com>", id="an address in capitals"),
    ],
)
@pytest.mark.parametrize("column", ["contact", "site_contact", "keep_informed", "description"])
def test_a_person_is_found_however_they_were_written(line: Line, column: str, contact: str, written: str) -> None:
    reference = over(line)
    with line.database.begin() as db:
        assert personal_data.tickets_of(db, contact) == []
        db.execute(update(Ticket).values(**{column: written}))
        assert [ticket.reference for ticket in personal_data.tickets_of(db, contact)] == [reference]


def test_what_may_be_reopened_is_not_forgotten_yet(line: Line) -> None:
    reference = over(line)
    for values, kept in (({"state": "closed"}, True), ({"state": "archived"}, False)):
        with line.database.begin() as db:
            db.execute(update(Ticket).values(**values))
            assert personal_data.forget_contact(db, CLIENT, line.clock()) == (
                ([], [reference]) if kept else ([reference], [])
            )


def test_nor_while_a_mail_about_it_waits(line: Line) -> None:
    reference = over(line)
    with line.database.begin() as db:
        mail_outbox.of_ticket(db, reference, "essai", "a@b.example", ("a", "b"), line.clock())
        assert personal_data.forget_contact(db, CLIENT, line.clock()) == ([], [reference])


def test_what_is_learnt_after_it_was_forgotten_is_forgotten_in_its_turn(line: Line) -> None:
    reference = over(line)
    with line.database.begin() as db:
        erasure.forget_ticket(db, reference, "essai", line.clock())
    line.clock.now += timedelta(days=1)
    with line.database.begin() as db:
        desk_actions.remark(db, reference, "ing2", line.clock(), "Monsieur Secret a rappelé")
    later(line, rules.TICKETS - timedelta(minutes=1))
    assert "Secret" in everything(line, Event)
    later(line, timedelta(minutes=2))
    assert "Secret" not in everything(line, Event)


def test_a_voice_that_was_never_fetched_is_deleted_where_it_lies(line: Line) -> None:
    """Forgotten while Twilio was away: nothing is fetched any more, and nothing stays there either."""
    line.twilio.faults.rest(".*Recordings.*", "503", times=-1)
    reference = over(line)
    with line.database.begin() as db:
        [voice] = db.execute(select(Voicemail.__table__)).all()
        assert voice.state == "announced"
        assert erasure.forget_ticket(db, reference, "essai", line.clock())
    line.audio.put(naming.place(reference, voice.recording, voice.announced_at), b"just being fetched")
    line.twilio.faults.clear()
    line.forward(minutes=20)
    with line.database.read() as db:
        [voice] = db.execute(select(Voicemail.__table__)).all()
    assert (voice.state, voice.place, voice.deleted_at is not None) == ("purged", "", True)
    assert line.twilio.recordings[voice.recording].audio == b""
    assert not line.audio.exists(naming.place(reference, voice.recording, voice.announced_at))


def test_files_of_mail_that_led_to_nothing_go_with_it(line: Line) -> None:
    message = mail(sender=STRANGER, Auto_Submitted="auto-replied")
    message.add_attachment(b"sa photo", maintype="image", subtype="png", filename="a.png")
    arrives(line, message)
    place = inbound_mail.attachment_place(b"sa photo")
    assert line.audio.exists(place)
    later(line, rules.STRAY_MAIL + timedelta(minutes=1))
    assert not line.audio.exists(place)


def test_a_hold_is_told_with_who_and_why(line: Line) -> None:
    reference = over(line)
    with line.database.begin() as db:
        legal_holds.hold(db, reference, "resp", "litige", line.clock())
        assert not erasure.forget_ticket(db, reference, "essai", line.clock())
    with line.database.begin() as db:
        legal_holds.release(db, reference, "ing1", line.clock())
        with pytest.raises(TransitionRefused, match="pas conservé"):
            legal_holds.release(db, reference, "ing1", line.clock())
    assert events_of(line, reference)[-2:] == [("held", {"why": "litige"}), ("released", {})]


def test_a_hold_that_comes_between_is_respected(line: Line) -> None:
    over(line)
    with line.database.begin() as db:
        [recording] = erasure.due_audio(db, line.clock() + rules.AUDIO, 10)
        legal_holds.hold(db, line.ticket()["reference"], "resp", "litige", line.clock())
    with line.database.begin() as db:
        erasure.forget_due_audio(db, recording, line.clock() + rules.AUDIO)
        [voice] = db.execute(select(Voicemail.__table__)).all()
    assert voice.state == "done"
