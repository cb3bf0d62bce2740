"""Somebody who types commands, on a database of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

import cli
from commands import HOME
from tests.support.settings_for_tests import environment


class Terminal:
    def __init__(self, home: Path, database_url: str):
        self.home = home
        self.environment = environment(database_url, str(home / "audio"))

    def types(self, *words: str, **environment: str) -> Result:
        return CliRunner().invoke(cli.main, words, env=self.environment | environment)

    def reads(self, *words: str) -> object:
        result = self.types(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    def really_types(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
        """In a process of its own: streams, encodings and signals are then the real ones."""
        return self.run([str(HOME / "cli.py"), *words], **environment)

    def run(self, words: list[str], stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, *words], cwd=self.home, env=self.told(**environment), input=stdin.encode(),
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip

    def told(self, **environment: str) -> dict[str, str]:
        """The environment of such a process."""
        machine = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "PYTHONPATH": str(HOME)}
        return machine | self.environment | environment
