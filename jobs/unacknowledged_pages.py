"""A page that nobody has taken: its desk hears of it when it opens, the hierarchy when no engineer can be reached."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from directory.hours import Schedule
from directory.index import Directory
from ivr import hierarchy
from jobs.context import Outside
from notifications import recipients, texts
from oncall import responsibility
from oncall.responsibility import Keeper, Search
from storage.calls import live_calls
from storage.directory.versions import DirectoryCache
from storage.mail import mail_outbox
from storage.paging import notification_outbox, pages
from storage.tickets import summaries


class Untaken:
    def __init__(self, outside: Outside, db: Connection, book: Directory, ticket: Row[Any], now: datetime):
        self.outside, self.db, self.book, self.ticket, self.now = outside, db, book, ticket, now
        self.schedule = schedule_of(db, book, ticket)

    def tell_desk(self, page: Row[Any]) -> Row[Any]:
        """Once its entity has opened with nobody having it."""
        opened = responsibility.opened(self.schedule, page.opened_at, self.now) if self.schedule else None
        if opened is None or page.desk_told_at or self.ticket.drill:
            return page
        self._write("support", recipients.of_desk(self.book, self.ticket.entity), texts.left_to_desk_mail)
        return pages.change(self.db, page.id, desk_told_at=self.now)

    def tell_hierarchy(self, page: Row[Any], *, anybody_tried: bool) -> Row[Any]:
        """At once, by their telephones; not where a desk that is open has what engineers were tried for in vain."""
        desk_has_it = self.schedule and responsibility.opened(self.schedule, page.opened_at, self.now) and anybody_tried
        if desk_has_it or page.hierarchy_told_at or self.ticket.drill:
            return page
        said = texts.nobody_sms(summaries.about(self.book, self.ticket))
        for nth, contact in enumerate(hierarchy.in_scope(self.book, self.ticket.entity, self.ticket.service)):
            notification_outbox.alarm(self.db, self.ticket.reference, contact.phones, said, self.now)
            self._write(f"hierarchie-{nth}", contact.email, texts.nobody_mail)
        self._write("personne", recipients.of_desk(self.book, self.ticket.entity), texts.nobody_mail)
        return pages.change(self.db, page.id, hierarchy_told_at=self.now)

    def opens(self) -> datetime | None:
        """When the desk is to hear of it next."""
        return responsibility.opens(self.schedule, self.now) if self.schedule else None

    def _write(self, event: str, to: str, mail: Callable[[texts.About, str], mail_outbox.Text]) -> None:
        where = f"{self.outside.settings.public_url}/tickets/{self.ticket.reference}"
        text = mail(summaries.about(self.book, self.ticket), where)
        mail_outbox.of_ticket(
            self.db, self.ticket.reference, f"{event}-{self.now:%Y%m%dT%H%M%S%f}", to, text, self.now
        )  # fmt: skip


def keeper(db: Connection, shelf: DirectoryCache, ticket: Row[Any], now: datetime) -> Keeper:
    """Who looks after a ticket that nobody has, now."""
    facts = summaries.find(db, ticket.reference)
    search = (facts and facts.search) or Search(now)
    return responsibility.keeper(search, schedule_of(db, shelf.for_ticket(db, ticket), ticket), now)


def schedule_of(db: Connection, book: Directory, ticket: Row[Any]) -> Schedule | None:
    return responsibility.schedule_of(book, ticket.entity, live_calls.line_of(db, ticket.call))
