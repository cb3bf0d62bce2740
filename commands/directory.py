"""The directory's file into the database, and back."""

from pathlib import Path

import click

from commands import opening, writing
from storage import schema, versions
from storage.directory import dump as written
from storage.directory import parse
from storage.versions import Shelf


def load(file: Path) -> None:
    """All or nothing; the same file twice changes nothing."""
    directory = parse(file.read_text(encoding="utf-8"))
    settings = opening.settings()
    with opening.database() as database, database.begin() as db:
        changed = versions.load(db, directory, settings.clock()())
    what = "chargé" if changed else "déjà chargé, rien n'a changé"
    click.echo(
        f"Annuaire {what} : {len(directory.entities)} entités, {len(directory.clients)} clients, "
        f"{len(directory.engineers)} personnes, {len(directory.rotas)} rotas."
    )


def dump() -> None:
    with opening.reading() as db:
        writing.document(written(Shelf().newest(db).directory))


def upgrade() -> None:
    with opening.database(ready=False) as database:
        changed = schema.upgrade(database)
    click.echo("Base mise à jour." if changed else "La base est à jour.")
