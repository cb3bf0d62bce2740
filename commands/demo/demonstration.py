"""A whole line on this machine to play with: its telephones are a page, its clock is where somebody wants it."""

import json
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import insert, select, update

from clock import system
from commands.demo import demo_scene, sandbox
from commands.demo.sandbox import PrivateLine
from settings import Settings
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.database import Database
from storage.directory.versions import DirectoryCache
from storage.models import Account, SessionRow
from web.signin import invitations

HOME = Path("instance")
USUAL_PORT = 8000
LOOKS = 0.3  # seconds
LIVED = timedelta(days=62)  # so that a whole month of standby is behind it, to be stated


def demo(at: datetime | None, port: int, simulator_port: int, directory: Path, *, browser: bool) -> None:
    """In the foreground, on a fresh database, until Ctrl-C; begun again as often as the page asks for another hour."""
    if port == simulator_port:
        raise click.ClickException("Le web et le Twilio simulé ne peuvent pas partager un port.")
    for wanted in (port, simulator_port):
        if not sandbox.is_free(wanted):
            raise click.ClickException(
                f"Le port {wanted} est pris : une démonstration tourne déjà ? Sinon : --port, --simulator-port."
            )
    # A home for each port: a second demonstration leaves the first one's alone.
    home = HOME / ("demo" if port == USUAL_PORT else f"demo-{port}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    line = PrivateLine(home.absolute(), at, port, simulator_port, directory, lived=LIVED)
    people = People()
    try:
        while True:
            shutil.rmtree(home, ignore_errors=True)
            with sandbox.running(line):
                people.enter(line)
                scene = Scene(line)
                scene.keep_true()
                _welcome(line, scene.doors, is_first=people.came == 1)
                if browser and people.came == 1 and _has_a_screen():
                    click.launch(line.simulator_url)
                line.at = _wished(line, scene)
                people.remember(line)
            click.echo(f"La démonstration recommence au {line.at.isoformat(sep=' ', timespec='minutes')}.")
    except KeyboardInterrupt:
        click.echo("\nArrêt de la démonstration.")


def _wished(line: PrivateLine, scene: "Scene") -> datetime:
    """The hour that the page asks for. Raises ClickException when a process has ended by itself."""
    while not (ended := line.stopped()):
        scene.keep_true()
        if line.wish.exists():
            return datetime.fromisoformat(json.loads(line.wish.read_text(encoding="utf-8"))["at"])
        time.sleep(LOOKS)
    raise click.ClickException(f"{ended} s'est arrêté.\n{line.last_words(ended)}")


@dataclass
class People:
    """Who has an account: at first one of each kind, invited; then as they were, and still signed in."""

    kept: list[tuple[Any, list[dict[str, Any]]]] = field(default_factory=list)
    came: int = 0

    def enter(self, line: PrivateLine) -> None:
        self.came += 1
        settings = Settings.read(line.environment(), line=True)
        database = Database(settings.database_url)
        with database.begin() as db:
            for table, rows in self.kept:
                if rows:
                    db.execute(insert(table), rows)
            db.execute(update(SessionRow).values(seen_at=settings.clock()()))  # the clock may have gone on by months
            if not self.kept:
                _one_of_each(db, settings)
        database.dispose()

    def remember(self, line: PrivateLine) -> None:
        database = Database(Settings.read(line.environment(), line=True).database_url)
        with database.read() as db:
            self.kept = [(table, [dict(row._mapping) for row in db.execute(select(table.__table__))])
                         for table in (Account, SessionRow)]  # fmt: skip
        database.dispose()


@dataclass
class Scene:
    """What the page of telephones is told; an invitation that has served gives way to the page of signing in."""

    line: PrivateLine
    doors: list[tuple[str, str]] = field(default_factory=list)  # whose each is, and its address

    def __post_init__(self) -> None:
        self._settings = Settings.read(self.line.environment(), line=True)

    def keep_true(self) -> None:
        database = Database(self._settings.database_url)
        with database.read() as db:
            found = {row.email: row for row in accounts.listed(db)}
        database.dispose()
        known = dict(self.doors)
        doors = [(email, _door(self._settings, row, known.get(email, ""))) for email, row in found.items()]
        if doors != self.doors:
            self.doors = doors
            demo_scene.write(self.line, doors, system().date())


def _one_of_each(db: Any, settings: Settings) -> None:
    directory, now = DirectoryCache().newest(db).directory, settings.clock()()
    engineer = next((each.code for each in directory.engineers[1:]), None)
    client = next((each.code for each in directory.clients), None)
    accounts.add(db, "admin@demo.example", [Role.ADMIN], now)
    accounts.add(db, "accueil@demo.example", [Role.DESK], now)
    if engineer:
        accounts.add(db, "ingenieur@demo.example", [Role.ENGINEER], now, engineer=engineer)
    if client:
        accounts.add(db, "client@demo.example", [Role.CLIENT], now, client=client)


def _door(settings: Settings, row: Any, before: str) -> str:
    """An invitation is written once: another one each second would change the page under one's hand."""
    entry = f"{settings.public_url}/login"
    return entry if row.password else before or invitations.address(settings, row.fs_uniquifier)


def _has_a_screen() -> bool:
    """Elsewhere a browser in the terminal might open, over what is written here."""
    return sys.stdout.isatty() and (sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")))  # fmt: skip


def _welcome(line: PrivateLine, doors: list[tuple[str, str]], *, is_first: bool) -> None:
    if not is_first:
        return
    other = "" if line.simulator_port == 8010 else f" --simulator-port {line.simulator_port}"
    shown = os.path.relpath(line.home)
    moved = line.environment().get("ASTREINTE_CLOCK")
    clock = f"\n    export ASTREINTE_CLOCK={moved} TWILIO_API_URL={line.simulator_url}" if moved else ""
    invited = "\n".join(f"    {email:24} {url}" for email, url in doors)
    click.echo(f"""
La ligne est ouverte. Son téléphone, et ceux des ingénieurs, dans un navigateur :

    {line.simulator_url}

La console (web {line.url}), avec le compte de votre choix ; son adresse sert une fois, pour un mot de passe :

{invited}

Dans un autre terminal, la même chose au clavier : appelez, puis tenez le téléphone de l'ingénieur réveillé,
ou répondez OK pour lui :

    .venv/bin/astreinte call --from "06 39 98 10 01"{other}
    .venv/bin/astreinte phone "06 39 98 00 02"{other}
    .venv/bin/astreinte phone "06 39 98 00 02" --text OK{other}

et regardez ce qui reste :

    export DATABASE_URL=sqlite:///{shown}/astreinte.db PUBLIC_URL={line.url} RECORDINGS_URL={shown}/audio{clock}
    .venv/bin/astreinte tickets ; .venv/bin/astreinte pages ; .venv/bin/astreinte oncall ; ls {shown}/audio {shown}/mail

Journaux : {shown}/*.log. Ctrl-C arrête tout.
""")
