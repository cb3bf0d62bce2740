"""The hierarchy: whom a client may turn to, in their order and scope; it is never woken as engineers are."""

from datetime import datetime

from directory.hours import Closed
from directory.index import Directory
from directory.model import EscalationContact
from ivr.facts import TicketFacts
from tickets import escalations
from tickets.escalations import Answer, Past, Wish


def in_scope(book: Directory, entity: str | None, service: str | None) -> list[EscalationContact]:
    """Those who answer for that service, in their order."""
    named = f"{entity}/{service}"
    concerned = [one for one in book.directory.escalation_contacts if not one.services or named in one.services]
    return sorted(concerned, key=lambda one: one.order)


def next_after(contacts: list[EscalationContact], times: int) -> EscalationContact | None:
    """Whom the next escalation reaches: one rank further every time, the last one from then on."""
    return contacts[min(times, len(contacts) - 1)] if contacts else None


def answer(book: Directory, ticket: TicketFacts, wish: Wish, past: Past, now: datetime) -> Answer:
    """What asking for the hierarchy leads to, for this ticket at this instant."""
    ranks = len(in_scope(book, ticket.entity, ticket.service))
    holds = ticket.holds(now) or waits(book, ticket, now)
    return escalations.answer(ticket.kind, ticket.state, wish, past, holds=holds, ranks=ranks, now=now)


def waits(book: Directory, ticket: TicketFacts, now: datetime) -> bool:
    """It was put off until its entity opens, which is still closed, and nobody has taken it."""
    entity, lines = book.known_entity(ticket.entity), book.directory.lines
    if not (ticket.refused and entity and lines) or ticket.acknowledged_at:
        return False
    return isinstance(book.judge(lines[0], entity, now), Closed)
