"""One ticket on a terminal: what has happened to it, how its clocks stand, and what is done to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection, Row

from commands.terminal import output, resources
from commands.terminal.codes import one_of
from directory.index import Directory
from notifications import durations, labels, texts
from notifications.labels import word
from services import acknowledgement, desk_actions, open_ticket
from services import qualification as ticket_qualification
from storage.directory.versions import DirectoryCache
from storage.listing import iso
from storage.tickets import journal, sla_clocks, summaries
from tickets import journal as seals
from tickets import qualification, reference
from tickets.journal import plain
from tickets.sla import Clock
from tickets.states import WRITTEN, Kind, State
from tickets.transitions import DONE_BY, Action, TransitionRefused, possible

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Doing:
    """Somebody does something to a ticket, in one transaction."""

    db: Connection
    book: Directory
    ticket: str
    who: str
    now: datetime


@contextmanager
def doing(typed: str, who: str) -> Iterator[Doing]:
    """Raises ClickException for a reference of nothing, somebody unknown, and whatever is impossible."""
    with resources.database() as database, database.begin() as db:
        book = DirectoryCache().newest(db)
        engineer = one_of(book.directory.engineers, who, "L'ingénieur")
        now = resources.now(database)
        try:
            yield Doing(db, book, found(db, book, typed), engineer.code, now)
        except TransitionRefused as refusal:
            raise click.ClickException(str(refusal)) from refusal


def done(doing: Doing) -> None:
    """Say where that leaves the ticket."""
    state = summaries.row(doing.db, doing.ticket).state
    click.echo(f"{doing.ticket} : {word(WRITTEN, state)}.")


def act(typed: str, deed: Action, who: str, **details: str) -> None:
    with doing(typed, who) as it:
        desk_actions.act(it.db, it.ticket, deed, it.who, it.now, **details)
        done(it)


def take(typed: str, who: str) -> None:
    """Whoever comes second is told who has it."""
    with doing(typed, who) as it:
        holder = acknowledgement.pick_up(it.db, it.ticket, it.who, "desk", it.now)
        if holder.engineer != it.who:
            raise TransitionRefused(f"{it.ticket} est déjà pris, par {_whose(it.book, holder.engineer)}.")
        done(it)


def remark(typed: str, who: str, text: str, public: bool) -> None:
    with doing(typed, who) as it:
        desk_actions.remark(it.db, it.ticket, it.who, it.now, text, public=public)
        done(it)


def qualify(typed: str, who: str, said: dict[str, Any]) -> None:
    with doing(typed, who) as it:
        known = {name: value for name, value in said.items() if value}
        ticket_qualification.qualify(it.db, it.book, it.ticket, it.who, it.now, known)
        done(it)
        absent = qualification.missing(summaries.row(it.db, it.ticket)._asdict())
        if absent:
            click.echo(f"Il manque : {', '.join(qualification.ITEMS[item] for item in absent)}.")


def follow(typed: str, who: str, text: str) -> None:
    """Open a ticket that follows another."""
    with doing(typed, who) as it:
        click.echo(open_ticket.following(it.db, it.book, it.ticket, it.who, it.now, text))


def show(typed: str, as_json: bool) -> None:
    now = resources.settings().clock()()
    with resources.reading() as db:
        shelf = DirectoryCache()
        ticket = summaries.row(db, found(db, shelf.newest(db), typed))
        book = shelf.for_ticket(db, ticket)
        events, counted = journal.of_ticket(db, ticket.reference), _clocks(db, book, ticket, now)
    absent = qualification.missing(ticket._asdict())
    if as_json:
        told = [
            {"at": iso(event.at), "kind": event.kind, "who": event.who, "details": plain(event.details)}
            for event in events
        ]
        output.as_json(
            {"reference": ticket.reference, "state": ticket.state, "missing": list(absent), "events": told, **counted}
        )
        return
    acts = ", ".join(DONE_BY[each] for each in possible(Kind(ticket.kind), State(ticket.state)))
    click.echo(f"{ticket.reference} : {word(WRITTEN, ticket.state)}. Possible : {acts or 'rien'}.")
    if absent:
        click.echo(f"  à demander : {', '.join(qualification.ITEMS[item] for item in absent)}")
    for event in events:
        local = event.at.astimezone(book.zone)
        click.echo(f"  {local:%d/%m/%Y %H:%M:%S}  {word(labels.EVENTS, event.kind)}, {_whose(book, event.who)}")
    for line in _written(counted, book):
        click.echo(line)


def found(db: Connection, book: Directory, typed: str) -> str:
    """The reference that somebody typed, in any spelling."""
    meant = reference.parse(typed, book.organisation.ticket_prefix)
    if meant is None or summaries.find(db, meant) is None:
        raise click.ClickException(f"« {typed} » n'est la référence d'aucun ticket. La liste : astreinte tickets.")
    return meant


def export(typed: str) -> None:
    """The ticket's history with its seals, as JSON: `astreinte verify FILE` checks it anywhere."""
    with resources.reading() as db:
        reference = found(db, DirectoryCache().newest(db), typed)
        entries = [seals.as_json(entry) for entry in journal.entries(db, reference)]
    output.as_json({"ticket": reference, "entries": entries})


def _whose(book: Directory, who: str) -> str:
    engineer = book.engineer(who)
    return engineer.name if engineer else who


def _clocks(db: Connection, book: Directory, ticket: Row[Any], now: datetime) -> Json:
    """The three figures in seconds, the pieces that count, and both commitments."""
    clock = sla_clocks.measured(db, book, ticket, now)
    lengths = clock.durations
    return {
        "durations": {
            name: int(length.total_seconds())
            for name, length in (("gross", lengths.gross), ("net", lengths.net), ("counted", lengths.counted))
        },
        "counted": list(durations.explained(clock.counted, book.zone)),
        "commitments": {
            name: {"due_at": iso(promise.due_at), "ended_at": iso(promise.ended_at), "broken": promise.broken}
            for name, promise in clock.promises.items()
            if promise
        },
    }


def _written(counted: Json, book: Directory) -> list[str]:
    lines = [f"  compté : {line}" for line in counted["counted"]]
    for name, seconds in counted["durations"].items():
        lines.append(f"  durée {word(labels.DURATIONS, name)} : {durations.spelled(timedelta(seconds=seconds))}")
    for clock, promise in counted["commitments"].items():
        due = datetime.fromisoformat(promise["due_at"]).astimezone(book.zone) if promise["due_at"] else None
        how = "dépassé" if promise["broken"] else "tenu" if promise["ended_at"] else "en cours"
        until = f", échéance {texts.moment(due)}" if due else ", sans échéance"
        lines.append(f"  {texts.CLOCKS[Clock(clock)].lower()} : {how}{until}")
    return lines
