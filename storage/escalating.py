"""A client asks for the hierarchy: who, when, how, and what was answered is on the ticket."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from ivr import hierarchy, wording
from ivr.book import Book
from ivr.numbers import is_mobile
from ivr.wording import Way
from oncall.policies import Channel
from storage import journal, mails, messages, tickets
from tickets.journal import JSON, plain
from tickets.life import CALLER

ESCALATED = "client_escalated"


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
    before = [plain(each.details) for each in journal.of_ticket(db, ticket) if each.kind == ESCALATED]
    times = sum("level" in each for each in before)
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
