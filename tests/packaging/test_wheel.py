"""`pip wheel .` gives all that the line needs and nothing else: tried from an empty folder, as a stranger would."""

import json
import signal
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands.demo.sandbox import free_port
from tests.packaging.conftest import Installed
from tests.support.settings_for_tests import environment

BESIDE = {"nvl.toml", "gunicorn.conf.py"}
NO_PART = {"tests", "bench", "docs", "instance", "build"}  # folders that no installation wants
STARTED = 60  # seconds
AT = "2026-12-25 03:12"


def test_every_file_of_every_package_is_in_it(tree: Path, wheel: Path) -> None:
    """Whoever adds a package or a template adds it to the wheel; voices, databases and secrets stay out."""
    with zipfile.ZipFile(wheel) as made:
        inside = {name for name in made.namelist() if ".dist-info/" not in name}
    assert {name for name in inside if name.startswith("commands/")} >= {f"commands/{name}" for name in BESIDE}
    assert inside - {f"commands/{name}" for name in BESIDE} == set(_of_packages(tree))


def _of_packages(tree: Path) -> Iterator[str]:
    yield from (file.name for file in tree.glob("*.py") if file.name not in {"setup.py", *BESIDE})
    for package in (init.parent for init in tree.glob("*/__init__.py") if init.parent.name not in NO_PART):
        for file in package.rglob("*"):
            place = file.relative_to(tree).as_posix()
            if file.is_file() and not place.startswith("recordings/audio/"):
                yield place


def test_it_runs_from_where_it_was_installed(installed: Installed) -> None:
    helped = installed.types("--help")
    assert helped.returncode == 0, helped.stderr
    assert "La ligne de support et d'astreinte" in helped.stdout
    assert (installed.modules / "commands" / "nvl.toml").is_file()


def test_a_line_by_hand(installed: Installed) -> None:
    """Database, directory, a look ahead; what it keeps lies in the folder where it was called."""
    before = _files(installed.modules)
    assert installed.types("db", "upgrade").stdout == "Base mise à jour.\n"
    loaded = installed.types("load", str(installed.modules / "commands" / "nvl.toml"))
    assert loaded.returncode == 0, loaded.stderr
    played = installed.types("preview", "--from", "06 39 98 10 01", "--at", AT, "--keys", "1,1,1,9", "--json")
    assert "Bonjour et bienvenue" in played.stdout, played.stderr
    assert "<Response>" in installed.types("fallback-twiml").stdout
    checked = installed.types("doctor")
    assert "Traceback" not in checked.stderr
    assert "SECRET_KEY manque" in checked.stdout + checked.stderr
    assert (installed.home / "instance" / "astreinte.db").is_file()
    assert _files(installed.modules) == before


def test_the_two_processes_serve(installed: Installed) -> None:
    """Pages in two languages, what they show, and the settings of the server that lie beside a checkout."""
    port = free_port()
    told = environment(f"sqlite:///{installed.home / 'line.db'}", "recordings/audio")
    for words in (("db", "upgrade"), ("load", str(installed.modules / "commands" / "nvl.toml"))):
        assert installed.types(*words, **told).returncode == 0
    served, working = ("serve", "--bind", f"127.0.0.1:{port}"), ("worker",)
    with _running(installed, *served, **told), _running(installed, *working, **told):
        line = f"http://127.0.0.1:{port}"
        _until_ready(f"{line}/readyz")
        assert "mot de passe" in _read(f"{line}/login", "fr").casefold()
        assert "password" in _read(f"{line}/login", "en").casefold()
        assert _read(f"{line}/static/app.css")


def test_the_demonstration(installed: Installed) -> None:
    """Starts, answers, plays a call, shows its telephones; the installation beside it is left alone."""
    (installed.home / "instance").mkdir()
    (installed.home / "instance" / "astreinte.db").write_text("somebody's line")
    port, simulator = free_port(), free_port()
    words = ("demo", "--no-browser", "--at", AT, "--port", str(port), "--simulator-port", str(simulator))
    with _running(installed, *words):
        _until_ready(f"http://127.0.0.1:{port}/readyz")
        assert "softphone.js" in _read(f"http://127.0.0.1:{simulator}/")
        played = installed.types(
            "call", "--from", "06 39 98 10 01", "--keys", "1,1,1,9", "--simulator-port", str(simulator), "--json"
        )
        assert "Bonjour et bienvenue" in json.loads(played.stdout)["heard"][0], played.stderr
    assert {file.name for file in installed.home.iterdir()} == {"instance"}
    assert (installed.home / "instance" / "astreinte.db").read_text() == "somebody's line"


@contextmanager
def _running(installed: Installed, *words: str, **told: str) -> Iterator[None]:
    process = installed.starts(*words, **told)
    try:
        yield
        assert process.poll() is None, process.communicate(timeout=10)[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _until_ready(address: str) -> None:
    end = time.monotonic() + STARTED
    while True:
        try:
            _read(address)
        except OSError:
            if time.monotonic() > end:
                pytest.fail(f"{address} does not answer")
            time.sleep(0.1)
        else:
            return


def _read(address: str, language: str = "fr") -> str:
    asked = urllib.request.Request(address, headers={"Accept-Language": language})
    with urllib.request.urlopen(asked, timeout=10) as reply:
        told: bytes = reply.read()
    return told.decode()


def _files(folder: Path) -> set[str]:
    return {str(file) for file in folder.rglob("*") if "__pycache__" not in str(file)}
