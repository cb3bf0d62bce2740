"""The commands, as a person types them: what they print, and how they refuse."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

import cli
from commands import SAMPLE
from storage.database import Database
from storage.models import Ticket
from tests.commands.terminal import Terminal
from tests.stories.night import renamed
from tests.support.settings_for_tests import environment


def test_loading_twice_changes_nothing(loaded: Terminal) -> None:
    assert "rien n'a changé" in loaded.types("load", str(SAMPLE)).output


def test_what_is_dumped_loads_as_the_same(loaded: Terminal, tmp_path: Path) -> None:
    written = tmp_path / "dumped.toml"
    written.write_text(loaded.types("dump").output, encoding="utf-8")
    assert "rien n'a changé" in loaded.types("load", str(written)).output


def test_a_faulty_directory_is_refused_whole_with_every_fault(loaded: Terminal, tmp_path: Path) -> None:
    before = loaded.types("dump").output
    faulty = SAMPLE.read_text(encoding="utf-8").replace('service = "Serveurs"', 'service = "Serveur"', 1)
    file = tmp_path / "faulty.toml"
    file.write_text(faulty.replace('holidays = "FR"', 'holidays = "FRANCE"'), encoding="utf-8")
    result = loaded.types("load", str(file))
    assert result.exit_code == 1
    assert "vouliez-vous dire « Serveurs »" in result.output
    assert "FRANCE" in result.output
    assert loaded.types("dump").output == before


def test_an_entity_that_open_tickets_need_is_missed(loaded: Terminal, tmp_path: Path) -> None:
    database, now = Database(loaded.environment["DATABASE_URL"]), datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
    with database.begin() as db:
        for nth, state in enumerate(("open", "closed")):
            row = {"received_at": now, "opened_at": now, "kind": "incident", "verified": True, "sites": []}
            db.execute(insert(Ticket).values(reference=f"NVL-26-0000{nth}-0", entity="idline", state=state, **row))
    database.dispose()
    file = tmp_path / "renamed.toml"
    file.write_text(renamed("idline", "idl"), encoding="utf-8")
    result = loaded.types("load", str(file))
    assert result.exit_code == 0
    assert "l'entité « idline » n'est plus dans l'annuaire : un ticket en cours en dépend" in result.stderr


def test_commands_before_the_directory_say_what_to_do(terminal: Terminal) -> None:
    result = terminal.types("dump")
    assert result.exit_code == 1
    assert "astreinte load" in result.output


def test_commands_before_the_schema_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    terminal = Terminal(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")
    result = terminal.types("tickets")
    assert result.exit_code == 1
    assert "astreinte db upgrade" in result.output
    assert terminal.types("db", "upgrade").exit_code == 0
    assert terminal.reads("tickets") == []


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("tickets",), id="tickets"),
        pytest.param(("calls", "--json"), id="calls as JSON"),
        pytest.param(("pages",), id="pages"),
        pytest.param(("verify",), id="verify"),
        pytest.param(("dump",), id="dump"),
        pytest.param(("doctor",), id="doctor"),
        pytest.param(("oncall",), id="oncall"),
        pytest.param(("rota", "show"), id="rota show"),
        pytest.param(("rota", "undo", "--yes"), id="rota undo"),
        pytest.param(("fallback-twiml",), id="fallback-twiml"),
        pytest.param(("preview", "--from", "masqué", "--at", "2026-12-25 03:12"), id="preview"),
        pytest.param(("load", str(SAMPLE)), id="load needs what db upgrade makes"),
        pytest.param(("serve",), id="serve"),
        pytest.param(("worker",), id="worker"),
    ],
)
def test_without_a_database_commands_say_what_makes_one(nowhere: Terminal, words: tuple[str, ...]) -> None:
    result = nowhere.types(*words)
    assert result.exit_code == 1
    assert "Aucune base n'existe encore" in result.output
    assert "astreinte db upgrade" in result.output
    assert "pas à jour" not in result.output
    assert not (nowhere.home / "instance").exists()


def test_the_database_is_made_by_upgrading(nowhere: Terminal) -> None:
    assert nowhere.types("db", "upgrade").exit_code == 0
    assert nowhere.reads("tickets") == []


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        pytest.param(("tickets",), {"DATABASE_URL": "postgresql://u:p@h:port/d"}, "DATABASE_URL", id="no port"),
        pytest.param(("worker",), {"ASTREINTE_CLOCK": "0001-01-01T00:00:00+01:00"}, "ASTREINTE_CLOCK", id="year 1"),
        pytest.param(("worker",), {"ASTREINTE_CLOCK": "9999-12-31T23:59:59-01:00"}, "ASTREINTE_CLOCK", id="year 9999"),
    ],
)
def test_a_wrong_setting_is_a_sentence(
    terminal: Terminal, words: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    result = terminal.types(*words, **environment)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert said in result.output


def test_a_directory_of_brackets_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "deep.toml"
    file.write_text("x = " + "[" * 100_000, encoding="utf-8")
    result = terminal.types("load", str(file))
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "emboîte trop" in result.output


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    result = Terminal(tmp_path, "postgresql://nobody@127.0.0.1:9/nothing").types("tickets")
    assert result.exit_code == 1
    assert "ne répond pas" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("call", "--from", "12"), "12", id="no number"),
        pytest.param(("call", "--at", "hier"), "2026-12-25 03:12", id="no instant"),
        pytest.param(("call", "--at", "3000-01-01"), "de 1970 à 2999", id="no instant of ours"),
        pytest.param(("call", "--keys", "1,x"), "« x »", id="no key"),
        pytest.param(("call", "--keys", "1,2h"), "« 2h »", id="hanging up is an entry of its own"),
        pytest.param(
            ("call", "--at", "2026-12-25 03:12", "--to", "01 99 00 00 01", "--keys", "1", "--json"),
            "il y a : 05 86 07 77 77, 05 36 49 00 24",
            id="no line of the directory",
        ),
        pytest.param(("call", "--keys", "1", "--simulator-port", "9"), "make demo", id="no demonstration runs"),
        pytest.param(("call", "--keys", "1", "--simulator-port", "9", "--json"), "make demo", id="nor for a program"),
        pytest.param(("load", "absent.toml"), "absent.toml", id="no file"),
    ],
)
def test_bad_words_are_refused_in_a_sentence(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    result = terminal.types(*words)
    assert result.exit_code != 0
    assert (result.stdout, type(result.exception)) == ("", SystemExit)
    assert said in result.stderr


def test_an_intact_journal_is_said_so(loaded: Terminal) -> None:
    assert loaded.reads("verify") == {"events": 0, "first_altered": None}


def test_the_fallback_document_names_us_and_takes_a_message(loaded: Terminal) -> None:
    document = loaded.types("fallback-twiml", "--dial", "05 36 49 09 01").output
    assert "Groupe NVL" in document
    assert "<Number>+33536490901</Number>" in document
    assert '<Record action="au-revoir.xml" method="GET"' in document
    assert "--goodbye" in loaded.types("fallback-twiml").stderr
    document = loaded.types("fallback-twiml", "--goodbye", "https://ailleurs.example/fin?a=1&b=2").stdout
    assert 'action="https://ailleurs.example/fin?a=1&amp;b=2"' in document
    document = loaded.types("fallback-twiml", "--last").stdout
    assert "<Hangup/>" in document
    assert "<Record" not in document
    assert "<Dial" not in document


def test_doctor_names_what_is_wrong(loaded: Terminal) -> None:
    result = loaded.types("doctor", TWILIO_SMS_SENDER="06 39 98 00 01")
    assert result.exit_code == 1
    assert "mobile français" in result.output
    assert "ne partent pas encore" in result.output


def test_doctor_on_an_empty_environment_names_every_setting() -> None:
    result = CliRunner().invoke(cli.main, ["doctor", "--json"], env=dict.fromkeys(environment("", ""), ""))
    assert result.exit_code == 1
    missing = [finding["said"] for finding in json.loads(result.output) if finding["subject"] == "configuration"]
    assert len(missing) == 6
    assert all(said.endswith(" manque") for said in missing)


def test_serve_refuses_to_start_half_configured(loaded: Terminal) -> None:
    result = loaded.types("serve", PUBLIC_URL="", SECRET_KEY="")
    assert result.exit_code == 1
    assert "PUBLIC_URL manque" in result.output
    assert "SECRET_KEY manque" in result.output
