"""The suite is green on machines that have more, and less, than ours: a few of its tests, run on such ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FEW = (
    "tests/simulator/test_audio.py",
    "tests/test_settings.py",
    "tests/commands/test_cli.py",
    "tests/test_documents.py",
)
SHELL = {  # of somebody who keeps a line of their own
    "DATABASE_URL": "sqlite:////nowhere/line.db", "RECORDINGS_URL": "/nowhere", "SECRET_KEY": "court",
    "PUBLIC_URL": "https://other.example", "TWILIO_SMS_SENDER": "OTHER", "SMTP_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "a@b.example", "IMAP_URL": "imaps://u:p@127.0.0.1/INBOX", "OIDC_NAME": "alone", "WEB_CONCURRENCY": "7",
    "ASTREINTE_CLOCK": "2020-01-01T00:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    "machine",
    [
        pytest.param(SHELL, id="a line is set in the shell"),
        pytest.param({"TZ": "Pacific/Auckland", "LC_ALL": "C", "HOME": "/nowhere"}, id="another zone, no home"),
        pytest.param({"PATH": "/nowhere"}, id="no program is installed"),
    ],
)
def test_green_there_too(machine: dict[str, str], tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *FEW, "-p", "no:cacheprovider", "-k", "not postgresql"], cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)} | machine,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:]
