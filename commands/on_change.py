"""The `ticket` commands on a change request: sized, studied, planned, made or refused."""

from datetime import datetime

import click

from commands.on_ticket import TICKET, WHO, ticket
from commands.terminal.click_in_french import OneOf, Whole
from commands.terminal.errors import explained
from commands.terminal.params import When


@ticket.command("size")
@TICKET
@click.argument("size", metavar="minor|major", type=OneOf("minor", "major"))
@WHO
@click.option("--level", "support_level", type=Whole(1, 2), help="Mineure : le niveau de support qui la fait.")
@click.option("--manager", metavar="NOM", default="", help="Majeure : le chef de projet qui l'étudie.")
@explained
def size_ticket(typed: str, size: str, who: str, support_level: int | None, manager: str) -> None:
    """Évalue une modification : mineure, faite par le support ; majeure, étudiée par un chef de projet."""
    from commands import change

    change.size(typed, who, size, support_level, manager)


@ticket.command("study")
@TICKET
@click.argument("text", metavar="TEXTE")
@WHO
@explained
def study_ticket(typed: str, text: str, who: str) -> None:
    """Écrit l'étude d'une modification majeure."""
    from commands import change

    change.study(typed, who, text)


@ticket.command("plan")
@TICKET
@WHO
@click.option("--from", "starts", type=When(), required=True, help="Début de la modification.")
@click.option("--until", type=When(), required=True, help="Sa fin.")
@click.option("--text", metavar="TEXTE", default="", help="Son déroulement, que le client lit.")
@explained
def plan_ticket(typed: str, who: str, starts: datetime, until: datetime, text: str) -> None:
    """Planifie une modification étudiée, et envoie le planning au client ; le refaire le remplace."""
    from commands import change

    change.plan(typed, who, starts, until, text)


@ticket.command("start")
@TICKET
@WHO
@explained
def start_ticket(typed: str, who: str) -> None:
    """Commence une modification planifiée."""
    from commands import ticket as one
    from tickets.transitions import Action

    one.act(typed, Action.START, who)


@ticket.command("complete")
@TICKET
@WHO
@click.option("--note", metavar="TEXTE", default="", help="Ce qui a été fait.")
@explained
def complete_ticket(typed: str, who: str, note: str) -> None:
    """La modification est réalisée."""
    from commands import ticket as one
    from tickets.transitions import Action

    one.act(typed, Action.COMPLETE, who, note=note)


@ticket.command("refuse")
@TICKET
@WHO
@click.option("--reason", metavar="TEXTE", required=True, help="Pourquoi ; le client le lit.")
@explained
def refuse_ticket(typed: str, who: str, reason: str) -> None:
    """Refuse une modification, et l'écrit au client."""
    from commands import change

    change.refuse(typed, who, reason)
