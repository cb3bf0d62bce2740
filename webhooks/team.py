"""A colleague's leg while the line calls them: who is calling, and a key to accept.

A mobile's own voicemail answers too: without the key nobody has answered."""

from flask import Blueprint, Response

from ivr import prompts
from ivr.steps import HangUp
from storage import calls
from webhooks import exchange
from webhooks.door import Context, as_twiml, form, lock, number

PATIENCE = 8  # seconds to press the key


def blueprint(context: Context) -> Blueprint:
    routes = Blueprint("team", __name__)
    lock(routes, context.settings)

    @routes.post("/voice/whisper")
    def whisper() -> Response:
        """The colleague has picked up; only they hear this."""
        with context.database.read() as db:
            standing = calls.peek(db, form().get("ParentCallSid", ""))
            if standing is None:
                return as_twiml(exchange.plain_writer(context).document((HangUp(),)))
            book = context.shelf.book(db, standing.version)
            call = standing.call
            client = book.client(call.client) if call.client else None
            entity = book.entity(call.entity) if call.entity else None
            text = prompts.whisper(entity, client.name if client else None)
            return as_twiml(exchange.writer(context, book, number("n")).whisper(text, PATIENCE))

    @routes.post("/voice/accepted")
    def accepted() -> Response:
        """1 puts the two through, when this document ends; any other key does not."""
        fields = form()
        writer = exchange.plain_writer(context)
        if fields.get("Digits") != "1":
            return as_twiml(writer.document((HangUp(),)))
        with context.database.begin() as db:
            calls.accept(db, fields["CallSid"], fields.get("ParentCallSid", ""), context.clock())
        return as_twiml(writer.document(()))

    return routes
