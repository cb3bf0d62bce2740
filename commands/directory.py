"""The directory's file into the database, and back."""

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from commands import announcing, opening, writing
from ivr import lateness, under_way, watch
from ivr.book import Book
from ivr.directory import Directory
from storage import pages, schema, tickets, versions
from storage.directory import DirectoryFaults, parse
from storage.directory import dump as written
from storage.versions import NoDirectory, Shelf

AHEAD = timedelta(days=28)  # doubts on who is on call are told so far ahead


def load(file: Path, reason: str = "", agreed: bool = False) -> None:
    """All or nothing; the same file twice changes nothing."""
    directory = parse(file.read_text(encoding="utf-8"))
    settings = opening.settings()
    now = settings.clock()()
    doubts = list(watch.doubts(Book(directory), now, now + AHEAD))  # before anything is kept
    with opening.database() as database, database.begin() as db:
        former, now = _newest(db), opening.now(database)
        late = lateness.late(Book(former), directory, now + versions.PUBLISHED_AFTER) if former else []
        changed = versions.load(db, directory, now, why=announcing.why(Book(directory), late, reason, agreed))
        climbing = list(under_way.told(pages.under_way(db), Book(directory), now))
        lost = tickets.unfinished_outside(db, [entity.code for entity in directory.entities])
    what = "chargé" if changed else "déjà chargé, rien n'a changé"
    click.echo(
        f"Annuaire {what} : {len(directory.entities)} entités, {len(directory.clients)} clients, "
        f"{len(directory.engineers)} personnes, {len(directory.rotas)} rotas."
    )
    dropped = watch.dropped(former, directory, now) if former else ()
    for doubt in [*climbing, *dropped, *doubts] if changed else []:
        click.echo(f"Attention, {doubt}", err=True)
    for code, count in lost.items() if changed else ():
        said = "un ticket en cours en dépend" if count == 1 else f"{count} tickets en cours en dépendent"
        click.echo(
            f"Attention, l'entité « {code} » n'est plus dans l'annuaire : {said}. Leurs alertes continuent avec les"
            " personnes de l'annuaire précédent.", err=True,
        )  # fmt: skip


def _newest(db: Connection) -> Directory | None:
    """What is about to be replaced, as long as this version still reads it."""
    try:
        return Shelf().newest(db).directory
    except (NoDirectory, DirectoryFaults):
        return None


def dump() -> None:
    with opening.reading() as db:
        writing.document(written(Shelf().newest(db).directory))


def upgrade() -> None:
    with opening.database(ready=False) as database:
        changed = schema.upgrade(database)
    click.echo("Base mise à jour." if changed else "La base est à jour.")
