"""The processes: web, worker, and everything at once for a demonstration."""

import os
import shutil
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

import click

import logs
from commands import opening, private_line
from commands.private_line import PrivateLine

DEMO = Path("instance")
USUAL_PORT = 8000


def serve(bind: str, workers: int | None) -> None:
    """Be gunicorn, until SIGTERM or Ctrl-C."""
    opening.settings(line=True)  # refuse here, in a sentence, rather than in every worker
    with opening.database():
        pass
    from commands.web import Web  # gunicorn, only needed here

    Web(bind=bind, workers=workers).run()


def worker() -> None:
    """Work until SIGTERM or Ctrl-C; what is under way is finished first."""
    from jobs import chores, kinds  # the SDK behind them is slow to import, and only needed here
    from jobs.collecting import Listener
    from jobs.context import Outside
    from jobs.worker import Worker
    from mail import mailboxes
    from storage.audio import AudioStore
    from telephony.rest import Twilio

    settings = opening.settings(line=True)
    logs.configure()
    with opening.database() as database:
        clock = settings.clock()
        outside = Outside(settings, Twilio(settings), AudioStore(settings.recordings_url))
        with database.begin() as db:
            chores.schedule(db, kinds.routines(outside), clock())
        at_work = Worker(kinds.engine(database, clock, outside))
        for box in mailboxes.addresses(settings.imap_url, settings.mail_from):
            Listener(database, clock, box, at_work.stopping).start()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: at_work.stop())
        at_work.run()


def demo(at: datetime | None, port: int, simulator_port: int, directory: Path) -> None:
    """Everything on this machine, in the foreground, on a fresh database."""
    if port == simulator_port:
        raise click.ClickException("Le web et le Twilio simulé ne peuvent pas partager un port.")
    for wanted in (port, simulator_port):
        if not private_line.is_free(wanted):
            raise click.ClickException(
                f"Le port {wanted} est pris : une démonstration tourne déjà ? Sinon : --port, --simulator-port."
            )
    # A home for each port: a second demonstration leaves the first one's alone.
    home = DEMO / ("demo" if port == USUAL_PORT else f"demo-{port}")
    shutil.rmtree(home, ignore_errors=True)
    line = PrivateLine(home.absolute(), at, port, simulator_port, directory)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with private_line.running(line):
        click.echo(_welcome(line, simulator_port))
        click.echo(_invited(line))
        try:
            while not (ended := line.stopped()):
                time.sleep(0.5)
            raise click.ClickException(f"{ended} s'est arrêté.\n{line.last_words(ended)}")
        except KeyboardInterrupt:
            click.echo("\nArrêt de la démonstration.")


def _invited(line: PrivateLine) -> str:
    """One of each kind of people, each with the address at which they choose a password."""
    from settings import Settings
    from storage import accounts
    from storage.accounts import Role
    from storage.database import Database
    from storage.versions import Shelf
    from web.signin import invitations

    settings = Settings.read(line.environment(), line=True)
    database = Database(settings.database_url)
    said = ["Et la console, avec le compte de votre choix ; son adresse sert une fois, pour un mot de passe :", ""]
    with database.begin() as db:
        directory, now = Shelf().newest(db).directory, settings.clock()()
        engineer = next((each.code for each in directory.engineers[1:]), None)
        client = next((each.code for each in directory.clients), None)
        wanted = [("admin", Role.ADMIN), ("accueil", Role.DESK)]
        wanted += [("ingenieur", Role.ENGINEER)] if engineer else []
        wanted += [("client", Role.CLIENT)] if client else []
        for name, role in wanted:
            number = accounts.add(
                db, f"{name}@demo.example", [role], now, engineer=engineer if role is Role.ENGINEER else None,
                client=client if role is Role.CLIENT else None,
            )  # fmt: skip
            row = accounts.find(db, id=number)
            assert row
            said.append(f"    {row.email:24} {invitations.address(settings, row.fs_uniquifier)}")
    database.dispose()
    return "\n".join([*said, ""])


def _welcome(line: PrivateLine, simulator_port: int) -> str:
    other = "" if simulator_port == 8010 else f" --simulator-port {simulator_port}"
    shown = os.path.relpath(line.home)
    moved = line.environment().get("ASTREINTE_CLOCK")
    clock = f"\n    export ASTREINTE_CLOCK={moved} TWILIO_API_URL={line.simulator_url}" if moved else ""
    return f"""
La ligne est ouverte : web {line.url}, Twilio simulé {line.simulator_url}.
Dans un autre terminal, appelez-la :

    .venv/bin/astreinte call --from "06 39 98 10 01"{other}

et regardez ce qui reste :

    export DATABASE_URL=sqlite:///{shown}/astreinte.db PUBLIC_URL={line.url} RECORDINGS_URL={shown}/audio{clock}
    .venv/bin/astreinte tickets ; .venv/bin/astreinte pages ; .venv/bin/astreinte oncall ; ls {shown}/audio {shown}/mail

Prenez le téléphone de l'ingénieur réveillé : ses SMS, et il sonne ; ou répondez OK pour lui :

    .venv/bin/astreinte phone "06 39 98 00 02"{other}
    .venv/bin/astreinte phone "06 39 98 00 02" --text OK{other}

Journaux : {shown}/*.log. Ctrl-C arrête tout.
"""
