"""The commands on who is on call: rotas, shifts, calendars; and what each is told."""

from datetime import datetime

import click

from commands.terminal.click_in_french import Command, Commands, OneOf, Whole
from commands.terminal.errors import explained
from commands.terminal.params import AGREED, AS_JSON, REASON, YES, When


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def rota() -> None:
    """Les plannings : les montrer, remplacer quelqu'un, échanger deux tours."""


@rota.command("show")
@click.argument("code", metavar="[PLANNING]", required=False)
@click.option("--from", "start", type=When(), help="À partir de quel jour ; sinon d'aujourd'hui.")
@click.option("--weeks", type=Whole(1, 520), default=4, show_default=True, help="Combien de semaines.")
@AS_JSON
@explained
def show_rota(code: str | None, start: datetime | None, weeks: int, as_json: bool) -> None:
    """Qui est d'astreinte de quand à quand, et pourquoi ; « !! » marque un trou."""
    from commands import rota as rotas

    rotas.show(code, start, weeks, as_json)


@rota.command("override")
@click.argument("code", metavar="PLANNING")
@click.argument("layer", metavar="COUCHE")
@click.argument("engineer", metavar="[INGÉNIEUR]", required=False)
@click.option("--from", "start", type=When(), help="À partir de quand ; sinon maintenant.")
@click.option("--until", type=When(), required=True, help="Jusqu'à quand.")
@click.option(
    "--kind",
    type=OneOf("replace", "add", "remove"),
    metavar="replace|add|remove",
    default="replace",
    show_default=True,
    help="Mettre cette personne à la place (replace) ou à côté (add) de qui a le tour, ou l'en retirer (remove).",
)
@REASON
@AGREED
@YES
@explained
def override_rota(
    code: str,
    layer: str,
    engineer: str | None,
    start: datetime | None,
    until: datetime,
    kind: str,
    reason: str,
    agreed: bool,
    yes: bool,
) -> None:
    """Change qui est d'astreinte pour un temps, sans toucher au passé."""
    from commands import rota as rotas
    from commands.rota import Said
    from oncall.rotas import Kind

    rotas.override(code, layer, engineer, start, until, Kind(kind), Said(reason, agreed, yes))


@rota.command("swap")
@click.argument("code", metavar="PLANNING")
@click.argument("layer", metavar="COUCHE")
@click.argument("one", metavar="QUAND", type=When())
@click.argument("other", metavar="QUAND", type=When())
@REASON
@AGREED
@YES
@explained
def swap_rota(code: str, layer: str, one: datetime, other: datetime, reason: str, agreed: bool, yes: bool) -> None:
    """Échange les deux tours auxquels ces deux instants appartiennent."""
    from commands import rota as rotas
    from commands.rota import Said

    rotas.swap(code, layer, one, other, Said(reason, agreed, yes))


@rota.command("undo")
@click.argument("version", metavar="[VERSION]", type=Whole(1, 999_999_999), required=False)
@REASON
@AGREED
@YES
@explained
def undo_rota(version: int | None, reason: str, agreed: bool, yes: bool) -> None:
    """Défait le dernier changement de planning, si rien d'autre n'a changé depuis."""
    from commands import rota as rotas
    from commands.rota import Said

    rotas.undo(version, Said(reason, agreed, yes))


@click.command(cls=Command)
@click.option("--weeks", type=Whole(1, 26), default=2, show_default=True, help="Combien de semaines.")
@click.option("--engineer", metavar="INGÉNIEUR", help="Une seule personne, par son code.")
@AS_JSON
@explained
def shifts(weeks: int, engineer: str | None, as_json: bool) -> None:
    """Les tours publiés, et si leurs titulaires ont confirmé qu'ils les prennent."""
    from commands import shifts as listed

    listed.show(weeks, engineer, as_json)


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def calendar() -> None:
    """Les agendas : une adresse secrète par abonné, révocable."""


@calendar.command("create")
@click.argument("kind", type=OneOf("engineer", "rota", "entity"), metavar="engineer|rota|entity")
@click.argument("code", metavar="CODE")
@explained
def create_calendar(kind: str, code: str) -> None:
    """Une adresse nouvelle pour les tours d'un ingénieur, d'un planning ou d'une entité."""
    from commands import calendars

    calendars.create(kind, code)


@calendar.command("list")
@AS_JSON
@explained
def list_calendars(as_json: bool) -> None:
    """Les adresses données, sans leur secret."""
    from commands import calendars

    calendars.show(as_json)


@calendar.command("revoke")
@click.argument("number", metavar="NUMÉRO", type=Whole(1, 999_999_999))
@YES
@explained
def revoke_calendar(number: int, yes: bool) -> None:
    """Une adresse perdue cesse de répondre."""
    from commands import calendars

    calendars.revoke(number, yes)
