"""A phone in the terminal: against the running demonstration, or on a private line at a chosen instant."""

import io
import json
import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from commands.demo import sandbox
from commands.demo.lines import must_be_a_line
from commands.demo.sandbox import PrivateLine
from commands.terminal import output
from simulator import terminal
from storage import listing
from storage.database import Database
from storage.directory import parse

PARIS = ZoneInfo("Europe/Paris")
KEPT = Path("instance/calls")
KEPT_FOR = 86_400.0  # seconds
FETCHED_WITHIN = 10.0

Json = dict[str, Any]


def call(
    *, from_: str, to: str, at: datetime | None, keys: list[str] | None, say: str | None, as_json: bool,
    simulator_port: int, directory: Path,
) -> None:  # fmt: skip
    out: Any = io.StringIO() if as_json else sys.stdout
    if at is None:
        code = _talk(f"http://127.0.0.1:{simulator_port}", from_, to, keys, say, as_json, out)
        if as_json and out.getvalue():
            output.document(out.getvalue())
        sys.exit(code)
    must_be_a_line(to, parse(directory.read_text(encoding="utf-8")))
    home = _home()
    line = PrivateLine(home, at, sandbox.free_port(), sandbox.free_port(), directory, holds=True)
    if not as_json:
        click.echo(f"Une ligne d'essai démarre, heure de Paris : {at.astimezone(PARIS):%d/%m/%Y %H:%M}…")
    with sandbox.running(line):
        line.begin()  # the call comes at that very instant, however long the line took to get ready
        code = _talk(line.simulator_url, from_, to, keys, say, as_json, out)
        if code == terminal.INTERRUPTED or (as_json and not out.getvalue()):
            sys.exit(code)  # why has been said
        left = _what_is_left(line)
    if as_json:
        output.as_json(json.loads(out.getvalue()) | left)
    else:
        click.echo(_told(left, home))
    sys.exit(code)


def hold(number: str, text: str | None, to: str, simulator_port: int) -> None:
    """Be the owner of a telephone of the demonstration."""
    url = f"http://127.0.0.1:{simulator_port}"
    sys.exit(terminal.hold(url, number, text=text, to=to, out=sys.stdout, inp=sys.stdin))


def _talk(url: str, from_: str, to: str, keys: list[str] | None, say: str | None, as_json: bool, out: Any) -> int:
    return terminal.run(url, from_, to, keys=keys, say=say, as_json=as_json, out=out, inp=None if keys else sys.stdin)


def _home() -> Path:
    """A folder of its own, kept for a day so that what the call left can be looked at."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_FOR:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix="line-", dir=KEPT)).absolute()


def _what_is_left(line: PrivateLine) -> Json:
    """Tickets, pages and audio, once the worker has fetched the message."""
    database = Database(line.environment()["DATABASE_URL"])
    try:
        end = time.monotonic() + FETCHED_WITHIN
        while True:
            with database.read() as db:
                tickets, pages = listing.tickets(db), listing.pages(db)
            audio = sorted(str(file) for file in (line.home / "audio").rglob("*.wav"))
            if time.monotonic() > end or len(audio) >= sum(ticket["recording"] for ticket in tickets):
                return {"tickets": tickets, "pages": pages, "audio": audio}
            time.sleep(0.1)
    finally:
        database.dispose()


def _told(left: Json, home: Path) -> str:
    parts = [json.dumps(ticket, ensure_ascii=False, indent=2) for ticket in left["tickets"]]
    parts += [f"Audio : {file}" for file in left["audio"]]
    if not left["tickets"]:
        parts.append("Aucun ticket : l'appel n'est qu'au journal.")
    parts.append(f"Gardé un jour : {home}")
    return "\n".join(parts)
