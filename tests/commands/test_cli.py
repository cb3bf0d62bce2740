"""The commands, as a person types them: what they print, and how they refuse."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from commands import private_line
from tests.settings_for_tests import environment

SAMPLE = private_line.SAMPLE


class Terminal:
    def __init__(self, home: Path, database_url: str):
        self.environment = environment(database_url, str(home / "audio"))

    def types(self, *words: str, **environment: str) -> Result:
        return CliRunner().invoke(cli.main, words, env=self.environment | environment)

    def reads(self, *words: str) -> object:
        result = self.types(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.output)


@pytest.fixture
def terminal(tmp_path: Path, database_url: str) -> Terminal:
    return Terminal(tmp_path, database_url)


@pytest.fixture
def loaded(terminal: Terminal) -> Terminal:
    assert terminal.types("load", str(SAMPLE)).exit_code == 0
    return terminal


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


def test_commands_before_the_directory_say_what_to_do(terminal: Terminal) -> None:
    result = terminal.types("dump")
    assert result.exit_code == 1
    assert "astreinte load" in result.output


def test_commands_before_the_schema_say_what_to_do(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")
    result = terminal.types("tickets")
    assert result.exit_code == 1
    assert "astreinte db upgrade" in result.output
    assert terminal.types("db", "upgrade").exit_code == 0
    assert terminal.reads("tickets") == []


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    result = Terminal(tmp_path, "postgresql://nobody@127.0.0.1:9/nothing").types("tickets")
    assert result.exit_code == 1
    assert "ne répond pas" in result.output
    assert "Traceback" not in result.output


def test_preview_tells_the_path_and_who_is_woken_without_effect(loaded: Terminal) -> None:
    told = loaded.reads("preview", "--from", "06 39 98 10 01", "--at", "2026-12-25 03:12", "--keys", "1,1,1,9")
    assert isinstance(told, dict)
    assert told["ticket"]["sites"] == ["Bordeaux", "Pau"]
    assert told["woken"][0]["engineer"] == "ing1"
    assert told["woken"][0]["at"] == "2026-12-25T02:12:00Z"
    assert 30 < told["seconds"] < 90
    assert loaded.reads("tickets") == []
    assert loaded.reads("calls") == []


def test_preview_of_a_refusal_wakes_nobody(loaded: Terminal) -> None:
    result = loaded.types("preview", "--from", "masqué", "--at", "2026-12-25 03:12", "--keys", "1,2")
    assert "Personne n'est réveillé" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("call", "--from", "12"), "12", id="no number"),
        pytest.param(("call", "--at", "hier"), "2026-12-25 03:12", id="no instant"),
        pytest.param(("call", "--keys", "1,x"), "« x »", id="no key"),
        pytest.param(("call", "--keys", "1", "--simulator-port", "9"), "make demo", id="no demonstration runs"),
        pytest.param(("load", "absent.toml"), "absent.toml", id="no file"),
    ],
)
def test_bad_words_are_refused_in_a_sentence(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    result = terminal.types(*words)
    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output


def test_an_intact_journal_is_said_so(loaded: Terminal) -> None:
    assert loaded.reads("verify") == {"events": 0, "first_altered": None}


def test_the_fallback_document_names_us_and_takes_a_message(loaded: Terminal) -> None:
    document = loaded.types("fallback-twiml", "--dial", "05 36 49 09 01").output
    assert "Groupe NVL" in document
    assert "<Number>+33536490901</Number>" in document
    assert "<Record" in document


def test_doctor_names_what_is_wrong(loaded: Terminal) -> None:
    result = loaded.types("doctor", TWILIO_SMS_SENDER="06 39 98 00 01")
    assert result.exit_code == 1
    assert "mobile français" in result.output
    assert "aucun worker" in result.output


def test_doctor_on_an_empty_environment_names_every_setting() -> None:
    result = CliRunner().invoke(cli.main, ["doctor", "--json"], env=dict.fromkeys(environment("", ""), ""))
    assert result.exit_code == 1
    assert len(json.loads(result.output)) == 6


def test_serve_refuses_to_start_half_configured(loaded: Terminal) -> None:
    result = loaded.types("serve", PUBLIC_URL="", SECRET_KEY="")
    assert result.exit_code == 1
    assert "PUBLIC_URL manque" in result.output
    assert "SECRET_KEY manque" in result.output
