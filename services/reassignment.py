"""A ticket changes hands between colleagues: one gives it, or takes it; whoever has not done so is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, update

from directory.index import Directory
from directory.policies import from_json
from notifications import texts
from oncall.reachability import numbers
from services import acknowledgement
from storage.accounts import accounts
from storage.mail import mail_outbox
from storage.models import Page, Ticket
from storage.paging import attempts, notification_outbox, pages
from storage.tickets import journal, sla_clocks, summaries
from tickets import transitions
from tickets.states import Kind, State
from tickets.transitions import Action, TransitionRefused


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reads of it, by SMS or call, and by mail."""

    sms: str
    mail: mail_outbox.Text


def colleagues(db: Connection, book: Directory, entity: str | None) -> Mapping[str, str]:
    """Who may be given its tickets: its engineers, and the admins who oversee it; names by code."""
    team = [one for one in book.directory.engineers if entity is None or entity in one.entities]
    found = {engineer.code: engineer.name for engineer in team}
    for admin in accounts.admins(db):
        if entity is None or accounts.oversees(admin.entities, [entity]):
            found.setdefault(admin.engineer or accounts.who(admin.id), admin.name or admin.email)
    return found


def give(
    db: Connection, book: Directory, ticket: str, who: str, to: str, now: datetime, *, where: str, why: str = ""
) -> None:
    """To a colleague; whoever gives what nobody has yet takes it first, which ends its page. Raises TransitionRefused.

    `where`: the address of the ticket's page, for whoever gets it."""
    sla_clocks.lock_clock(db, ticket)
    if to not in colleagues(db, book, summaries.row(db, ticket).entity):
        raise TransitionRefused("Dites à qui confier le ticket : un ingénieur ou un administrateur de son entité.")
    former = _take_first(db, ticket, who, now)
    if summaries.row(db, ticket).acknowledged_by == to != who:
        raise TransitionRefused("Cette personne a déjà le ticket.")
    _hand_over(db, ticket, to, now)
    journal.note(db, ticket, "handed_over", who, now, {"engineer": to, **({"why": why} if why else {})})
    about, giver = summaries.about(book, summaries.row(db, ticket)), _named(db, book, who)
    if to != who:
        said = Told(texts.given_sms(about, giver, where), texts.given_mail(about, giver, where, why))
        _tell(db, book, ticket, to, said, now)
    if former not in ("", to, who):
        _tell(db, book, ticket, former, _gone(about, _named(db, book, to)), now)


def take_over(db: Connection, book: Directory, ticket: str, who: str, now: datetime) -> None:
    """From whoever has it, who is told. Raises TransitionRefused."""
    sla_clocks.lock_clock(db, ticket)
    former = _take_first(db, ticket, who, now)
    if former in ("", who):
        return
    _hand_over(db, ticket, who, now)
    journal.note(db, ticket, "taken_over", who, now, {"engineer": former})
    _tell(db, book, ticket, former, _gone(summaries.about(book, summaries.row(db, ticket)), _named(db, book, who)), now)


def _take_first(db: Connection, ticket: str, who: str, now: datetime) -> str:
    """What nobody has, or what looks for somebody anew, is taken; returns who had it before."""
    former, page = str(summaries.row(db, ticket).acknowledged_by or ""), pages.newest_of(db, ticket)
    if not former or (page is not None and page.state == pages.PENDING):
        acknowledgement.pick_up(db, ticket, who, "desk", now)
    return former


def _hand_over(db: Connection, ticket: str, to: str, now: datetime) -> None:
    """From now on its page asks the other one. Raises TransitionRefused."""
    row = summaries.row(db, ticket)
    transitions.after(Kind(row.kind), State(row.state), Action.HAND_OVER)
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


def _gone(about: texts.About, taker: str) -> Told:
    return Told(texts.taken_over_sms(about, taker), texts.taken_over_mail(about, taker))


def _named(db: Connection, book: Directory, code: str) -> str:
    engineer = book.engineer(code)
    return engineer.name if engineer else accounts.names(db, book).get(code, code)


def _tell(db: Connection, book: Directory, ticket: str, code: str, said: Told, now: datetime) -> None:
    """By SMS, or a call where no SMS is read, and by mail; an account that is no engineer has its address alone."""
    engineer = book.engineer(code)
    if engineer:
        notification_outbox.tell(db, notification_outbox.GIVEN, numbers(engineer), now, ticket=ticket, body=said.sms)
    to = engineer.email if engineer else accounts.addresses(db).get(code, "")
    mail_outbox.of_ticket(db, ticket, f"mains-{token_hex(4)}", to, said.mail, now)
