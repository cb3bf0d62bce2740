"""From a call in the October night to the archive, every step by whoever does it; and what it all adds up to."""

import json
import re
from collections.abc import Callable

import pytest
from werkzeug.test import Client

from mail import identity
from notifications import durations
from services import closing, desk_actions, qualification
from storage.mail import inbound_mail
from storage.tickets import closure_reports, journal, sla_clocks
from storage.tickets import summaries as stored
from tests.jobs.work import book_of
from tests.mail.server import Server, said
from tests.mail.writing import BOXES, CLIENT, arrives, mail
from tests.stories.night import loss
from tests.support.phone import ING1, ING2, ING3, ING4, RESP, Line
from tests.web.links import link
from tickets.closure import Part
from tickets.journal import as_json, first_altered_alone, from_json
from tickets.sla import Clock
from tickets.transitions import Action

MakeLine = Callable[..., Line]


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    line = make_line(IMAP_URL=BOXES, **server.settings)
    for number in (ING1, ING2, ING3, ING4, RESP):
        line.phone(number).does("answers:-")
    return line


def test_a_ticket_from_the_call_to_the_archive(line: Line, server: Server) -> None:
    # Saturday 24 October 2026, 23:00: a client calls once. The clock goes back at three in the morning.
    line.clock.at("2026-10-24 23:00")
    browser: Client = line.app.test_client()
    reference = loss(line)
    woken = next(number for number in (ING1, ING2, ING3, ING4) if line.phone(number).texts())
    who = {ING1: "ing1", ING2: "ing2", ING3: "ing3", ING4: "ing4"}[woken]

    # 23:20: the engineer takes it from their bed.
    line.forward(minutes=20)
    path = link(line, woken)
    assert "C'est vous qui l'avez" in browser.post(path).text

    # 00:00: qualified; the site is closed, the client is asked for the key.
    line.forward(minutes=40)
    book = book_of(line)
    with line.database.begin() as db:
        said_of_it = {"sites": ["Pau"], "contact": "Accueil", "description": "Plus d'accès depuis 22 h 45."}
        qualification.qualify(db, book, reference, who, line.clock(), said_of_it)
        desk_actions.act(db, reference, Action.WAIT, who, line.clock(), reason="client", note="La clé du local.")
    line.settle()
    assert line.ticket()["due_restore_at"] is None, "nothing is due while it waits"

    # 02:30, the first of the two: the client answers by mail, which ends the wait.
    line.clock.at("2026-10-25T02:30:00+02:00")
    arrives(line, mail("La clé est au PC sécurité.", subject=f"Re: [{reference}]"))
    assert line.ticket()["state"] == "in_progress"
    assert line.ticket()["due_restore_at"] == "2026-10-25T03:30:00Z", "an hour was used, three were left"

    # 03:15, after the change: two hours less a quarter later; the engineer says so on the page.
    line.clock.at("2026-10-25T03:15:00+01:00")
    assert "C'est rétabli." in browser.post(path, data={"action": "restore"}).text
    line.settle()
    with line.database.read() as db:
        measured = sla_clocks.measured(db, book, stored.row(db, reference), line.clock())
        told = durations.explained(measured.counted, book.zone)
    assert [durations.spelled(length) for length in (measured.durations.gross, measured.durations.net)] == [
        "5 h 15", "2 h 45",
    ]  # fmt: skip
    assert told == (
        "samedi 24/10 23 h 00 → dimanche 25/10 0 h 00 : 1 h",
        "dimanche 25/10 2 h 30 (heure d'été) → 3 h 15 : 1 h 45",
    )
    assert [promise.broken for promise in measured.promises.values() if promise] == [False, False]

    # Monday: the report, the mail with its PDF, the archive.
    line.clock.at("2026-10-26 09:00")
    with line.database.begin() as db:
        parts = {Part.CAUSE: "Une alimentation.", Part.ACTIONS: "Remplacée.", Part.PREVENTION: "Une seconde."}
        closing.write(db, reference, who, line.clock(), parts)
        closing.close(db, book, reference, who, line.clock())
    line.settle()
    report = server.to(CLIENT)[-1]
    assert identity.read(line.settings.secret_key, report["Message-ID"]) == f"{reference}.cloture-1-0"
    for fact in (
        "Durée d'interruption : 5 h 15",
        "Durée nette des attentes : 2 h 45",
        "Délai de rétablissement : tenu",
    ):
        assert fact in said(report)
    assert [each.get_filename() for each in report.iter_attachments()] == [f"bilan-{reference}.pdf"]
    with line.database.begin() as db:
        closing.archive(db, reference, "resp", line.clock())

    # Its history is whole, in order, and verifies.
    assert [kind for kind in line.happened_to(reference) if kind not in ("alerting", "alerted")] == [
        "opened", "paged", "voicemail", "voicemail_stored", "acknowledged", "qualified", "waiting", "noted", "mail",
        "resumed", "restored", "reported", "closed", "archived",
    ]  # fmt: skip
    with line.database.read() as db:
        assert journal.first_altered(db) is None
        exported = json.loads(json.dumps([as_json(entry) for entry in journal.entries(db, reference)]))
        assert first_altered_alone(map(from_json, exported)) is None
        assert journal.first_unknown(db, map(from_json, exported)) is None
        assert [re.sub(r"\s+", " ", letter.text) for letter in inbound_mail.of_ticket(db, reference)] == [
            "La clé est au PC sécurité."
        ]
        assert closure_reports.read(db, reference).kept == {Clock.RESPOND: True, Clock.RESTORE: True}
