"""A person's rights on a terminal: what is known of them, and taking it away."""

import click
from sqlalchemy import Connection

from commands.terminal import confirm, output, resources
from commands.ticket import doing, done
from directory import phone_numbers
from services import erasure, personal_data
from storage.listing import iso, one_ticket
from storage.mail import inbound_mail
from storage.tickets import journal, legal_holds
from tickets.journal import plain


def export(typed: str) -> None:
    """All of it, as JSON."""
    contact = _meant(typed)
    with resources.reading() as db:
        output.as_json(
            {
                "contact": contact,
                "tickets": [
                    one_ticket(db, row) | {"events": _events(db, row.reference), "letters": _letters(db, row.reference)}
                    for row in personal_data.tickets_of(db, contact)
                ],
                "calls": [
                    {"sid": call.sid, "line": call.line, "started_at": iso(call.started_at), "ticket": call.ticket}
                    for call in personal_data.calls_of(db, contact)
                ],
                "letters": [letter.id for letter in personal_data.letters_of(db, contact)],
            }
        )


def _events(db: Connection, ticket: str) -> list[dict[str, object]]:
    return [
        {"at": iso(event.at), "kind": event.kind, "details": plain(event.details)}
        for event in journal.of_ticket(db, ticket)
    ]


def _letters(db: Connection, ticket: str) -> list[dict[str, object]]:
    return [
        {"id": letter.id, "from": letter.sender, "subject": letter.subject, "text": letter.text}
        for letter in inbound_mail.of_ticket(db, ticket)
    ]


def erase(typed: str, yes: bool) -> None:
    """On everything that has ended."""
    contact = _meant(typed)
    with resources.database() as database:
        with database.read() as db:
            known = [ticket.reference for ticket in personal_data.tickets_of(db, contact)]
            calls, letters = len(personal_data.calls_of(db, contact)), len(personal_data.letters_of(db, contact))
        click.echo(f"{contact} : {len(known)} tickets, {calls} appels, {letters} courriels reçus.")
        if known:
            click.echo(f"Tickets : {', '.join(known)}.")
        confirm.agreed("Effacer ce que l'on sait de cette personne ? Rien ne le ramène.", yes)
        with database.begin() as db:
            forgotten, kept = personal_data.forget_contact(db, contact, resources.now(database))
    click.echo(f"Effacé : {', '.join(forgotten) or 'aucun ticket'}.")
    if kept:
        click.echo(f"Gardé, en cours, clos depuis peu ou conservé exprès : {', '.join(kept)}. Recommencez plus tard.")


def hold(typed: str, who: str, why: str) -> None:
    with doing(typed, who) as it:
        legal_holds.hold(it.db, it.ticket, it.who, why, it.now)
        done(it)


def release(typed: str, who: str) -> None:
    with doing(typed, who) as it:
        legal_holds.release(it.db, it.ticket, it.who, it.now)
        done(it)


def purges(as_json: bool) -> None:
    with resources.reading() as db:
        told = [
            {"at": iso(row.at), "what": row.what, "subject": row.subject, "why": row.why} for row in erasure.log(db)
        ]
    if as_json:
        output.as_json(told)
    elif not told:
        click.echo("Rien n'a encore été effacé.")
    for row in [] if as_json else told:
        click.echo("  ".join(str(value) for value in row.values()))


def _meant(typed: str) -> str:
    """A number in E.164, or an address in lower case."""
    if "@" in typed:
        return typed.strip().lower()
    try:
        return phone_numbers.parse(typed)
    except ValueError as fault:
        raise click.ClickException(f"« {typed} » n'est ni un numéro, ni une adresse : {fault}") from fault
