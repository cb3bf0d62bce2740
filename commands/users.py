"""Accounts on a terminal: the first admin's, and whoever comes after."""

import click

from commands import asking, opening, writing
from commands.unknown import one_of
from ivr.recipients import ADDRESS
from ivr.words import word
from settings import Settings
from storage import accounts, trail
from storage.accounts import ROLES, Role, Unsound
from storage.listing import iso
from storage.trail import Done
from storage.versions import Shelf, is_empty


def add(email: str, roles: tuple[str, ...], name: str, engineer: str, client: str, entities: tuple[str, ...]) -> None:
    """Says the address by which a password is chosen; nobody gets a default one."""
    settings = opening.settings()
    from web.signin.addresses import spelled  # slow to import

    given, email = email, spelled(email) or ""
    if not ADDRESS.fullmatch(email):
        raise click.ClickException(f"« {given} » n'est pas une adresse.")
    with opening.database() as database, database.begin() as db:
        if not is_empty(db):
            directory = Shelf().newest(db).directory
            if engineer:
                one_of(directory.engineers, engineer, "L'ingénieur")
            if client:
                one_of(directory.clients, client, "Le client")
            for entity in entities:
                one_of(directory.entities, entity, "L'entité")
        now = opening.now(database)
        try:
            number = accounts.add(
                db, email, [Role(role) for role in roles], now, name=name, engineer=engineer or None,
                client=client or None, entities=entities,
            )  # fmt: skip
        except Unsound as refusal:
            raise click.ClickException(str(refusal)) from refusal
        trail.note(db, number, Done.INVITED, "", now)
        row = accounts.find(db, id=number)
        assert row
        _say(settings, row.fs_uniquifier)


def invite(email: str, yes: bool) -> None:
    """Anew: the password falls, and the second factor with it."""
    settings = opening.settings()
    asking.agreed(f"Le mot de passe de {email} tombe, ses sessions se ferment. Continuer ?", yes)
    with opening.database() as database, database.begin() as db:
        row = accounts.find(db, email=email.lower())
        if row is None:
            raise click.ClickException(f"Aucun compte pour {email}. La liste : astreinte users list.")
        accounts.change(db, row.id, {**accounts.NO_FACTOR, **accounts.NO_IDENTITY, "password": None})
        accounts.sign_out(db, row.id)
        trail.note(db, row.id, Done.INVITED, "", opening.now(database))
        row = accounts.find(db, id=row.id)
        assert row
        _say(settings, row.fs_uniquifier)


def _say(settings: Settings, uniquifier: str) -> None:
    from web.signin import invitations

    if not settings.secret_key or not settings.public_url:
        click.echo(
            "Compte créé. SECRET_KEY et PUBLIC_URL manquent ici : relancez « astreinte users invite » avec elles."
        )
        return
    click.echo("Valable une semaine, une seule fois, pour choisir un mot de passe :")
    click.echo(invitations.address(settings, uniquifier))


def list_(as_json: bool) -> None:
    with opening.reading() as db:
        told = [
            {
                "email": row.email, "name": row.name, "roles": row.roles, "engineer": row.engineer,
                "client": row.client, "entities": row.entities, "active": row.active,
                "password": row.password is not None,
                "second_factor": row.tf_primary_method is not None, "created_at": iso(row.created_at),
            }
            for row in accounts.listed(db)
        ]  # fmt: skip
    if as_json:
        writing.as_json(told)
        return
    if not told:
        click.echo("Aucun compte. Le premier : astreinte users add vous@exemple.fr --role admin")
    for row in told:
        state = "fermé" if not row["active"] else "" if row["password"] else "invité"
        click.echo(
            "  ".join(filter(None, (row["email"], row["name"], ", ".join(word(ROLES, r) for r in row["roles"]), state)))
        )
