"""A page that nobody has taken: its desk hears of it when it opens, the hierarchy when no engineer can be reached."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from ivr import hierarchy, looking_after, recipients, wording
from ivr.book import Book
from ivr.hours import Schedule
from ivr.looking_after import Keeper, Search
from jobs.context import Outside
from storage import calls, mails, messages, pages, tickets
from storage.versions import Shelf


class Untaken:
    def __init__(self, outside: Outside, db: Connection, book: Book, ticket: Row[Any], now: datetime):
        self.outside, self.db, self.book, self.ticket, self.now = outside, db, book, ticket, now
        self.schedule = schedule_of(db, book, ticket)

    def tell_desk(self, page: Row[Any]) -> Row[Any]:
        """Once its entity has opened with nobody having it."""
        opened = looking_after.opened(self.schedule, page.opened_at, self.now) if self.schedule else None
        if opened is None or page.desk_told_at or self.ticket.drill:
            return page
        self._write("support", recipients.of_desk(self.book, self.ticket.entity), wording.left_to_desk_mail)
        return pages.change(self.db, page.id, desk_told_at=self.now)

    def tell_hierarchy(self, page: Row[Any], *, anybody_tried: bool) -> Row[Any]:
        """At once, by their telephones; not where a desk that is open has what engineers were tried for in vain."""
        desk_has_it = self.schedule and looking_after.opened(self.schedule, page.opened_at, self.now) and anybody_tried
        if desk_has_it or page.hierarchy_told_at or self.ticket.drill:
            return page
        said = wording.nobody_sms(tickets.about(self.book, self.ticket))
        for nth, contact in enumerate(hierarchy.in_scope(self.book, self.ticket.entity, self.ticket.service)):
            messages.alarm(self.db, self.ticket.reference, contact.phones, said, self.now)
            self._write(f"hierarchie-{nth}", contact.email, wording.nobody_mail)
        self._write("personne", recipients.of_desk(self.book, self.ticket.entity), wording.nobody_mail)
        return pages.change(self.db, page.id, hierarchy_told_at=self.now)

    def opens(self) -> datetime | None:
        """When the desk is to hear of it next."""
        return looking_after.opens(self.schedule, self.now) if self.schedule else None

    def _write(self, event: str, to: str, mail: Callable[[wording.About, str], mails.Text]) -> None:
        where = f"{self.outside.settings.public_url}/tickets/{self.ticket.reference}"
        text = mail(tickets.about(self.book, self.ticket), where)
        mails.of_ticket(
            self.db, self.ticket.reference, f"{event}-{self.now:%Y%m%dT%H%M%S%f}", to, text, self.now
        )  # fmt: skip


def keeper(db: Connection, shelf: Shelf, ticket: Row[Any], now: datetime) -> Keeper:
    """Who looks after a ticket that nobody has, now."""
    facts = tickets.find(db, ticket.reference)
    search = (facts and facts.search) or Search(now)
    return looking_after.keeper(search, schedule_of(db, shelf.for_ticket(db, ticket), ticket), now)


def schedule_of(db: Connection, book: Book, ticket: Row[Any]) -> Schedule | None:
    return looking_after.schedule_of(book, ticket.entity, calls.line_of(db, ticket.call))
