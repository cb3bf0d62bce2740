"""A ticket changes hands between colleagues: one gives it, or takes it; whoever has not done so is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, update

from ivr import wording
from ivr.book import Book
from oncall.policies import from_json
from oncall.reachability import numbers
from storage import accounts, attempts, clocks, journal, mails, messages, pages, taking, tickets
from storage.models import Page, Ticket
from tickets import moves
from tickets.moves import Act, Impossible
from tickets.states import Kind, State


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reads of it, by SMS or call, and by mail."""

    sms: str
    mail: mails.Text


def colleagues(db: Connection, book: Book, entity: str | None) -> Mapping[str, str]:
    """Who may be given its tickets: its engineers, and the admins who oversee it; names by code."""
    team = [one for one in book.directory.engineers if entity is None or entity in one.entities]
    found = {engineer.code: engineer.name for engineer in team}
    for admin in accounts.admins(db):
        if entity is None or accounts.oversees(admin.entities, [entity]):
            found.setdefault(admin.engineer or accounts.who(admin.id), admin.name or admin.email)
    return found


def give(
    db: Connection, book: Book, ticket: str, who: str, to: str, now: datetime, *, where: str, why: str = ""
) -> None:
    """To a colleague; whoever gives what nobody has yet takes it first, which ends its page. Raises Impossible.

    `where`: the address of the ticket's page, for whoever gets it."""
    clocks.hold(db, ticket)
    if to not in colleagues(db, book, tickets.row(db, ticket).entity):
        raise Impossible("Dites à qui confier le ticket : un ingénieur ou un administrateur de son entité.")
    former = _take_first(db, ticket, who, now)
    if tickets.row(db, ticket).acknowledged_by == to != who:
        raise Impossible("Cette personne a déjà le ticket.")
    _hand_over(db, ticket, to, now)
    journal.note(db, ticket, "handed_over", who, now, {"engineer": to, **({"why": why} if why else {})})
    about, giver = tickets.about(book, tickets.row(db, ticket)), _named(db, book, who)
    if to != who:
        said = Told(wording.given_sms(about, giver, where), wording.given_mail(about, giver, where, why))
        _tell(db, book, ticket, to, said, now)
    if former not in ("", to, who):
        _tell(db, book, ticket, former, _gone(about, _named(db, book, to)), now)


def take_over(db: Connection, book: Book, ticket: str, who: str, now: datetime) -> None:
    """From whoever has it, who is told. Raises Impossible."""
    clocks.hold(db, ticket)
    former = _take_first(db, ticket, who, now)
    if former in ("", who):
        return
    _hand_over(db, ticket, who, now)
    journal.note(db, ticket, "taken_over", who, now, {"engineer": former})
    _tell(db, book, ticket, former, _gone(tickets.about(book, tickets.row(db, ticket)), _named(db, book, who)), now)


def _take_first(db: Connection, ticket: str, who: str, now: datetime) -> str:
    """What nobody has, or what looks for somebody anew, is taken; returns who had it before."""
    former, page = str(tickets.row(db, ticket).acknowledged_by or ""), pages.newest_of(db, ticket)
    if not former or (page is not None and page.state == pages.PENDING):
        taking.pick_up(db, ticket, who, "desk", now)
    return former


def _hand_over(db: Connection, ticket: str, to: str, now: datetime) -> None:
    """From now on its page asks the other one. Raises Impossible."""
    row = tickets.row(db, ticket)
    moves.after(Kind(row.kind), State(row.state), Act.HAND_OVER)
    held = {"acknowledged_by": to, "acknowledged_at": now}
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**held))
    page = pages.newest_of(db, ticket)
    if page is not None and page.state == pages.ACKNOWLEDGED:
        _asks(db, page, to, now)


def _asks(db: Connection, page: Row[Any], to: str, now: datetime) -> None:
    """Whoever has it now is asked in their turn whether they still do, where the policy says so."""
    wait = from_json(page.policy).remind_after
    asked = {"acknowledged_by": to, "reminded_at": None, "run_at": now + wait if wait else None}
    db.execute(update(Page).where(Page.id == page.id).values(**asked))
    attempts.end_all(db, page.id, None, now)


def _gone(about: wording.About, taker: str) -> Told:
    return Told(wording.taken_over_sms(about, taker), wording.taken_over_mail(about, taker))


def _named(db: Connection, book: Book, code: str) -> str:
    engineer = book.engineer(code)
    return engineer.name if engineer else accounts.names(db, book).get(code, code)


def _tell(db: Connection, book: Book, ticket: str, code: str, said: Told, now: datetime) -> None:
    """By SMS, or a call where no SMS is read, and by mail; an account that is no engineer has its address alone."""
    engineer = book.engineer(code)
    if engineer:
        messages.tell(db, messages.GIVEN, numbers(engineer), now, ticket=ticket, body=said.sms)
    to = engineer.email if engineer else accounts.addresses(db).get(code, "")
    mails.of_ticket(db, ticket, f"mains-{token_hex(4)}", to, said.mail, now)
