"""The clocks of a ticket: whoever answers for it is warned, and the hierarchy told when a commitment is broken.

Everything is computed anew from the ticket's events: late, twice or after a pause, the same alarms ring once."""

from typing import Any

from sqlalchemy import Connection, Row

from ivr import wording
from ivr.book import Book
from ivr.commitments import covered
from ivr.directory import EscalationContact
from ivr.numbers import is_mobile
from jobs.context import Outside
from jobs.engine import Turn
from storage import clocks, mails, messages, tickets
from tickets import measures
from tickets.life import lived
from tickets.measures import Alarm, Clock, Commitment, Stage
from tickets.states import UNFINISHED, State

RUNNING = UNFINISHED | {State.RESTORED}  # it may be reopened


class Watchman:
    def __init__(self, outside: Outside):
        self.outside = outside

    def look(self, turn: Turn) -> None:
        """The alarms that are due ring, in the same commit as what they send."""
        with turn.begin() as (db, _):
            ticket = tickets.row(db, turn.key)
            book = self.outside.shelf.for_ticket(db, ticket)
            level = book.level(ticket.level or "")
            if level is None or ticket.state not in RUNNING:
                turn.finish(db)
                return
            life, hours = lived(clocks.happenings(db, turn.key)), covered(book, level, ticket.entity)
            promises = {
                Clock.RESPOND: measures.respond(level, life, ticket.received_at, hours, turn.now),
                Clock.RESTORE: measures.restore(level, life, ticket.opened_at, hours, turn.now),
            }
            watch = measures.watch(promises, len(life.restored), clocks.told(db, turn.key), turn.now)
            for alarm in watch.rings:
                promise = promises[alarm.clock]
                assert promise
                clocks.ring(db, turn.key, alarm, promise, turn.now)
                Told(db, book, ticket, alarm, promise, turn).everybody()
            clocks.keep_due(db, ticket, promises)
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
            for contact in in_scope(self.book, self.ticket):
                self._write(contact.email, f"hierarchie-{contact.order}")
                self._text(contact.phones)
        entity = self.book.known_entity(self.ticket.entity)
        self._write(entity.desk_email if entity else self.book.organisation.support_email, "support")
        holder = self.book.engineer(self.ticket.acknowledged_by or "")
        if holder:
            self._text((holder.phone, *holder.phones))

    def _write(self, to: str, who: str) -> None:
        event = f"{self.alarm.stage}-{self.alarm.clock}-{self.alarm.segment}-{who}"
        mails.of_ticket(self.db, self.ticket.reference, event, to, self.mail, self.turn.now)

    def _text(self, phones: tuple[str, ...]) -> None:
        """To the first that reads texts."""
        mobile = next((number for number in phones if number and is_mobile(number)), "")
        if mobile:
            messages.queue(self.db, messages.ALARM, mobile, self.turn.now, ticket=self.ticket.reference, body=self.sms)


def in_scope(book: Book, ticket: Row[Any]) -> list[EscalationContact]:
    """The hierarchy of the ticket's service, in its order."""
    service = f"{ticket.entity}/{ticket.service}"
    concerned = [one for one in book.directory.escalation_contacts if not one.services or service in one.services]
    return sorted(concerned, key=lambda one: one.order)
