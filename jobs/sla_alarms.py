"""The clocks of a ticket: whoever answers for it is warned, and the hierarchy told when a commitment is broken.

Everything is computed anew from the ticket's events: late, twice or after a pause, the same alarms ring once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from directory.index import Directory
from ivr import hierarchy
from jobs.context import Outside
from jobs.engine import ClaimedJob
from notifications import texts
from oncall.reachability import numbers
from storage.mail import mail_outbox
from storage.paging import notification_outbox
from storage.tickets import sla_clocks, summaries
from tickets import sla
from tickets.sla import Alarm, Commitment, Phase
from tickets.states import OVER


class SlaAlarms:
    def __init__(self, outside: Outside):
        self.outside = outside

    def look(self, turn: ClaimedJob) -> None:
        """The alarms that are due ring, in the same commit as what they send."""
        with turn.begin() as (db, _):
            ticket = summaries.row(db, turn.key)
            book = self.outside.shelf.for_ticket(db, ticket)
            if ticket.state in OVER:
                turn.finish(db)
                return
            clock = sla_clocks.measured(db, book, ticket, turn.now)
            watch = sla.watch(clock.promises, clock.reopened, clock.told, turn.now)
            for alarm in watch.rings:
                promise = clock.promises[alarm.clock]
                assert promise
                sla_clocks.ring(db, turn.key, alarm, promise, turn.now)
                Told(db, book, ticket, alarm, promise, turn).everybody()
            sla_clocks.keep_due(db, ticket, clock.promises)
            turn.finish(db, run_at=watch.next_at)


class Told:
    """One alarm, and whoever hears of it."""

    def __init__(
        self, db: Connection, book: Directory, ticket: Row[Any], alarm: Alarm, promise: Commitment, turn: ClaimedJob
    ) -> None:
        self.db, self.book, self.ticket, self.alarm, self.turn = db, book, ticket, alarm, turn
        due = promise.due_at.astimezone(book.zone) if promise.due_at else None
        about = summaries.about(book, ticket)
        self.mail = texts.alarm_mail(about, alarm, due)
        self.sms = texts.alarm_sms(about, alarm, due)

    def everybody(self) -> None:
        if self.alarm.stage is Phase.BROKEN:
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
        mail_outbox.of_ticket(self.db, self.ticket.reference, event, to, self.mail, self.turn.now)

    def _tell(self, phones: Sequence[str]) -> None:
        about = self.ticket.reference
        notification_outbox.tell(self.db, notification_outbox.ALARM, phones, self.turn.now, ticket=about, body=self.sms)
