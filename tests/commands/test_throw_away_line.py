"""`astreinte call --at`: the README's promise, played as the stranger would."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_call_on_christmas_night(tmp_path: Path) -> None:
    """Heard in French to its reference; ticket, audio and one SMS are there at the end; nothing runs on."""
    played = subprocess.run(
        [
            sys.executable, str(ROOT / "cli.py"), "call", "--from", "06 39 98 10 01", "--at", "2026-12-25 03:12",
            "--keys", "1,1,1,9", "--json",
        ],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert played.returncode == 0, played.stderr + played.stdout
    told = json.loads(played.stdout)
    assert "Bonjour et bienvenue" in told["heard"][0]
    (ticket,) = told["tickets"]
    assert (ticket["reference"], ticket["entity"], ticket["paged"]) == ("NVL-26-00001-8", "idline", True)
    assert ticket["received_at"].startswith("2026-12-25T02:12")
    (audio,) = told["audio"]
    assert Path(audio).stat().st_size > 8000
    alerts = [sms for sms in told["sms"] if sms["to"] == "+33639980001"]
    assert len(alerts) == 1
    assert "NVL-26-00001-8" in alerts[0]["body"]
    assert not _running_from(tmp_path)


def test_the_last_second_is_open_and_a_call_without_a_key_left_is_hung_up(tmp_path: Path) -> None:
    """The line takes seconds to get ready, the call none: it comes at the instant that was asked for."""
    played = subprocess.run(
        [
            sys.executable, str(ROOT / "cli.py"), "call", "--from", "06 39 98 10 01", "--at", "2026-09-14 17:59:59",
            "--keys", "5", "--json",
        ],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    told = json.loads(played.stdout)
    assert (told["ended_by"], told["transcript"][-1]) == ("caller", ["person", "[raccroche]"])
    assert ["person", "[silence]"] not in told["transcript"]
    (home,) = (tmp_path / "instance" / "calls").iterdir()
    with closing(sqlite3.connect(home / "astreinte.db")) as db:
        [(started,)] = db.execute("SELECT started_at FROM calls").fetchall()
    asked = datetime(2026, 9, 14, 15, 59, 59, tzinfo=UTC)
    assert asked <= datetime.fromtimestamp(started / 1e6, UTC) < asked + timedelta(seconds=1)


def _running_from(folder: Path) -> list[str]:
    """Processes that still know this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in process.read_bytes():
                found.append(process.parent.name)
        except OSError:
            continue
    return [pid for pid in found if int(pid) != os.getpid()]
