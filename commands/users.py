"""Accounts on a terminal: the first admin's, and whoever comes after."""

import click

from commands.terminal import confirm, output, resources
from commands.terminal.codes import one_of
from notifications.labels import word
from notifications.recipients import ADDRESS
from settings import Settings
from storage.accounts import accounts, audit_log
from storage.accounts.accounts import ROLES, Role, Unsound
from storage.accounts.audit_log import Done
from storage.directory.versions import DirectoryCache, is_empty
from storage.listing import iso


def add(email: str, roles: tuple[str, ...], name: str, engineer: str, client: str, entities: tuple[str, ...]) -> None:
    """Says the address by which a password is chosen; nobody gets a default one."""
    settings = resources.settings()
    from web.signin.addresses import spelled  # slow to import

    given, email = email, spelled(email) or ""
    if not ADDRESS.fullmatch(email):
        raise click.ClickException(f"« {given} » n'est pas une adresse.")
    with resources.database() as database, database.begin() as db:
        if not is_empty(db):
            directory = DirectoryCache().newest(db).directory
            if engineer:
                one_of(directory.engineers, engineer, "L'ingénieur")
            if client:
                one_of(directory.clients, client, "Le client")
            for entity in entities:
                one_of(directory.entities, entity, "L'entité")
        now = resources.now(database)
        try:
            number = accounts.add(
                db, email, [Role(role) for role in roles], now, name=name, engineer=engineer or None,
                client=client or None, entities=entities,
            )  # fmt: skip
        except Unsound as refusal:
            raise click.ClickException(str(refusal)) from refusal
        audit_log.note(db, number, Done.INVITED, "", now)
        row = accounts.find(db, id=number)
        assert row
        _say(settings, row.fs_uniquifier)


def invite(email: str, yes: bool) -> None:
    """Anew: the password falls, and the second factor with it."""
    settings = resources.settings()
    confirm.agreed(f"Le mot de passe de {email} tombe, ses sessions se ferment. Continuer ?", yes)
    with resources.database() as database, database.begin() as db:
        row = accounts.find(db, email=email.lower())
        if row is None:
            raise click.ClickException(f"Aucun compte pour {email}. La liste : astreinte users list.")
        accounts.change(db, row.id, {**accounts.NO_FACTOR, **accounts.NO_IDENTITY, "password": None})
        accounts.sign_out(db, row.id)
        audit_log.note(db, row.id, Done.INVITED, "", resources.now(database))
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
    with resources.reading() as db:
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
        output.as_json(told)
        return
    if not told:
        click.echo("Aucun compte. Le premier : astreinte users add vous@exemple.fr --role admin")
    for row in told:
        state = "fermé" if not row["active"] else "" if row["password"] else "invité"
        click.echo(
            "  ".join(filter(None, (row["email"], row["name"], ", ".join(word(ROLES, r) for r in row["roles"]), state)))
        )
