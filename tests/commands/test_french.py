"""Refusals, help and the end of a command: in French, on the right stream, with the right code."""

import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

import cli
from commands import HOME
from tests.commands.terminal import Terminal

ENGLISH = re.compile(r"\b(Error|Usage|Try|No such|Missing|Invalid|Aborted|Show this|default|required|Got|requires)\b")


def refused(*words: str) -> str:
    result = CliRunner().invoke(cli.main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("call", "--keyz", "1"), "« --keyz » n'existe pas ; vouliez-vous dire --keys ?", id="option"),
        pytest.param(("call", "--zzz"), "l'option « --zzz » n'existe pas", id="an option like no other"),
        pytest.param(
            ("pagse",), "la commande « pagse » n'existe pas ; vouliez-vous dire page ou pages ?", id="command"
        ),
        pytest.param(("db", "upgrad"), "vouliez-vous dire upgrade ?", id="command of a group"),
        pytest.param(("preview", "--at", "2026-12-25"), "il manque l'option --from", id="missing option"),
        pytest.param(("load",), "il manque ANNUAIRE.toml", id="missing argument"),
        pytest.param(("load", "absent.toml"), "« absent.toml » : ce fichier n'existe pas", id="missing file"),
        pytest.param(("load", "."), "est un dossier", id="a folder for a file"),
        pytest.param(("tickets", "de", "juin"), "de trop : de juin", id="words too many"),
        pytest.param(("tickets", "--json=non"), "l'option --json ne prend pas de valeur", id="value for a switch"),
        pytest.param(("call", "--at"), "l'option --at attend une valeur", id="no value"),
        pytest.param(("demo", "--port", "99999"), "« 99999 » : on attend un nombre entier de 1 à 65535", id="no port"),
        pytest.param(("serve", "--workers", "deux"), "« deux » : on attend un nombre entier", id="no number"),
        pytest.param(("serve", "--workers", "9" * 5000), "on attend un nombre entier", id="more than Python reads"),
    ],
)
def test_words_that_cannot_be_understood(words: tuple[str, ...], said: str) -> None:
    shown = refused(*words)
    assert f"Erreur : {said}" in shown or said in shown.splitlines()[-1]
    assert not ENGLISH.search(shown)


@pytest.mark.parametrize("name", ["", *sorted(cli.main.commands)])
def test_help_is_french(name: str) -> None:
    shown = CliRunner().invoke(cli.main, [name, "--help"] if name else ["--help"]).output
    assert shown.startswith("Emploi : ")
    assert "Affiche cette aide." in shown
    assert not ENGLISH.search(shown)


def test_a_sentence_nobody_translated_is_said_all_the_same() -> None:
    @click.command(cls=click.Command)
    def odd() -> None:
        raise click.UsageError("Something new")

    main = type(cli.main)(commands={"odd": odd})
    result = CliRunner().invoke(main, ["odd"])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, "Erreur : Something new")


# ---------------------------------------------------------------- Ctrl-C
# Runs a command, and presses Ctrl-C at the moment when Python begins to read a module.
AT_IMPORT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finger:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finger())
sys.argv = ["astreinte", *{words!r}]
import cli
cli.main()
"""


@pytest.mark.parametrize(
    ("words", "module", "said"),
    [
        pytest.param(("demo",), "click", "", id="before anything can be said"),
        pytest.param(("demo",), "commands.terminal.click_in_french", "", id="before anything can be said, later"),
        pytest.param(("demo",), "storage.database", "Interrompu.", id="while a demonstration begins"),
        pytest.param(("call", "--keys", "1"), "simulator.terminal", "Interrompu.", id="while a call begins"),
        pytest.param(("load", "nvl.toml"), "tomllib", "", id="while the file is looked for"),
    ],
)
def test_interrupted_while_python_reads(nowhere: Terminal, words: tuple[str, ...], module: str, said: str) -> None:
    (nowhere.home / "nvl.toml").write_bytes((HOME / "nvl.toml").read_bytes())
    ended = nowhere.run(["-c", AT_IMPORT.format(module=module, words=words)])
    assert (ended.returncode, ended.stdout) == (130, b"")
    assert b"Traceback" not in ended.stderr
    assert said in ended.stderr.decode()


# ---------------------------------------------------------------- terminals without French
ODD = """
import sys
import cli

@cli.main.command()
def odd():
    sys.stdout.write("été…")
    sys.stderr.write(sys.stdin.read())

cli.main(["odd"])
"""


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", "?t??"), ("ascii:strict", "?t??"), ("latin-1", "été?"), ("utf-8", "Ã©tÃ©â\x80¦")]
)
def test_a_terminal_without_french_is_spoken_to(nowhere: Terminal, encoding: str, shown: str) -> None:
    """Even by what writes to the streams itself, as the telephone does."""
    ended = nowhere.run(["-c", ODD], PYTHONIOENCODING=encoding, stdin="œuf…")
    assert (ended.returncode, ended.stdout.decode("latin-1")) == (0, shown)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("dump",), id="dump"),
        pytest.param(("fallback-twiml",), id="fallback-twiml"),
        pytest.param(("preview", "--from", "masqué", "--at", "2026-12-25 03:12", "--json"), id="JSON"),
    ],
)
def test_documents_are_utf_8_whatever_the_terminal(nowhere: Terminal, words: tuple[str, ...]) -> None:
    nowhere.types("db", "upgrade")
    nowhere.types("load", str(HOME / "nvl.toml"))
    ended = nowhere.really_types(*words, PYTHONIOENCODING="latin-1")
    assert ended.returncode == 0
    assert "é" in ended.stdout.decode("utf-8")


def test_a_reader_who_has_had_enough_is_no_fault(nowhere: Terminal) -> None:
    """`astreinte dump | head`"""
    nowhere.types("db", "upgrade")
    nowhere.types("load", str(HOME / "nvl.toml"))
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, str(HOME / "cli.py"), "dump"]
    ended = subprocess.run(words, env=nowhere.told(), stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert ended.stderr == b""
