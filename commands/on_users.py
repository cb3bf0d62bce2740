"""The `users` commands: who may sign in."""

import click

from commands.terminal.click_in_french import Commands, OneOf
from commands.terminal.errors import explained
from commands.terminal.params import AS_JSON, YES


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def users() -> None:
    """Les comptes : qui peut se connecter à la console et au portail."""


@users.command("add")
@click.argument("email", metavar="ADRESSE")
@click.option(
    "--role",
    "roles",
    type=OneOf("admin", "engineer", "desk", "client"),
    metavar="admin|engineer|desk|client",
    multiple=True,
    required=True,
    help="Un rôle ; à répéter pour plusieurs.",
)
@click.option("--name", metavar="NOM", default="", help="Comment la personne s'appelle.")
@click.option("--engineer", metavar="CODE", default="", help="Quel ingénieur de l'annuaire c'est.")
@click.option("--client", metavar="CODE", default="", help="De quel client, pour le portail.")
@click.option("--entity", "entities", metavar="CODE", multiple=True, help="Pour un admin : ces plannings seulement.")
@explained
def add_user(
    email: str, roles: tuple[str, ...], name: str, engineer: str, client: str, entities: tuple[str, ...]
) -> None:
    """Crée un compte et donne l'adresse où choisir son mot de passe ; il n'y en a pas par défaut."""
    from commands import users as kept

    kept.add(email, roles, name, engineer, client, entities)


@users.command("invite")
@click.argument("email", metavar="ADRESSE")
@YES
@explained
def invite_user(email: str, yes: bool) -> None:
    """Invite de nouveau : le mot de passe et le second facteur ne servent plus, une autre adresse est donnée."""
    from commands import users as kept

    kept.invite(email, yes)


@users.command("list")
@AS_JSON
@explained
def list_users(as_json: bool) -> None:
    """Les comptes, leurs rôles et leur état."""
    from commands import users as kept

    kept.list_(as_json)
