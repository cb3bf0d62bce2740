"""One ticket on a terminal: what is typed is done, what happened is told, what cannot be is a sentence."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from storage.database import Database
from storage.models import Sequence, Ticket, TicketClock
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
        db.execute(insert(Sequence).values(year=26, last=1))
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
    assert [event["kind"] for event in told["events"]] == ["waiting", "resumed", "restored", "noted"]
    assert told["events"][3]["details"] == {"text": "câble remplacé", "public": False}
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


def test_the_end_of_a_ticket_on_the_terminal(night: Terminal, database: Database, tmp_path: Path) -> None:
    done = night.types("ticket", "take", REFERENCE, "--who", "ing2", **at("00:30"))
    assert "en cours de traitement" in done.output
    assert "déjà pris" in night.types("ticket", "take", REFERENCE, "--who", "resp", **at("00:31")).output
    for words, said in (
        (("qualify", REFERENCE, "--who", "ing2", "--caller", "01 99 00 10 01", "--description", "Rien ne passe."),
         "Il manque : interlocuteur, interlocuteur sur site, localisation"),
        (("restore", REFERENCE, "--who", "ing2"), "rétabli"),
        (("note", REFERENCE, "Fibre de secours en service", "--who", "ing2"), "rétabli"),
        (("report", REFERENCE, "--who", "ing2", "--cause", "Une fibre."), "Il manque au bilan : actions menées"),
        (("report", REFERENCE, "--who", "ing2", "--actions", "Ressoudée.", "--prevention", "Aucune."), "rétabli"),
        (("close", REFERENCE, "--who", "ing2"), "Bilan envoyé à standard@un.example.com."),
        (("revise", REFERENCE, "--who", "ing2"), "rétabli"),
        (("close", REFERENCE, "--who", "ing2", "--without-mail", "rappelé"), "Le client ne reçoit pas de courriel."),
        (("print", REFERENCE, str(tmp_path / "bilan.pdf")), "octets"),
        (("archive", REFERENCE, "--who", "resp"), "archivé"),
        (("follow", REFERENCE, "--who", "resp"), "NVL-26-00002-6"),
    ):  # fmt: skip
        done = night.types("ticket", *words, **at("02:00"))
        assert done.exit_code == 0, done.output
        assert said in done.output, done.output
    assert (tmp_path / "bilan.pdf").read_bytes().startswith(b"%PDF")
    refused = night.types("ticket", "reopen", REFERENCE, "--who", "ing2", **at("03:00"))
    assert "archivé" in refused.output


def test_a_change_on_the_terminal(night: Terminal, database: Database) -> None:
    with database.begin() as db:
        db.exec_driver_sql("UPDATE tickets SET kind = 'change_request', email = 'a@un.example.com'")
    plan = ("plan", REFERENCE, "--who", "ing1", "--from", "2026-11-02 22:00", "--until")
    for words, said in (
        (("take", REFERENCE, "--who", "ing1"), "en cours d'évaluation"),
        (("size", REFERENCE, "major", "--who", "ing1"), "chef de projet"),
        (("size", REFERENCE, "major", "--who", "ing1", "--manager", "Chef de projet 1"), "à l'étude"),
        (("study", REFERENCE, "Deux jours.", "--who", "ing1"), "à l'étude"),
        ((*plan, "2026-11-01 22:00"), "doit suivre"),
        ((*plan, "2026-11-02 23:00"), "planifié"),
        (("start", REFERENCE, "--who", "ing1"), "en cours"),
        (("complete", REFERENCE, "--who", "ing1"), "réalisé"),
        (("refuse", REFERENCE, "--who", "ing1", "--reason", "trop tard"), "« refuser » n'est pas possible"),
    ):  # fmt: skip
        done = night.types("ticket", *words, **at("02:00"))
        assert said in done.output, done.output


def test_an_exported_history_verifies_anywhere(night: Terminal, nowhere: Terminal, tmp_path: Path) -> None:
    night.types("ticket", "take", REFERENCE, "--who", "ing2", **at("00:30"))
    night.types("ticket", "note", REFERENCE, "Sur place", "--who", "ing2", **at("00:40"))
    file = tmp_path / "extrait.json"
    told: Any = json.loads(night.types("ticket", "export", REFERENCE).stdout)
    file.write_text(json.dumps(told), encoding="utf-8")
    assert "L'extrait est intact, et tel qu'au journal : 2 événements." in night.types("verify", str(file)).output
    assert "Chaque événement porte son scellé" in nowhere.types("verify", str(file)).output
    for change, said in (
        ({"at": "2026-10-25T00:10:00+00:00"}, "le contenu a été modifié"),
        ({"details": {"text": "Jamais venu"}}, "les détails ont été modifiés"),
    ):
        changed = {**told, "entries": [told["entries"][0], told["entries"][1] | change]}
        file.write_text(json.dumps(changed), encoding="utf-8")
        refused = nowhere.types("verify", str(file))
        assert refused.exit_code == 1
        assert said in refused.output
    file.write_text(json.dumps({**told, "entries": told["entries"][::-1]}), encoding="utf-8")
    assert "ordre" in nowhere.types("verify", str(file)).output
    for nothing in ("", "[]", '{"entries": [1]}', '{"entries": [{"at": 3}]}'):
        file.write_text(nothing, encoding="utf-8")
        assert "n'est pas un extrait" in nowhere.types("verify", str(file)).output
