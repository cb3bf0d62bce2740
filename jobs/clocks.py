"""The clocks of a ticket: whoever answers for it is warned, and the hierarchy told when a commitment is broken.

Everything is computed anew from the ticket's events: late, twice or after a pause, the same alarms ring once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from ivr import hierarchy, wording
from ivr.book import Book
from jobs.context import Outside
from jobs.engine import Turn
from oncall.reachability import numbers
from storage import clocks, mails, messages, tickets
from tickets import measures
from tickets.measures import Alarm, Commitment, Stage
from tickets.states import OVER


class Watchman:
    def __init__(self, outside: Outside):
        self.outside = outside

    def look(self, turn: Turn) -> None:
        """The alarms that are due ring, in the same commit as what they send."""
        with turn.begin() as (db, _):
            ticket = tickets.row(db, turn.key)
            book = self.outside.shelf.for_ticket(db, ticket)
            if ticket.state in OVER:
                turn.finish(db)
                return
            clock = clocks.measured(db, book, ticket, turn.now)
            watch = measures.watch(clock.promises, clock.reopened, clock.told, turn.now)
            for alarm in watch.rings:
                promise = clock.promises[alarm.clock]
                assert promise
                clocks.ring(db, turn.key, alarm, promise, turn.now)
                Told(db, book, ticket, alarm, promise, turn).everybody()
            clocks.keep_due(db, ticket, clock.promises)
            turn.finish(db, run_at=watch.next_at)


class Told:
    """One alarm, and whoever hears of it."""

    def __init__(
        self, db: Connection, book: Book, ticket: Row[Any], alarm: Alarm, promise: Commitment, turn: Turn
    ) -> None:
        self.db, self.book, self.ticket, self.alarm, self.turn = db, book, ticket, alarm, turn
        due = promise.due_at.astimezone(book.zone) if promise.due_at else None
        about = tickets.about(book, ticket)
        self.mail = wording.alarm_mail(about, alarm, due)
        self.sms = wording.alarm_sms(about, alarm, due)

    def everybody(self) -> None:
        if self.alarm.stage is Stage.BROKEN:
            for nth, contact in enumerate(hierarchy.in_scope(self.book, self.ticket.entity, self.ticket.service)):
                self._write(contact.email, f"hierarchie-{nth}")
                self._tell(contact.phones)
        entity = self.book.known_entity(self.ticket.entity)
        self._write(entity.desk_email if entity else self.book.organisation.support_email, "support")
        holder = self.book.engineer(self.ticket.acknowledged_by or "")
        if holder:
            self._tell(numbers(holder))

    def _write(self, to: str, who: str) -> None:
        event = f"{self.alarm.stage}-{self.alarm.clock}-{self.alarm.segment}-{who}"
        mails.of_ticket(self.db, self.ticket.reference, event, to, self.mail, self.turn.now)

    def _tell(self, phones: Sequence[str]) -> None:
        about = self.ticket.reference
        messages.tell(self.db, messages.ALARM, phones, self.turn.now, ticket=about, body=self.sms)
