"""A ticket's proof: what anybody has touched behind our back is told."""

from pathlib import Path

from sqlalchemy import text

from storage.accounts.accounts import Role
from tests.stories.night import loss
from tests.support.phone import Line
from tests.web.people import signed_in


def stored(line: Line) -> Path:
    """Where the only message is kept."""
    line.settle()
    with line.database.read() as db:
        place = db.execute(text("SELECT place FROM voicemails")).scalar_one()
    return Path(line.settings.recordings_url) / str(place)


def test_what_is_as_it_was(line: Line) -> None:
    reference = loss(line)
    assert stored(line).exists()
    shown = signed_in(line, Role.DESK).gets(f"/tickets/{reference}/proof")
    assert shown.count(">intact<") == 2
    assert "altéré" not in shown
    assert "ticket ouvert" in shown
    assert "opened" not in shown
    assert "/proof" in signed_in(line, Role.DESK, email="d2@nvl.example").gets(f"/tickets/{reference}")


def test_a_message_that_was_touched(line: Line) -> None:
    reference = loss(line)
    stored(line).write_bytes(b"RIFF")
    assert "le fichier n'est plus celui reçu" in signed_in(line, Role.DESK).gets(f"/tickets/{reference}/proof")


def test_a_message_that_was_taken_away(line: Line) -> None:
    reference = loss(line)
    stored(line).unlink()
    assert "le fichier n'est plus celui reçu" in signed_in(line, Role.DESK).gets(f"/tickets/{reference}/proof")


def test_an_event_that_was_touched(line: Line) -> None:
    reference = loss(line)
    with line.database.begin() as db:
        for name in ("events_no_update", "events_append_only"):
            on = " ON events" if db.dialect.name == "postgresql" else ""
            db.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        db.exec_driver_sql("UPDATE events SET who = 'autre' WHERE position = 1")
    shown = signed_in(line, Role.DESK).gets(f"/tickets/{reference}/proof")
    assert "altéré" in shown
    assert "Événement 1" in shown


def test_there_is_no_such_ticket(line: Line) -> None:
    signed_in(line, Role.DESK).gets("/tickets/NVL-26-00009-9/proof", 404)
