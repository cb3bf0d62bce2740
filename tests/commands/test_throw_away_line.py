"""`astreinte call --at`: the README's promise, played as the stranger would."""

import json
import os
import subprocess
import sys
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
