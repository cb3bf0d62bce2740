"""Calendars' secret addresses: given, listed, revoked."""

import click

from commands import asking, opening, writing
from commands.unknown import one_of
from ivr.words import CALENDARS, word
from storage import feeds
from storage.feeds import Of
from storage.listing import iso
from storage.versions import Shelf


def create(kind: str, code: str) -> None:
    settings = opening.settings()
    if not settings.public_url:
        raise click.ClickException("PUBLIC_URL manque : sans elle, l'agenda n'aurait pas d'adresse à donner.")
    with opening.database() as database, database.begin() as db:
        directory, of = Shelf().newest(db).directory, Of(kind)
        match of:
            case Of.ENGINEER:
                one_of(directory.engineers, code, "L'ingénieur")
            case Of.ROTA:
                one_of(directory.rotas, code, "Le planning")
            case Of.ENTITY:
                one_of(directory.entities, code, "L'entité")
        number, secret = feeds.create(db, of, code, opening.now(database))
    click.echo(f"{settings.public_url}/calendar/{secret}.ics")
    click.echo("Cette adresse ne sera plus montrée : qui la connaît voit ces tours.", err=True)
    click.echo(f"Pour la révoquer : astreinte calendar revoke {number}", err=True)


def show(as_json: bool) -> None:
    with opening.reading() as db:
        rows = feeds.listed(db)
        zone = Shelf().newest(db).zone if rows else None
    if as_json:
        writing.as_json(
            [
                {
                    "number": row.id, "kind": row.kind, "code": row.code, "created_at": iso(row.created_at),
                    "revoked_at": iso(row.revoked_at) if row.revoked_at else None,
                }
                for row in rows
            ]
        )  # fmt: skip
    elif not rows:
        click.echo("Aucun agenda. Pour en donner un : astreinte calendar create engineer CODE")
    for row in [] if as_json else rows:
        given = f"donné le {row.created_at.astimezone(zone):%d/%m/%Y}"
        revoked = f", révoqué le {row.revoked_at.astimezone(zone):%d/%m/%Y}" if row.revoked_at else ""
        click.echo(f"{row.id:4}  {word(CALENDARS, row.kind)} {row.code}, {given}{revoked}")


def revoke(number: int, yes: bool) -> None:
    asking.agreed(f"Révoquer l'agenda {number} ? Ses abonnés ne verront plus rien de nouveau.", yes)
    with opening.database() as database, database.begin() as db:
        if not feeds.revoke(db, number, opening.now(database)):
            raise click.ClickException(f"L'agenda {number} n'existe pas, ou est déjà révoqué.")
    click.echo(f"L'agenda {number} ne répond plus.")
