"""What a change announces late, said on the terminal: nobody is kept from it, the proof says what was said."""

import click

from directory.index import Directory
from oncall import coverage
from standby import short_notice
from standby.short_notice import Late
from storage.directory.versions import Why

AT_MOST = 300


def why(book: Directory, late: list[Late], reason: str, agreed: bool) -> Why:
    """What is kept with the dates; what lacks is said on stderr."""
    reason = reason.strip()[:AT_MOST]
    for each in late if not reason else ():
        name = coverage.name(book, each.engineer)
        click.echo(
            f"Attention, {name} l'apprendrait {_when(each.notice.days)} : dites pourquoi par --reason.", err=True
        )
    if short_notice.needs_agreement(late) and not agreed:
        click.echo("Attention, c'est trop tard pour l'imposer : avec l'accord de la personne, --agreed.", err=True)
    return Why(reason, agreed)


def _when(days: int) -> str:
    return {0: "le jour même", 1: "la veille"}.get(days, f"{days} jours avant")
