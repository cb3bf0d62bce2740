"""The `ticket` commands, and what each is told."""

from typing import Any

import click

from commands.terminal.click_in_french import Commands, OneOf
from commands.terminal.errors import explained
from commands.terminal.params import AS_JSON, Number


@click.group(cls=Commands, subcommand_metavar="COMMANDE …")
def ticket() -> None:
    """Un ticket : le montrer, le qualifier, le mettre en attente, le rétablir, le clôturer, l'archiver."""


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


@ticket.command("take")
@TICKET
@WHO
@explained
def take_ticket(typed: str, who: str) -> None:
    """Le prend en charge ; qui arrive second apprend qui l'a."""
    from commands import ticket as one

    one.take(typed, who)


@ticket.command("note")
@TICKET
@click.argument("text", metavar="TEXTE")
@WHO
@click.option("--public", is_flag=True, help="Que le client peut lire.")
@explained
def note_ticket(typed: str, text: str, who: str, public: bool) -> None:
    """Ajoute une remarque."""
    from commands import ticket as one

    one.remark(typed, who, text, public)


@ticket.command("qualify")
@TICKET
@WHO
@click.option("--client", metavar="CODE", default="", help="Le client, par son code à six chiffres.")
@click.option("--entity", metavar="ENTITÉ", default="", help="L'entité, par son code.")
@click.option("--service", metavar="SERVICE", default="", help="Le service touché, comme dans l'annuaire.")
@click.option("--site", "sites", metavar="SITE", multiple=True, help="Un site touché ; à répéter pour plusieurs.")
@click.option(
    "--kind",
    type=OneOf("incident", "information_request", "change_request"),
    metavar="incident|information_request|change_request",
    default=None,
    help="Ce que c'est en fait ; la référence et les horaires restent.",
)
@click.option("--caller", type=Number(), default=None, help="Le numéro où rappeler.")
@click.option("--contact", metavar="TEXTE", default="", help="L'interlocuteur, et ses coordonnées.")
@click.option("--site-contact", metavar="TEXTE", default="", help="L'interlocuteur sur site.")
@click.option("--keep-informed", metavar="TEXTE", default="", help="Qui tenir informé ; reçoit le bilan.")
@click.option("--description", metavar="TEXTE", default="", help="Ce qui se passe.")
@click.option("--location", metavar="TEXTE", default="", help="Où.")
@click.option("--consequences", metavar="TEXTE", default="", help="Ce que cela empêche.")
@explained
def qualify_ticket(typed: str, who: str, **said: Any) -> None:
    """Complète ou corrige ce qu'on sait de lui ; dit ce qui manque encore."""
    from commands import ticket as one

    one.qualify(typed, who, said)


@ticket.command("follow")
@TICKET
@WHO
@click.option("--description", "text", metavar="TEXTE", default="", help="Ce qui se passe.")
@explained
def follow_ticket(typed: str, who: str, text: str) -> None:
    """Ouvre un nouveau ticket qui le suit, par exemple quand il est archivé ; dit sa référence."""
    from commands import ticket as one

    one.follow(typed, who, text)


@ticket.command("export")
@TICKET
@explained
def export_ticket(typed: str) -> None:
    """Écrit son histoire scellée, en JSON ; « astreinte verify FICHIER » la relit n'importe où."""
    from commands import ticket as one

    one.export(typed)


@ticket.command("hold")
@TICKET
@WHO
@click.option("--reason", metavar="TEXTE", required=True, help="Pourquoi : un litige, un assureur.")
@explained
def hold_ticket(typed: str, who: str, reason: str) -> None:
    """Le conserve exprès : rien n'en est effacé, quel que soit son âge."""
    from commands import contact

    contact.hold(typed, who, reason)


@ticket.command("release")
@TICKET
@WHO
@explained
def release_ticket(typed: str, who: str) -> None:
    """Ne le conserve plus exprès : les durées habituelles valent de nouveau."""
    from commands import contact

    contact.release(typed, who)


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
    from tickets.transitions import Action

    one.act(typed, Action.WAIT, who, reason=reason, note=note)


@ticket.command("resume")
@TICKET
@WHO
@explained
def resume_ticket(typed: str, who: str) -> None:
    """Le reprend après une attente."""
    from commands import ticket as one
    from tickets.transitions import Action

    one.act(typed, Action.RESUME, who)


@ticket.command("restore")
@TICKET
@WHO
@click.option("--note", metavar="TEXTE", default="", help="Ce qui a été fait.")
@explained
def restore_ticket(typed: str, who: str, note: str) -> None:
    """Le service est rétabli, ou la question a sa réponse : les délais s'arrêtent."""
    from commands import ticket as one
    from tickets.transitions import Action

    one.act(typed, Action.RESTORE, who, note=note)


@ticket.command("reopen")
@TICKET
@WHO
@click.option("--note", metavar="TEXTE", default="", help="Pourquoi.")
@explained
def reopen_ticket(typed: str, who: str, note: str) -> None:
    """Ce n'était pas rétabli : le délai repart où il en était."""
    from commands import ticket as one
    from tickets.transitions import Action

    one.act(typed, Action.REOPEN, who, note=note)


@ticket.command("cancel")
@TICKET
@WHO
@click.option("--reason", metavar="TEXTE", required=True, help="Faux numéro, doublon de …, indésirable.")
@explained
def cancel_ticket(typed: str, who: str, reason: str) -> None:
    """L'annule : plus personne n'est réveillé pour lui."""
    from commands import ticket as one
    from tickets.transitions import Action

    one.act(typed, Action.CANCEL, who, why=reason)
