"""A call of ours that wakes nobody, below /webhooks/voice/message/<id>.

A message is read out, a shift is to be taken up, an engineer is put through to a client."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Connection, Row

from ivr import alert_call
from ivr.call_client import put_through
from ivr.events import DialEnded, Event, Pressed, Rang, Silent
from ivr.steps import HangUp, Heard, Say
from notifications import shift_notifications
from notifications.shift_notifications import Answer
from storage.paging import notification_outbox, sms_arrival
from storage.rotas import shifts
from storage.rotas.shifts import Takeup
from webhooks import exchange, trouble
from webhooks.door import METHODS, Context, as_twiml, lock, number, value

TROUBLE = "Un message d'astreinte vous attend. Consultez vos SMS."
ANSWERS = {Answer.CONFIRM: Takeup.CONFIRMED, Answer.DECLINE: Takeup.DECLINED}


def blueprint(context: Context) -> Blueprint:
    door = MessageDoor(context)
    routes = Blueprint("messages", __name__)
    lock(routes, context.settings)
    for happening, view in door.views().items():
        routes.add_url_rule(f"/voice/message/<int:message>{happening}", happening or "rang", view, methods=METHODS)
    return routes


class MessageDoor:
    def __init__(self, context: Context):
        self.context = context

    def views(self) -> dict[str, Callable[..., Response]]:
        return {
            "": self.kept(Rang),
            "/pressed": self.kept(lambda: Pressed(value("Digits"))),
            "/silent": self.kept(Silent),
            "/fallback": self.kept(Rang),
            "/ended": self.kept(lambda: DialEnded(talked=value("DialCallStatus") == "completed")),
            "/status": lambda message: trouble.noted(lambda: self.status(message))(),
        }

    def kept(self, event: Callable[[], Event]) -> Callable[..., Response]:
        return lambda message: trouble.kept(self.context, lambda: self.happened(message, event()), self.trouble)()

    def happened(self, message: int, event: Event) -> Response:
        with self.context.database.begin() as db:
            row = notification_outbox.find(db, message)
            if row is None:
                return self.trouble()
            sms_arrival.progress(db, message, sid=value("CallSid"), status="in-progress", now=self.context.clock())
            heard = self._heard(db, row, event)
            turn = number("n") + 1 if isinstance(event, Silent) else 0
            writer = exchange.writer(self.context, self.context.shelf.newest(db), turn)
            return as_twiml(replace(writer, room=f"message/{message}/").document(heard))

    def _heard(self, db: Connection, row: Row[Any], event: Event) -> Heard:
        match row.kind, event:
            case str(), DialEnded(talked):
                return alert_call.ended(talked)
            case notification_outbox.TAKEUP, _:
                return self._takeup(db, row, event)
            case notification_outbox.CLIENT, _:
                return put_through(row.ticket, row.body, event, number("n"))
            case _:
                return shift_notifications.told_call(row.body)

    def status(self, message: int) -> None:
        """How far the call has got. Twilio: `CallStatus`, in any order."""
        with self.context.database.begin() as db:
            sms_arrival.progress(
                db, message, sid=value("CallSid"), status=value("CallStatus"), now=self.context.clock()
            )  # fmt: skip

    def trouble(self) -> Response:
        return as_twiml(exchange.plain_writer(self.context).document((Say(TROUBLE), HangUp())))

    def _takeup(self, db: Connection, row: Row[Any], event: Event) -> Heard:
        now = self.context.clock()
        takeup = ANSWERS.get(shift_notifications.answer(event))
        if takeup:
            shifts.answer(db, row.shift, takeup, now)
        shift = shifts.find(db, row.shift)
        if shift is None:
            return shift_notifications.told_call(TROUBLE)
        stands = not shift.cancelled_at and now < shift.until
        return shift_notifications.takeup_call(self._duty(db, shift), event, stands, number("n"))

    def _duty(self, db: Connection, shift: Row[Any]) -> shift_notifications.Duty:
        return shifts.in_words(self.context.shelf.newest(db), shift)
