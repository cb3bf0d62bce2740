"""The directory's file into the database, and back."""

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from commands import announcing
from commands.terminal import output, resources
from directory.index import Directory
from directory.model import DirectoryData
from oncall import coverage_checks, open_pages
from standby import short_notice
from storage import schema
from storage.directory import DirectoryFaults, parse, versions
from storage.directory import dump as written
from storage.directory.versions import DirectoryCache, NoDirectory
from storage.paging import pages
from storage.tickets import summaries

AHEAD = timedelta(days=28)  # doubts on who is on call are told so far ahead


def load(file: Path, reason: str = "", agreed: bool = False) -> None:
    """All or nothing; the same file twice changes nothing."""
    directory = parse(file.read_text(encoding="utf-8"))
    settings = resources.settings()
    now = settings.clock()()
    doubts = list(coverage_checks.doubts(Directory(directory), now, now + AHEAD))  # before anything is kept
    with resources.database() as database, database.begin() as db:
        former, now = _newest(db), resources.now(database)
        late = short_notice.late(Directory(former), directory, now + versions.PUBLISHED_AFTER) if former else []
        changed = versions.load(db, directory, now, why=announcing.why(Directory(directory), late, reason, agreed))
        climbing = list(open_pages.told(pages.under_way(db), Directory(directory), now))
        lost = summaries.unfinished_outside(db, [entity.code for entity in directory.entities])
    what = "chargé" if changed else "déjà chargé, rien n'a changé"
    click.echo(
        f"Annuaire {what} : {len(directory.entities)} entités, {len(directory.clients)} clients, "
        f"{len(directory.engineers)} personnes, {len(directory.rotas)} rotas."
    )
    dropped = coverage_checks.dropped(former, directory, now) if former else ()
    for doubt in [*climbing, *dropped, *doubts] if changed else []:
        click.echo(f"Attention, {doubt}", err=True)
    for code, count in lost.items() if changed else ():
        said = "un ticket en cours en dépend" if count == 1 else f"{count} tickets en cours en dépendent"
        click.echo(
            f"Attention, l'entité « {code} » n'est plus dans l'annuaire : {said}. Leurs alertes continuent avec les"
            " personnes de l'annuaire précédent.", err=True,
        )  # fmt: skip


def _newest(db: Connection) -> DirectoryData | None:
    """What is about to be replaced, as long as this version still reads it."""
    try:
        return DirectoryCache().newest(db).directory
    except (NoDirectory, DirectoryFaults):
        return None


def dump() -> None:
    with resources.reading() as db:
        output.document(written(DirectoryCache().newest(db).directory))


def upgrade() -> None:
    with resources.database(ready=False) as database:
        changed = schema.upgrade(database)
    click.echo("Base mise à jour." if changed else "La base est à jour.")
