"""Waking somebody on purpose: does the chain reach them, before a client depends on it?"""

import click

from commands.terminal import resources
from services import drills
from storage.directory.versions import DirectoryCache


def test(code: str) -> None:
    """Page one engineer by all channels; the worker does it."""
    with resources.database() as database, database.begin() as db:
        book = DirectoryCache().newest(db)
        engineer = book.engineer(code)
        if engineer is None:
            known = ", ".join(engineer.code for engineer in book.directory.engineers)
            raise click.ClickException(f"« {code} » n'est pas dans l'annuaire. Ingénieurs : {known}.")
        if not engineer.phone:
            raise click.ClickException(f"{engineer.name} n'a aucun téléphone dans l'annuaire.")
        reference = drills.open_drill(db, book, engineer, resources.now(database))
    click.echo(f"Exercice {reference} : SMS et appel à {engineer.name}, marqués comme exercice.")
    click.echo(f"La suite : astreinte pages. Sans réponse, il prend fin après {drills.LASTS.seconds // 60} minutes.")
