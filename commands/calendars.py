"""Calendars' secret addresses: given, listed, revoked."""

import click

from commands.terminal import confirm, output, resources
from commands.terminal.codes import one_of
from notifications.labels import CALENDARS, word
from storage.accounts import calendar_feeds
from storage.accounts.calendar_feeds import Of
from storage.directory.versions import DirectoryCache
from storage.listing import iso


def create(kind: str, code: str) -> None:
    settings = resources.settings()
    if not settings.public_url:
        raise click.ClickException("PUBLIC_URL manque : sans elle, l'agenda n'aurait pas d'adresse à donner.")
    with resources.database() as database, database.begin() as db:
        directory, of = DirectoryCache().newest(db).directory, Of(kind)
        match of:
            case Of.ENGINEER:
                one_of(directory.engineers, code, "L'ingénieur")
            case Of.ROTA:
                one_of(directory.rotas, code, "Le planning")
            case Of.ENTITY:
                one_of(directory.entities, code, "L'entité")
        number, secret = calendar_feeds.create(db, of, code, resources.now(database))
    click.echo(f"{settings.public_url}/calendar/{secret}.ics")
    click.echo("Cette adresse ne sera plus montrée : qui la connaît voit ces tours.", err=True)
    click.echo(f"Pour la révoquer : astreinte calendar revoke {number}", err=True)


def show(as_json: bool) -> None:
    with resources.reading() as db:
        rows = calendar_feeds.listed(db)
        zone = DirectoryCache().newest(db).zone if rows else None
    if as_json:
        output.as_json(
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
    confirm.agreed(f"Révoquer l'agenda {number} ? Ses abonnés ne verront plus rien de nouveau.", yes)
    with resources.database() as database, database.begin() as db:
        if not calendar_feeds.revoke(db, number, resources.now(database)):
            raise click.ClickException(f"L'agenda {number} n'existe pas, ou est déjà révoqué.")
    click.echo(f"L'agenda {number} ne répond plus.")
