"""A colleague's leg while the line calls them: who is calling, and a key to accept.

A mobile's own voicemail answers too: without the key nobody has answered."""

from datetime import datetime

from flask import Blueprint, Response
from sqlalchemy import Connection

from ivr import prompts
from ivr.call import DialogueState
from ivr.steps import HangUp
from services import acknowledgement
from storage.calls import live_calls
from webhooks import exchange, trouble
from webhooks.door import METHODS, Context, as_twiml, form, lock, number, value

PATIENCE = 8  # seconds to press the key


def blueprint(context: Context) -> Blueprint:
    door = TeamDoor(context)
    routes = Blueprint("team", __name__)
    lock(routes, context.settings)
    whisper = trouble.kept(context, door.whisper, door.plain_whisper)
    accepted = trouble.kept(context, door.accepted, door.put_through)
    routes.add_url_rule("/voice/whisper", "whisper", whisper, methods=METHODS)
    routes.add_url_rule("/voice/accepted", "accepted", accepted, methods=METHODS)
    return routes


class TeamDoor:
    def __init__(self, context: Context):
        self.context = context
        self._writer = exchange.plain_writer(context)

    def whisper(self) -> Response:
        """The colleague has picked up; only they hear this."""
        context = self.context
        with context.database.read() as db:
            standing = live_calls.peek(db, form().get("ParentCallSid", ""))
            if standing is None:
                return self.plain_whisper()
            book = context.shelf.book(db, standing.version)
            call = standing.call
            client = book.client(call.client) if call.client else None
            entity = book.known_entity(call.entity)
            text = prompts.whisper(entity, client.name if client else None)
            return as_twiml(exchange.writer(context, book, number("n")).whisper(text, PATIENCE))

    def plain_whisper(self) -> Response:
        """Who is calling cannot be said; that somebody is, can."""
        return as_twiml(self._writer.whisper(prompts.whisper(None, None), PATIENCE))

    def accepted(self) -> Response:
        """1 puts the two through, when this document ends; any other key does not."""
        leg = form().get("CallSid", "")
        if value("Digits") != "1" or not leg:
            return as_twiml(self._writer.document((HangUp(),)))
        with self.context.database.begin() as db:
            now, parent = self.context.clock(), form().get("ParentCallSid", "")
            live_calls.accept(db, leg, parent, now)
            self._take(db, parent, now)
        return self.put_through()

    def _take(self, db: Connection, parent: str, now: datetime) -> None:
        """Whoever accepts a caller after hours has the ticket."""
        standing = live_calls.peek(db, parent)
        if standing and standing.call.stage is DialogueState.BRIDGING and standing.call.ticket:
            engineer = standing.call.bridge[standing.call.ringing - 1]
            acknowledgement.acknowledge(db, standing.call.ticket, engineer, "bridge", now)

    def put_through(self) -> Response:
        return as_twiml(self._writer.document(()))
