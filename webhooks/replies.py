"""What an engineer's SMS does: OK takes, NON passes on, QUI asks who has it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from directory import phone_numbers
from directory.index import Directory
from notifications import shift_notifications, sms_commands
from notifications.sms_commands import Command, Has, Unknown, Verb
from oncall.escalation import HandOn
from oncall.reachability import numbers as reached_at
from services import acknowledgement
from storage.paging import sms_replies
from storage.paging.sms_replies import Woken
from storage.rotas import shifts
from storage.rotas.shifts import Takeup
from storage.tickets import summaries
from storage.tickets.assignment import standing
from webhooks.door import Context

TROUBLE = "Incident technique, votre SMS n'a rien fait. Prenez le ticket par son lien ou pendant l'appel."
TOLD = 3  # tickets, to whoever asks about theirs


def answer(context: Context, sid: str, sender: str, text: str) -> str | None:
    """The answer to an SMS; none to whoever is no engineer of the present directory."""
    with context.database.read() as db:
        book = context.shelf.newest(db)
    number = phone_numbers.caller(sender)
    people = [engineer.code for engineer in book.directory.engineers if number and number in reached_at(engineer)]
    if not people or not sid:
        return None
    with context.database.begin() as db:
        desk = Desk(db, book, people, context.clock())
        return sms_replies.once(db, sid, desk.now, lambda: desk.answer(text))


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever sent the message, and what they may mean; a telephone that is handed around has several people."""

    db: Connection
    book: Directory
    people: Sequence[str]
    now: datetime

    def answer(self, text: str) -> str:
        order = sms_commands.understood(text, self.book.organisation.ticket_prefix)
        if order is None:
            return sms_commands.not_understood()
        if isinstance(order, Unknown):
            return sms_commands.unknown(order.typed)
        if order.ticket and summaries.find(self.db, order.ticket) is None:
            return sms_commands.unknown(order.ticket)
        woken = sms_replies.woken_for(self.db, self.people, self.now)
        if order.verb is Verb.WHO:
            return self._who_has([order.ticket] if order.ticket else [one.ticket for one in woken[:TOLD]])
        about_shift = None if order.ticket else self._about_shift(order, any(one.waits for one in woken))
        if about_shift is not None:
            return about_shift
        quoted = sms_commands.quoted(text, self.book.organisation.ticket_prefix) if not order.ticket else ()
        meant = self._meant(order, woken, quoted)
        if len(meant) > 1 or _contradicts(quoted, woken, meant):
            return sms_commands.which([one.ticket for one in meant])
        if not meant:
            return sms_commands.nothing_waits()
        return self._take(meant[0]) if order.verb is Verb.TAKE else self._pass_on(meant[0], order.reason)

    def _meant(self, order: Command, woken: Sequence[Woken], quoted: Collection[str]) -> Sequence[Woken]:
        """The ticket named; or those that wait for this person, of several the one they quote; or their last."""
        if order.ticket:
            mine = next((one for one in woken if one.ticket == order.ticket), None)
            return [mine or Woken(order.ticket, self.people[0], False)]
        waiting = [one for one in woken if one.waits]
        named = [one for one in waiting or woken if one.ticket in quoted]
        return named if len(named) == 1 else waiting or woken[:1]

    def _about_shift(self, order: Command, a_ticket_waits: bool) -> str | None:
        """Said of their next shift, expressly or because no ticket waits; none when it is said of a ticket."""
        if a_ticket_waits and not order.shift:
            return None
        unlike = {Verb.TAKE: Takeup.DECLINED, Verb.HAND_ON: Takeup.CONFIRMED}[order.verb]
        states = (*shifts.UNANSWERED, unlike) if order.shift or order.verb is Verb.TAKE else shifts.UNANSWERED
        asked = shifts.asked_of(self.db, self.people, states, self.now)
        if asked is None:
            return sms_commands.no_shift_waits() if order.shift else None
        held = sms_replies.held_by(self.db, self.people, self.now)
        if held and not order.shift and order.verb is Verb.HAND_ON:
            return sms_commands.shift_or_ticket(held)
        return self._shift(asked, order.verb)

    def _shift(self, shift: Row[Any], verb: Verb) -> str:
        confirmed = verb is Verb.TAKE
        shifts.answer(self.db, shift.id, Takeup.CONFIRMED if confirmed else Takeup.DECLINED, self.now)
        return shift_notifications.answered_sms(shifts.in_words(self.book, shift), confirmed)

    def _take(self, meant: Woken) -> str:
        holder = acknowledgement.acknowledge(self.db, meant.ticket, meant.engineer, "sms", self.now)
        if holder.engineer == meant.engineer:
            return sms_commands.taken(summaries.about(self.book, summaries.row(self.db, meant.ticket)))
        return sms_commands.not_yours(self._has(meant.ticket), self._local_now)

    def _pass_on(self, meant: Woken, reason: str) -> str:
        handed_on = acknowledgement.escalate(self.db, meant.ticket, meant.engineer, "sms", self.now, reason)
        if handed_on is not HandOn.REFUSED:
            return sms_commands.passed_on(meant.ticket, handed_on)
        has = self._has(meant.ticket)
        if has.wanted:
            return sms_commands.not_asked(meant.ticket)
        if has.is_mine:
            return sms_commands.stays(meant.ticket)
        return sms_commands.not_yours(has, self._local_now)

    def _who_has(self, wanted: Sequence[str]) -> str:
        if not wanted:
            return sms_commands.nothing_waits()
        return sms_commands.who_has([self._has(ticket) for ticket in wanted], self._local_now)

    def _has(self, ticket: str) -> Has:
        found = standing(self.db, ticket)
        holder = self.book.engineer(found.holder)
        return Has(
            ticket=ticket,
            name=holder.name if holder else found.holder,
            since=found.since.astimezone(self.book.zone) if found.since else None,
            is_mine=found.holder in self.people,
            wanted=found.wanted,
        )

    @property
    def _local_now(self) -> datetime:
        return self.now.astimezone(self.book.zone)


def _contradicts(quoted: Collection[str], woken: Sequence[Woken], meant: Sequence[Woken]) -> bool:
    """They answer to an alert of theirs, and to none of those that wait for their word."""
    return any(one.ticket in quoted for one in woken) and not any(one.ticket in quoted for one in meant)
