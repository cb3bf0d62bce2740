"""The commands on programs: `token` for the API, `hook` for addresses that are told of events."""

import click

from commands.terminal.click_in_french import Commands, OneOf, Whole
from commands.terminal.errors import explained
from commands.terminal.params import AS_JSON

CLIENT = click.option("--client", metavar="CODE", help="Pour ce client seul : il ne voit que ses tickets.")
NUMBER = click.argument("number", metavar="NUMÉRO", type=int)


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def token() -> None:
    """Les jetons de l'API : en donner, les voir, les révoquer."""


@token.command("create")
@click.argument("name", metavar="NOM")
@click.option(
    "--scope",
    "scopes",
    type=OneOf("tickets:read", "tickets:write", "rota:read"),
    metavar="tickets:read|tickets:write|rota:read",
    multiple=True,
    required=True,
    help="Un droit ; à répéter pour plusieurs.",
)
@click.option("--days", type=Whole(1, 3650), default=365, show_default=True, help="Combien de jours il vaut.")
@CLIENT
@explained
def create_token(name: str, scopes: tuple[str, ...], days: int, client: str | None) -> None:
    """Donne un jeton à un programme ; il n'est montré qu'une fois."""
    from commands import programs

    programs.give_token(name, scopes, days, client)


@token.command("list")
@AS_JSON
@explained
def list_tokens(as_json: bool) -> None:
    """Les jetons donnés, leurs droits et leur fin."""
    from commands import programs

    programs.list_("token", as_json)


@token.command("revoke")
@NUMBER
@explained
def revoke_token(number: int) -> None:
    """Révoque un jeton : il ne vaut plus rien, à l'instant."""
    from commands import programs

    programs.revoke("token", number)


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def hook() -> None:
    """Les adresses prévenues de ce qui arrive aux tickets."""


@hook.command("create")
@click.argument("url", metavar="ADRESSE")
@CLIENT
@explained
def create_hook(url: str, client: str | None) -> None:
    """Prévient cette adresse de chaque événement ; montre le secret qui signe les envois."""
    from commands import programs

    programs.give_hook(url, client)


@hook.command("list")
@AS_JSON
@explained
def list_hooks(as_json: bool) -> None:
    """Les adresses prévenues."""
    from commands import programs

    programs.list_("hook", as_json)


@hook.command("revoke")
@NUMBER
@explained
def revoke_hook(number: int) -> None:
    """Ne prévient plus cette adresse."""
    from commands import programs

    programs.revoke("hook", number)
