"""Somebody asks for the hierarchy: who, when, how, and what was answered is on the ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from directory.index import Directory
from directory.phone_numbers import is_mobile
from directory.policies import Channel
from ivr import hierarchy
from notifications import recipients, texts
from notifications.texts import Way
from storage.mail import mail_outbox
from storage.paging import notification_outbox
from storage.tickets import journal, sla_clocks, summaries
from tickets.escalations import Answer, Asker, Past, Wish
from tickets.history import CALLER
from tickets.journal import JSON, plain

ESCALATED = "client_escalated"
UNKNOWN = "escalation_unverified"  # by nobody whom we know: the desk's to look at


@dataclass(frozen=True, slots=True)
class Asked:
    """One escalation of a ticket by its client."""

    at: datetime
    role: str  # of whom it has reached; "" for one that was only noted, or that nobody is named for
    told: bool


@dataclass(frozen=True, slots=True)
class Escalations:
    done: Sequence[Asked]
    times: int  # ranks that were told
    holds_until: datetime | None  # as long as the commitment does
    next_role: str  # whom one more would reach
    more: bool  # whether one more would reach anybody new


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    way: Way
    wish: Wish
    by: str  # who really asks, in words
    event: str  # names what asked, once
    how: Mapping[str, JSON]  # what its event keeps of the call, the mail, the page
    who: str = CALLER  # as in the journal


@dataclass(frozen=True, slots=True)
class Outcome:
    answer: Answer
    due_at: datetime | None = None  # of a commitment that holds
    told_at: datetime | None = None  # when the hierarchy was told before


def history(db: Connection, book: Directory, row: Row[Any], now: datetime) -> Escalations:
    """What the client has asked of the hierarchy, and what is left to ask."""
    asked = [(event.at, plain(event.details)) for event in _asked(db, row.reference)]
    new = [(at, said) for at, said in asked if said.get("answered") != Answer.AGAIN]
    done = [Asked(at, str(said.get("role", "")), "level" in said) for at, said in new]
    known, facts = past(db, row.reference), summaries.find(db, row.reference)
    assert facts
    contacts = hierarchy.in_scope(book, row.entity, row.service)
    following = contacts[known.told].role if known.told < len(contacts) else ""
    due = row.due_restore_at if facts.holds(now) else None
    answer = hierarchy.answer(book, facts, Wish(asker=Asker.CLIENT, seen=known.told), known, now)
    return Escalations(done, known.told, due, following, answer in (Answer.NOTED, Answer.TOLD))


def past(db: Connection, ticket: str) -> Past:
    """What was asked of a ticket, whichever way it came."""
    asked = [(event.at, plain(event.details)) for event in _asked(db, ticket)]
    told = [at for at, said in asked if "level" in said]
    noted = any(said.get("answered") == Answer.NOTED for _, said in asked)
    return Past(noted=noted, told=len(told), told_at=told[-1] if told else None)


def seen(db: Connection, ticket: str, written: str) -> int:
    """How many ranks were told on the page that somebody acts on; a form that does not say so shows the newest."""
    return int(written) if written.isascii() and written.isdigit() else past(db, ticket).told


def escalate(db: Connection, book: Directory, ticket: str, asked: Request, now: datetime) -> Outcome:
    """Do what the one rule allows; two who ask at once are answered one after the other."""
    sla_clocks.lock_clock(db, ticket)
    facts, known = summaries.find(db, ticket), past(db, ticket)
    assert facts
    answer = hierarchy.answer(book, facts, asked.wish, known, now)
    due = facts.due_restore_at.isoformat() if facts.due_restore_at else None
    how: dict[str, JSON] = {**asked.how, "way": asked.way, "asker": asked.wish.asker, "answered": answer}
    match answer:
        case Answer.TOLD:
            _tell(db, book, ticket, asked, known.told, {**how, "due_at": due}, now)
        case Answer.NOTED | Answer.AGAIN:
            journal.note(db, ticket, ESCALATED, asked.who, now, {**how, "due_at": due})
        case Answer.DESK:
            journal.note(db, ticket, UNKNOWN, asked.who, now, how)
            _tell_desk(db, book, ticket, asked, now)
    return Outcome(answer, facts.due_restore_at if facts.holds(now) else None, known.told_at)


def _tell(
    db: Connection, book: Directory, ticket: str, asked: Request, times: int, how: Mapping[str, JSON], now: datetime
) -> None:
    """The next rank hears of it, by mail and SMS."""
    row = summaries.row(db, ticket)
    contact = hierarchy.next_after(hierarchy.in_scope(book, row.entity, row.service), times)
    told: dict[str, JSON] = {"level": times + 1, "role": contact.role if contact else ""}
    journal.note(db, ticket, ESCALATED, asked.who, now, {**how, **told})
    about = summaries.about(book, row)
    mail = texts.escalation_mail(about, asked.way, asked.by)
    addresses = dict.fromkeys([book.organisation.escalation_email, contact.email if contact else ""])
    for nth, address in enumerate(filter(None, addresses)):
        mail_outbox.of_ticket(db, ticket, f"escalade-{asked.event}-{nth}", address, mail, now)
    phone = next(filter(is_mobile, contact.phones), None) if contact else None
    if phone:
        body = texts.escalation_sms(about, asked.by)
        notification_outbox.queue(
            db, notification_outbox.ALARM, phone, now, ticket=ticket, channel=Channel.SMS, body=body
        )


def _tell_desk(db: Connection, book: Directory, ticket: str, asked: Request, now: datetime) -> None:
    """Once an hour and ticket at most."""
    row = summaries.row(db, ticket)
    mail = texts.unverified_escalation_mail(summaries.about(book, row), asked.way, asked.by)
    event = f"escalade-inconnu-{now:%Y%m%d%H}"
    mail_outbox.of_ticket(db, ticket, event, recipients.of_desk(book, row.entity), mail, now)


def _asked(db: Connection, ticket: str) -> list[Row[Any]]:
    return [event for event in journal.of_ticket(db, ticket) if event.kind == ESCALATED]
