"""A caller's leg: one URL per happening, two hops to the rule."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response
from sqlalchemy import Connection

from ivr import prompts
from ivr.events import DialEnded, Event, Pressed, Recorded, Silent
from ivr.steps import HangUp, Say, TakeMessage
from services import call_end
from storage.calls import live_calls
from webhooks import exchange, keeping, trouble
from webhooks.door import METHODS, Context, as_twiml, form, lock, number, value

log = structlog.get_logger()
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def blueprint(context: Context) -> Blueprint:
    door = CallDoor(context)
    routes = Blueprint("calls", __name__)
    lock(routes, context.settings)
    for path, view in door.views().items():
        routes.add_url_rule(path, path.removeprefix("/").replace("/", "_"), view, methods=METHODS)
    return routes


class CallDoor:
    def __init__(self, context: Context):
        self.context = context
        self._writer = exchange.plain_writer(context)

    def views(self) -> dict[str, Callable[[], Response]]:
        return {
            "/voice": self.kept(self.rang),
            "/voice/pressed": self.kept(self.pressed),
            "/voice/silent": self.kept(self.silent),
            "/voice/recorded": self.kept(self.recorded),
            "/voice/dialled": self.kept(self.dialled),
            "/voice/fallback": self.kept(self.stumbled),
            "/voice/thanks": trouble.kept(self.context, self.thanks, self.recorded_at_least),
            "/voice/status": trouble.noted(self.status),
        }

    def kept(self, view: Callable[[], Response]) -> Callable[[], Response]:
        return trouble.kept(self.context, view, self.only_speech)

    # ---------------------------------------------------------------- what happens
    def rang(self) -> Response:
        """The line is called."""
        with self.context.database.begin() as db:
            return as_twiml(exchange.arrived(self.context, db))

    def pressed(self) -> Response:
        """The caller typed something, or only `#`."""
        keys = value("Digits")
        return self.answer(Pressed(keys) if keys else Silent())

    def silent(self) -> Response:
        return self.answer(Silent())

    def recorded(self) -> Response:
        """The message is over. Twilio: Record, `RecordingDuration` in seconds."""
        with self.context.database.begin() as db:
            heard = self._answer(db, Recorded(number("RecordingDuration")))
            keeping.keep(self.context, db, form()["CallSid"])
            return as_twiml(heard)

    def dialled(self) -> Response:
        """A colleague's phone has stopped ringing. `completed` alone does not mean that they talked."""
        left = form().get("CallStatus") in FINAL
        with self.context.database.begin() as db:
            accepted = live_calls.accepted(db, value("DialCallSid"))
            talked = accepted and value("DialBridged") != "false"
            return as_twiml(self._answer(db, DialEnded(talked, caller_left=left)))

    def status(self) -> None:
        """The call is over: the only sure notice of a caller who hangs up while being spoken to."""
        if form().get("CallStatus") in FINAL:
            with self.context.database.begin() as db:
                call_end.hung_up(db, self.context.shelf, form().get("CallSid", ""), self.context.clock())

    # ---------------------------------------------------------------- the answer
    def answer(self, event: Event) -> Response:
        answer = exchange.only_talk(self.context, form()["CallSid"], number("n"), event)
        if answer is not None:
            return as_twiml(answer)
        # A power cut may cost a key alone: the call is lost too. A ticket makes it lasting (storage.tickets.journal).
        with self.context.database.begin(lasting=False) as db:
            return as_twiml(self._answer(db, event))

    def _answer(self, db: Connection, event: Event) -> str:
        answer = exchange.happened(self.context, db, form()["CallSid"], number("n"), event)
        # A call we do not know, its first request having been lost: it is greeted now.
        return exchange.arrived(self.context, db) if answer is None else answer

    # ---------------------------------------------------------------- trouble
    def stumbled(self) -> Response:
        """Twilio could not use an answer of ours: the last question is asked again, once."""
        log.error("Twilio fell back", error=form().get("ErrorCode"), url=form().get("ErrorUrl"))
        with self.context.database.begin() as db:
            standing = live_calls.load(db, form()["CallSid"])
            if standing is None:
                return as_twiml(exchange.arrived(self.context, db))
            first_time = live_calls.stumble(db, form()["CallSid"]) == 1
            return as_twiml(standing.answer) if first_time else self.only_speech()

    def only_speech(self) -> Response:
        """Nothing works but speech: a message, and addresses that recall by themselves whose it is."""
        who = {name: value(name) for name in ("From", "To", "ForwardedFrom") if value(name)}
        writer = replace(self._writer, after_message="thanks", recall=f"?{urlencode(who)}" if who else "")
        return as_twiml(writer.document((TakeMessage(prompts.TROUBLE),)))

    def thanks(self) -> Response:
        """Somebody left in trouble gets a ticket, message or not, if the trouble is over."""
        with self.context.database.begin() as db:
            keeping.ticket_of(self.context, db, form()["CallSid"], spoken=False)
            keeping.keep(self.context, db, form()["CallSid"])
        return self.goodbye(prompts.KEPT)

    def recorded_at_least(self) -> Response:
        """Nothing could be opened: reconciliation finds the recording later, and that alone is said."""
        return self.goodbye(prompts.RECORDED)

    def goodbye(self, said: str) -> Response:
        said = prompts.joined(said, prompts.GOODBYE)
        return as_twiml(self._writer.document((Say(said), HangUp())))
