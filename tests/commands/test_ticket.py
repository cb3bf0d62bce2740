"""One ticket on a terminal: what is typed is done, what happened is told, what cannot be is a sentence."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from storage.database import Database
from storage.models import Ticket, TicketClock
from tests.commands.terminal import Terminal

NIGHT = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # the night of the October change, 00:00 in Paris
REFERENCE = "NVL-26-00001-8"


@pytest.fixture
def night(loaded: Terminal, database: Database) -> Terminal:
    """A loss reported at midnight, promised to be restored within four hours, round the clock."""
    row: dict[str, Any] = {
        "reference": REFERENCE, "received_at": NIGHT, "opened_at": NIGHT, "kind": "incident", "verified": True,
        "entity": "idline", "client": "260417", "service": "Accès internet", "sites": ["Pau"], "level": "critique",
    }  # fmt: skip
    with database.begin() as db:
        db.execute(insert(Ticket).values(**row))
        db.execute(insert(TicketClock).values(ticket=REFERENCE, run_at=NIGHT))
    return loaded


def at(utc: str) -> dict[str, str]:
    return {"ASTREINTE_CLOCK": f"2026-10-25T{utc}:00Z"}


def test_a_night_on_the_terminal(night: Terminal, database: Database) -> None:
    with database.begin() as db:
        db.exec_driver_sql("UPDATE tickets SET state = 'in_progress'")
    for words, hour, said in (
        (("wait", REFERENCE, "--who", "ing2", "--reason", "site"), "00:00", "en attente du client"),
        (("resume", REFERENCE, "--who", "ing2"), "02:00", "en cours"),
        (("restore", "26000018", "--who", "ing2", "--note", "câble remplacé"), "04:30", "rétabli"),
    ):
        done = night.types("ticket", *words, **at(hour))
        assert done.exit_code == 0, done.output
        assert said in done.output
    shown = night.types("ticket", "show", REFERENCE)
    for line in (
        "rétabli. Possible : qualifier, rouvrir, clôturer",
        "25/10/2026 05:30:00  rétabli, Ingénieur 2",
        "durée brute : 6 h 30", "durée nette : 4 h 30", "durée comptée : 4 h 30",
        "délai de rétablissement : dépassé",
    ):  # fmt: skip
        assert line in shown.output, shown.output
    told: Any = night.reads("ticket", "show", REFERENCE)
    assert told["durations"] == {"gross": 6.5 * 3600, "net": 4.5 * 3600, "counted": 4.5 * 3600}
    assert [event["kind"] for event in told["events"]] == ["waiting", "resumed", "restored"]
    assert told["events"][2]["details"] == {"note": "câble remplacé"}
    assert told["commitments"]["restore"]["broken"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("show", "NVL-26-00002-0"), "n'est la référence d'aucun ticket", id="a wrong check digit"),
        pytest.param(("show", "26000026"), "n'est la référence d'aucun ticket", id="none of ours"),
        pytest.param(("restore", REFERENCE, "--who", "ing9"), "L'ingénieur « ing9 »", id="nobody"),
        pytest.param(("restore", REFERENCE, "--who", "ing2"), "ouvert", id="not taken"),
        pytest.param(("wait", REFERENCE, "--who", "ing2", "--reason", "pluie"), "pluie", id="no reason"),
        pytest.param(("cancel", REFERENCE, "--who", "ing2"), "--reason", id="without saying why"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(night: Terminal, words: tuple[str, ...], said: str) -> None:
    refused = night.types("ticket", *words)
    assert refused.exit_code != 0
    assert said in refused.output
    assert "Traceback" not in refused.output


def test_before_any_ticket(loaded: Terminal, tmp_path: Path) -> None:
    refused = loaded.types("ticket", "show", REFERENCE)
    assert "La liste : astreinte tickets" in refused.output
