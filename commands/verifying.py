"""Is the journal as it was written: the whole one, or an extract that somebody was given."""

import json
from pathlib import Path

import click

from commands.terminal import output, resources
from commands.terminal.resources import NoDatabase
from storage.standby import statements
from storage.tickets import journal
from storage.unfit import SchemaUnfit
from tickets.journal import Broken, first_altered_alone, from_json


def journal_of_all(as_json: bool) -> bool:
    """True when every event of every ticket, and every statement, is as it was written."""
    with resources.reading() as db:
        broken, length = journal.first_altered(db), journal.length(db)
        altered = statements.altered(db)
    for row in altered:
        click.echo(f"Relevé n° {row.number} de {row.engineer}, {row.month}, altéré.", err=True)
    return _told(broken, length, "Le journal est intact", as_json) and not altered


def extract(file: Path, as_json: bool) -> bool:
    """True when every event of it is as it was sealed, and, where the database is at hand, as the journal has it."""
    try:
        entries = [from_json(told) for told in json.loads(file.read_text(encoding="utf-8"))["entries"]]
    except (ValueError, KeyError, TypeError, RecursionError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"« {file} » n'est pas un extrait de « astreinte ticket export ».") from fault
    broken = first_altered_alone(entries)
    try:
        with resources.reading() as db:
            broken = broken or journal.first_unknown(db, entries)
            said = "L'extrait est intact, et tel qu'au journal"
    except (NoDatabase, SchemaUnfit):
        said = "Chaque événement porte son scellé ; sans la base, rien ne dit que l'extrait entier n'a pas été refait"
    return _told(broken, len(entries), said, as_json)


def _told(broken: Broken | None, length: int, sound: str, as_json: bool) -> bool:
    if as_json:
        fault = {"position": broken.position, "reason": broken.reason} if broken else None
        output.as_json({"events": length, "first_altered": fault}, indent=None)
    elif broken:
        click.echo(f"Événement {broken.position} altéré : {broken.reason}.", err=True)
    else:
        click.echo(f"{sound} : {length} événements.")
    return broken is None
