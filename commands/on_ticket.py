"""The `ticket` commands, and what each is told."""

import click

from commands.explaining import explained
from commands.french import Commands, OneOf
from commands.typed import AS_JSON


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def ticket() -> None:
    """Un ticket : le montrer, le mettre en attente, le rétablir, le rouvrir, l'annuler."""


TICKET = click.argument("typed", metavar="RÉFÉRENCE")
WHO = click.option("--who", metavar="INGÉNIEUR", required=True, help="Qui le fait, par son code dans l'annuaire.")


@ticket.command("show")
@TICKET
@AS_JSON
@explained
def show_ticket(typed: str, as_json: bool) -> None:
    """Tout ce qui lui est arrivé, et le calcul de ses délais ligne par ligne."""
    from commands import ticket as one

    one.show(typed, as_json)


@ticket.command("wait")
@TICKET
@WHO
@click.option(
    "--reason",
    type=OneOf("client", "site", "third_party"),
    metavar="client|site|third_party",
    required=True,
    help="Ce qu'on attend : une réponse du client, l'accès au site, un tiers.",
)
@click.option("--note", metavar="TEXTE", default="", help="Ce qui a été demandé, et à qui.")
@explained
def wait_ticket(typed: str, who: str, reason: str, note: str) -> None:
    """Le met en attente : son délai s'arrête si le niveau de service le prévoit."""
    from commands import ticket as one
    from tickets.moves import Act

    one.act(typed, Act.WAIT, who, reason=reason, note=note)


@ticket.command("resume")
@TICKET
@WHO
@explained
def resume_ticket(typed: str, who: str) -> None:
    """Le reprend après une attente."""
    from commands import ticket as one
    from tickets.moves import Act

    one.act(typed, Act.RESUME, who)


@ticket.command("restore")
@TICKET
@WHO
@click.option("--note", metavar="TEXTE", default="", help="Ce qui a été fait.")
@explained
def restore_ticket(typed: str, who: str, note: str) -> None:
    """Le service est rétabli, ou la question a sa réponse : les délais s'arrêtent."""
    from commands import ticket as one
    from tickets.moves import Act

    one.act(typed, Act.RESTORE, who, note=note)


@ticket.command("reopen")
@TICKET
@WHO
@click.option("--note", metavar="TEXTE", default="", help="Pourquoi.")
@explained
def reopen_ticket(typed: str, who: str, note: str) -> None:
    """Ce n'était pas rétabli : le délai repart où il en était."""
    from commands import ticket as one
    from tickets.moves import Act

    one.act(typed, Act.REOPEN, who, note=note)


@ticket.command("cancel")
@TICKET
@WHO
@click.option("--reason", metavar="TEXTE", required=True, help="Faux numéro, doublon de …, indésirable.")
@explained
def cancel_ticket(typed: str, who: str, reason: str) -> None:
    """L'annule : plus personne n'est réveillé pour lui."""
    from commands import ticket as one
    from tickets.moves import Act

    one.act(typed, Act.CANCEL, who, reason=reason)
