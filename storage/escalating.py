"""A client asks for the hierarchy: who, when, how, and what was answered is on the ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from ivr import hierarchy, wording
from ivr.book import Book
from ivr.numbers import is_mobile
from ivr.wording import Way
from oncall.policies import Channel
from storage import journal, mails, messages, tickets
from tickets.journal import JSON, plain
from tickets.life import CALLER

ESCALATED = "client_escalated"


@dataclass(frozen=True, slots=True)
class Asked:
    """One escalation of a ticket by its client."""

    at: datetime
    role: str  # of whom it has reached; "" for one that was only noted, or that nobody is named for
    told: bool


@dataclass(frozen=True, slots=True)
class Escalations:
    done: Sequence[Asked]
    holds_until: datetime | None  # as long as the commitment does
    next_role: str  # whom one more would reach
    more: bool  # whether one more would reach anybody new


def history(db: Connection, book: Book, row: Row[Any], now: datetime) -> Escalations:
    """What the client has asked of the hierarchy, and what is left to ask."""
    asked = [(event.at, plain(event.details)) for event in _asked(db, row.reference)]
    done = [Asked(at, str(said.get("role", "")), "level" in said) for at, said in asked]
    times = sum(each.told for each in done)
    contacts = hierarchy.in_scope(book, row.entity, row.service)
    facts = tickets.find(db, row.reference)
    holds = facts is not None and facts.holds(now)
    noted = any(not each.told for each in done)
    following = contacts[times].role if times < len(contacts) else ""
    more = not noted if holds else times < max(1, len(contacts))
    return Escalations(done, row.due_restore_at if holds else None, following, more)


def escalate(
    db: Connection, book: Book, ticket: str, way: Way, now: datetime, how: Mapping[str, JSON], event: str,
    who: str = CALLER,
) -> datetime | None:  # fmt: skip
    """Tell the next of the hierarchy; or only note it while the commitment holds, and return when it is due.

    `how`: what its event keeps of the call, the mail, the page; `event`: names what asked, once;
    `who`: whoever asks, when that is known."""
    facts = tickets.find(db, ticket)
    assert facts
    due = facts.due_restore_at.isoformat() if facts.due_restore_at else None
    if facts.holds(now):
        journal.note(db, ticket, ESCALATED, who, now, {**how, "way": way, "answered": "noted", "due_at": due})
        return facts.due_restore_at
    row = tickets.row(db, ticket)
    times = sum("level" in plain(each.details) for each in _asked(db, ticket))
    contact = hierarchy.next_after(hierarchy.in_scope(book, row.entity, row.service), times)
    told: dict[str, JSON] = {"answered": "told", "level": times + 1, "role": contact.role if contact else ""}
    journal.note(db, ticket, ESCALATED, who, now, {**how, "way": way, **told, "due_at": due})
    about = tickets.about(book, row)
    addresses = dict.fromkeys([book.organisation.escalation_email, contact.email if contact else ""])
    for nth, address in enumerate(filter(None, addresses)):
        mails.of_ticket(db, ticket, f"escalade-{event}-{nth}", address, wording.escalation_mail(about, way), now)
    phone = next(filter(is_mobile, contact.phones), None) if contact else None
    if phone:
        body = wording.escalation_sms(about)
        messages.queue(db, messages.ALARM, phone, now, ticket=ticket, channel=Channel.SMS, body=body)
    return None


def _asked(db: Connection, ticket: str) -> list[Row[Any]]:
    return [event for event in journal.of_ticket(db, ticket) if event.kind == ESCALATED]
