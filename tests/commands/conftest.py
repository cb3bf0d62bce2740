from pathlib import Path

import pytest

from commands import SAMPLE
from tests.commands.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path, database_url: str) -> Terminal:
    return Terminal(tmp_path, database_url)


@pytest.fixture
def loaded(terminal: Terminal) -> Terminal:
    assert terminal.types("load", str(SAMPLE)).exit_code == 0
    return terminal


@pytest.fixture
def nowhere(tmp_path: Path) -> Terminal:
    """No database has been made yet."""
    return Terminal(tmp_path, f"sqlite:///{tmp_path / 'instance' / 'astreinte.db'}")
