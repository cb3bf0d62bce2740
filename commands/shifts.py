"""Shifts as published, on a terminal."""

from datetime import timedelta

import click

from commands.terminal import output, resources
from commands.terminal.codes import one_of
from notifications.labels import TAKEUPS, word
from storage.directory.versions import DirectoryCache
from storage.listing import iso
from storage.models import ShiftRow
from storage.rotas import shifts


def show(weeks: int, code: str | None, as_json: bool) -> None:
    now = resources.settings().clock()()
    with resources.reading() as db:
        book = DirectoryCache().newest(db)
        if code:
            one_of(book.directory.engineers, code, "L'ingénieur")
        mine = (ShiftRow.engineer == code,) if code else ()
        ahead = (ShiftRow.cancelled_at.is_(None), *mine)
        rows = shifts.listed(db, now, now + timedelta(weeks=weeks), *ahead)
    if as_json:
        output.as_json(
            [
                {
                    "rota": row.rota, "layer": row.layer, "engineer": row.engineer, "from": iso(row.starts),
                    "until": iso(row.until), "takes_over_from": row.takes_over_from, "takeup": row.takeup,
                    "asked_at": iso(row.asked_at) if row.asked_at else None,
                    "answered_at": iso(row.answered_at) if row.answered_at else None,
                }
                for row in rows
            ]
        )  # fmt: skip
    elif not rows:
        click.echo("Aucun tour publié dans ces semaines. Le worker publie les tours après un chargement d'annuaire.")
    for row in [] if as_json else rows:
        duty, takeup = shifts.in_words(book, row), word(TAKEUPS, row.takeup)
        click.echo(f"{duty.what:28} {duty.when}  {duty.name}{f'  ({takeup})' if takeup else ''}")
