"""The end of a ticket on a terminal: its report, its closing, its archive."""

from pathlib import Path

import click

from commands.terminal import resources
from commands.ticket import doing, done, found
from services import closing
from storage.directory.versions import DirectoryCache
from storage.tickets import closure_reports, summaries
from tickets import closure
from tickets.closure import Part, parts
from tickets.states import Kind


def write(typed: str, who: str, said: dict[Part, str]) -> None:
    if not said:
        raise click.ClickException("Rien à écrire : donnez --cause, --actions ou --prevention.")
    with doing(typed, who) as it:
        report = closing.write(it.db, it.ticket, it.who, it.now, said)
        done(it)
        kind = Kind(summaries.row(it.db, it.ticket).kind)
        if absent := closure.lacking(kind, report):
            click.echo(f"Il manque au bilan : {', '.join(parts(kind)[part] for part in absent)}.")


def close(typed: str, who: str, to: tuple[str, ...], waived: str) -> None:
    with doing(typed, who) as it:
        closing.close(it.db, it.book, it.ticket, it.who, it.now, to=to, waived=waived)
        done(it)
        addresses = closing.informed(it.db, it.ticket)
        click.echo(f"Bilan envoyé à {', '.join(addresses)}." if addresses else "Le client ne reçoit pas de courriel.")


def revise(typed: str, who: str) -> None:
    with doing(typed, who) as it:
        closing.revise(it.db, it.ticket, it.who, it.now)
        done(it)


def archive(typed: str, who: str) -> None:
    with doing(typed, who) as it:
        closing.archive(it.db, it.ticket, it.who, it.now)
        done(it)


def print_(typed: str, to: Path) -> None:
    """The report as PDF."""
    from printing import report

    with resources.reading() as db:
        shelf = DirectoryCache()
        ticket = summaries.row(db, found(db, shelf.newest(db), typed))
        book = shelf.for_ticket(db, ticket)
        page = report.pdf(summaries.about(book, ticket), ticket.kind, closure_reports.read(db, ticket.reference), book)
    to.write_bytes(page)
    click.echo(f"{to} : {len(page)} octets.")
