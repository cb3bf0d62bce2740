"""The `ticket` commands on its end: report, closing, archive."""

from pathlib import Path

import click

from commands.on_ticket import TICKET, WHO, ticket
from commands.terminal.errors import explained


@ticket.command("report")
@TICKET
@WHO
@click.option("--cause", metavar="TEXTE", help="Pourquoi c'est arrivé.")
@click.option("--actions", metavar="TEXTE", help="Ce qui a été fait.")
@click.option("--prevention", metavar="TEXTE", help="Ce qui l'évitera.")
@explained
def report_ticket(typed: str, who: str, **said: str | None) -> None:
    """Écrit le bilan, en une ou plusieurs fois ; dit ce qui y manque."""
    from commands import closing
    from tickets.closure import Part

    closing.write(typed, who, {Part(name): text for name, text in said.items() if text is not None})


@ticket.command("close")
@TICKET
@WHO
@click.option("--to", metavar="ADRESSE", multiple=True, help="À qui part le bilan ; sinon à l'adresse connue.")
@click.option("--without-mail", "waived", metavar="RAISON", default="", help="Sans courriel au client, et pourquoi.")
@explained
def close_ticket(typed: str, who: str, to: tuple[str, ...], waived: str) -> None:
    """Le clôture : les durées sont figées, le bilan part au client."""
    from commands import closing

    closing.close(typed, who, to, waived)


@ticket.command("revise")
@TICKET
@WHO
@explained
def revise_ticket(typed: str, who: str) -> None:
    """Revient sur la clôture, tant qu'il n'est pas archivé ; un courriel qui n'est pas parti ne part plus."""
    from commands import closing

    closing.revise(typed, who)


@ticket.command("archive")
@TICKET
@WHO
@explained
def archive_ticket(typed: str, who: str) -> None:
    """L'archive, une fois le client informé : il ne fait plus que se lire."""
    from commands import closing

    closing.archive(typed, who)


@ticket.command("print")
@TICKET
@click.argument("to", metavar="FICHIER.pdf", type=click.Path(dir_okay=False, path_type=Path))
@explained
def print_ticket(typed: str, to: Path) -> None:
    """Écrit son bilan en PDF."""
    from commands import closing

    closing.print_(typed, to)
