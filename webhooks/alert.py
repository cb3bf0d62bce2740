"""An engineer is called for a page: each happening of that call, below /webhooks/voice/alert/<attempt>.

Load, decide, save, say, as for a caller. The conversation needs no state of its own: the page has it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from flask import Blueprint, Response
from sqlalchemy import Connection, Row, select

from directory.index import Directory
from ivr import alert_call
from ivr.alert_call import Alert, Done, Wish
from ivr.events import Event, Pressed, Rang, Silent
from ivr.steps import Heard
from services import acknowledgement
from storage.calls import voicemails
from storage.models import Page
from storage.paging import attempts, pages
from storage.tickets import summaries
from storage.tickets.assignment import standing
from telephony import addresses
from webhooks import exchange, trouble
from webhooks.door import METHODS, Context, as_twiml, lock, number, value

log = structlog.get_logger()


def blueprint(context: Context) -> Blueprint:
    door = AlertDoor(context)
    routes = Blueprint("alert", __name__)
    lock(routes, context.settings)
    for happening, view in door.views().items():
        routes.add_url_rule(f"/voice/alert/<int:attempt>{happening}", happening or "rang", view, methods=METHODS)
    return routes


class AlertDoor:
    def __init__(self, context: Context):
        self.context = context

    def views(self) -> dict[str, Callable[..., Response]]:
        return {
            "": self.kept(lambda attempt: self.happened(attempt, Rang())),
            "/pressed": self.kept(lambda attempt: self.happened(attempt, Pressed(value("Digits")))),
            "/silent": self.kept(lambda attempt: self.happened(attempt, Silent())),
            "/ended": self.kept(self.ended),
            "/fallback": self.kept(self.stumbled),
            "/status": self.noted(self.status),
            "/machine": self.noted(self.machine),
        }

    def kept(self, view: Callable[[int], Response]) -> Callable[..., Response]:
        return lambda attempt: trouble.kept(self.context, lambda: view(attempt), lambda: self.trouble(attempt))()

    def noted(self, note: Callable[[int], None]) -> Callable[..., Response]:
        return lambda attempt: trouble.noted(lambda: note(attempt))()

    # ---------------------------------------------------------------- what happens
    def happened(self, attempt: int, event: Event) -> Response:
        return self._answer(attempt, event, lambda known: alert_call.reply(known, event, number("n")))

    def stumbled(self, attempt: int) -> Response:
        """Twilio could not use an answer of ours, or a sound in it: the call goes on."""
        log.error("Twilio fell back", attempt=attempt, error=value("ErrorCode"), url=value("ErrorUrl"))
        return self._answer(attempt, Rang(), alert_call.resumed)

    def _answer(self, attempt: int, event: Event, heard: Callable[[Alert], Heard]) -> Response:
        with self.context.database.begin() as db:
            pages.lock_page_of(db, attempt)
            row = attempts.find(db, attempt)
            if row is None:
                return self.trouble(attempt)
            book = self.context.shelf.newest(db)
            page = db.execute(select(Page.__table__).where(Page.id == row.page)).one()
            done = self._grant(db, page, row, event)
            known = self._alert(db, book, page, row, done)
            turn = number("n") + 1 if isinstance(event, Silent) else 0
            writer = replace(exchange.writer(self.context, book, turn), room=f"alert/{attempt}/")
            return as_twiml(writer.document(heard(known)))

    def ended(self, attempt: int) -> Response:
        """The talk with the client is over. Twilio: Dial, `DialCallStatus`."""
        with self.context.database.read() as db:
            writer = exchange.writer(self.context, self.context.shelf.newest(db), 0)
        return as_twiml(writer.document(alert_call.ended(value("DialCallStatus") == "completed")))

    def status(self, attempt: int) -> None:
        """How far the call has got. Twilio: `CallStatus`, in any order."""
        with self.context.database.begin() as db:
            pages.lock_page_of(db, attempt)
            now, sid, status = self.context.clock(), value("CallSid"), value("CallStatus")
            attempts.progress(db, attempt, sid=sid, status=status, error="", now=now)
            self._note_machine(db, attempt)

    def machine(self, attempt: int) -> None:
        """Who has picked up, as far as Twilio can tell. Twilio: `AnsweredBy`, a guess."""
        with self.context.database.begin() as db:
            pages.lock_page_of(db, attempt)
            self._note_machine(db, attempt)

    def trouble(self, attempt: int) -> Response:
        """Each question in trouble counts: a machine that has picked up is not talked to for ever."""
        writer = replace(exchange.plain_writer(self.context), turn=number("n") + 1, room=f"alert/{attempt}/")
        return as_twiml(writer.document(alert_call.in_trouble(number("n"))))

    # ---------------------------------------------------------------- what it means
    def _grant(self, db: Connection, page: Row[Any], row: Row[Any], event: Event) -> Done:
        now = self.context.clock()
        attempts.progress(db, row.id, sid=value("CallSid"), status="in-progress", error="", now=now)
        if isinstance(event, Pressed) and event.keys:
            attempts.pressed(db, row.id, now)
        match alert_call.wish(event):
            case Wish.TAKE:
                return Done(
                    confirmed=acknowledgement.acknowledge(db, page.ticket, row.engineer, "voice", now, row.id).confirmed
                )
            case Wish.HAND_ON:
                return Done(handed_on=acknowledgement.escalate(db, page.ticket, row.engineer, "voice", now))
            case _:
                return Done()

    def _alert(self, db: Connection, book: Directory, page: Row[Any], row: Row[Any], done: Done) -> Alert:
        found = standing(db, page.ticket)
        ticket = found.ticket
        about, now = summaries.about(book, ticket), self.context.clock()
        holder = book.engineer(ticket.acknowledged_by) if ticket.acknowledged_by else None
        recording, is_awaited = voicemails.playable(db, page.ticket)
        return Alert(
            reference=page.ticket,
            client=about.client,
            entity=about.entity,
            service=about.service,
            sites=about.sites,
            age=now - ticket.received_at,
            drill=ticket.drill,
            caller=ticket.caller,
            message=addresses.audio_on_call(self.context.settings, recording, now) if recording else "",
            awaited=is_awaited,
            taken_by=holder.name if holder else ticket.acknowledged_by or "",
            is_mine=ticket.acknowledged_by == row.engineer,
            asked=found.asked and ticket.acknowledged_by == row.engineer,
            done=done,
        )

    def _note_machine(self, db: Connection, attempt: int) -> None:
        if value("AnsweredBy").startswith(("machine", "fax")):
            attempts.answered_by_machine(db, attempt, value("CallSid"), self.context.clock())
