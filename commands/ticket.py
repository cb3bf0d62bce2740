"""One ticket on a terminal: what has happened to it, how its clocks stand, and what is done to it."""

from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection, Row

from commands import opening, words, writing
from commands.unknown import one_of
from commands.words import word
from ivr import durations, wording
from ivr.book import Book
from ivr.commitments import covered
from storage import clocks, desk, journal, tickets
from storage.listing import iso
from storage.versions import Shelf
from tickets import measures, reference
from tickets.measures import Clock
from tickets.moves import DONE_BY, Act, Impossible, possible
from tickets.states import WRITTEN, Kind, State

Json = dict[str, Any]


def act(typed: str, deed: Act, who: str, **details: str) -> None:
    """Do something to the ticket, as that engineer."""
    settings = opening.settings()
    with opening.database() as database, database.begin() as db:
        book = Shelf().newest(db)
        engineer = one_of(book.directory.engineers, who, "L'ingénieur")
        ticket = _meant(db, book, typed)
        try:
            state = desk.act(db, ticket, deed, engineer.code, settings.clock()(), **details)
        except Impossible as refusal:
            raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{ticket} : {word(WRITTEN, state)}.")


def show(typed: str, as_json: bool) -> None:
    now = opening.settings().clock()()
    with opening.reading() as db:
        shelf = Shelf()
        ticket = tickets.row(db, _meant(db, shelf.newest(db), typed))
        book = shelf.for_ticket(db, ticket)
        events, counted = journal.of_ticket(db, ticket.reference), _clocks(db, book, ticket, now)
    if as_json:
        told = [
            {"at": iso(event.at), "kind": event.kind, "who": event.who, "details": event.details} for event in events
        ]
        writing.as_json({"reference": ticket.reference, "state": ticket.state, "events": told, **counted})
        return
    acts = ", ".join(DONE_BY[each] for each in possible(Kind(ticket.kind), State(ticket.state)))
    click.echo(f"{ticket.reference} : {word(WRITTEN, ticket.state)}. Possible : {acts or 'rien'}.")
    for event in events:
        local = event.at.astimezone(book.zone)
        click.echo(f"  {local:%d/%m/%Y %H:%M:%S}  {word(words.EVENTS, event.kind)}, {_whose(book, event.who)}")
    for line in _written(counted, book):
        click.echo(line)


def _meant(db: Connection, book: Book, typed: str) -> str:
    found = reference.parse(typed, book.organisation.ticket_prefix)
    if found is None or tickets.find(db, found) is None:
        raise click.ClickException(f"« {typed} » n'est la référence d'aucun ticket. La liste : astreinte tickets.")
    return found


def _whose(book: Book, who: str) -> str:
    engineer = book.engineer(who)
    return engineer.name if engineer else who


def _clocks(db: Connection, book: Book, ticket: Row[Any], now: datetime) -> Json:
    """The three figures in seconds, the pieces that count, and both commitments; nothing without a level."""
    level = book.level(ticket.level or "")
    if level is None:
        return {"durations": None, "counted": [], "commitments": {}}
    life, hours = clocks.history(db, ticket.reference)[0], covered(book, level, ticket.entity)
    lengths = measures.durations(level, life, ticket.opened_at, hours, now)
    promises = measures.promised(level, life, ticket.received_at, ticket.opened_at, hours, now)
    pieces = measures.stretches(level, life, ticket.opened_at, hours, now)
    return {
        "durations": {
            name: int(length.total_seconds())
            for name, length in (("gross", lengths.gross), ("net", lengths.net), ("counted", lengths.counted))
        },
        "counted": list(durations.explained(pieces, book.zone)),
        "commitments": {
            clock: {"due_at": iso(promise.due_at), "ended_at": iso(promise.ended_at), "broken": promise.broken}
            for clock, promise in promises.items()
            if promise
        },
    }


def _written(counted: Json, book: Book) -> list[str]:
    lines = [f"  compté : {line}" for line in counted["counted"]]
    for name, seconds in (counted["durations"] or {}).items():
        lines.append(f"  durée {word(words.DURATIONS, name)} : {durations.spelled(timedelta(seconds=seconds))}")
    for clock, promise in counted["commitments"].items():
        due = datetime.fromisoformat(promise["due_at"]).astimezone(book.zone) if promise["due_at"] else None
        how = "dépassé" if promise["broken"] else "tenu" if promise["ended_at"] else "en cours"
        until = f", échéance {wording.moment(due)}" if due else ", sans échéance"
        lines.append(f"  {wording.CLOCKS[Clock(clock)].lower()} : {how}{until}")
    return lines
