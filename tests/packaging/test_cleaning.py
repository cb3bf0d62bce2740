"""`make clean` makes room, and nobody loses what they cannot make again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

KEPT = (
    "instance/astreinte.db", "instance/astreinte.db-wal", "instance/pictures/home.png", "instance/calls/1/astreinte.db",
    "recordings/audio/2026/RE1.wav", "recordings/__init__.py", ".env", "line.db", "gunicorn.conf.py", "nvl.toml",
)  # fmt: skip
GONE = (".venv/bin/python", ".pytest_cache/x", ".mypy_cache/x", "build/lib/cli.py", "astreinte.egg-info/PKG-INFO")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (*KEPT, *GONE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("what somebody kept")
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


def test_what_can_be_made_again_goes_and_the_rest_stays(checkout: Path) -> None:
    subprocess.run(["make", "clean"], cwd=checkout, check=True, capture_output=True, timeout=30)
    assert [name for name in KEPT if not (checkout / name).is_file()] == []
    assert [name for name in GONE if (checkout / name).exists()] == []
    subprocess.run(["make", "clean"], cwd=checkout, check=True, capture_output=True, timeout=30)  # twice is nothing


def test_cleaning_follows_no_link(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Somebody keeps their environment elsewhere: the link goes, what it names stays."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "python").write_text("shared")
    shutil.rmtree(checkout / ".venv")
    (checkout / ".venv").symlink_to(elsewhere)
    subprocess.run(["make", "clean"], cwd=checkout, check=True, capture_output=True, timeout=30)
    assert (elsewhere / "python").read_text() == "shared"
