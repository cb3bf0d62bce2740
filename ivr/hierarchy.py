"""The hierarchy: whom a client may turn to, in their order and scope; it is never woken as engineers are."""

from ivr.book import Book
from ivr.directory import EscalationContact


def in_scope(book: Book, entity: str | None, service: str | None) -> list[EscalationContact]:
    """Those who answer for that service, in their order."""
    named = f"{entity}/{service}"
    concerned = [one for one in book.directory.escalation_contacts if not one.services or named in one.services]
    return sorted(concerned, key=lambda one: one.order)


def next_after(contacts: list[EscalationContact], times: int) -> EscalationContact | None:
    """Whom the next escalation reaches: one rank further every time, the last one from then on."""
    return contacts[min(times, len(contacts) - 1)] if contacts else None
