"""A caller's leg: one URL per happening, two hops to the rule."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, request
from sqlalchemy import Connection

from ivr import prompts
from ivr.events import DialEnded, Event, Pressed, Recorded, Silent
from ivr.steps import HangUp, Say, TakeMessage
from storage import calls
from webhooks import exchange, keeping
from webhooks.door import Context, as_twiml, form, lock, nothing, number, value

log = structlog.get_logger()
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
CARRIED = ("Digits", "RecordingSid", "RecordingUrl", "RecordingDuration", "DialCallSid", "DialBridged")


def blueprint(context: Context) -> Blueprint:
    door = CallDoor(context)
    routes = Blueprint("calls", __name__)
    lock(routes, context.settings)
    for path, view in door.views().items():
        routes.add_url_rule(path, path.removeprefix("/").replace("/", "_"), view, methods=["POST"])
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
            "/voice/thanks": self.thanks,
            "/voice/status": self.status,
        }

    # ---------------------------------------------------------------- what happens
    def rang(self) -> Response:
        """The line is called."""
        with self.context.database.begin() as db:
            return as_twiml(self._rang(db))

    def _rang(self, db: Connection) -> str:
        fields = form()
        return exchange.rang(
            self.context, db, sid=fields["CallSid"], from_=fields.get("From", ""),
            to=fields.get("To", ""), forwarded_from=fields.get("ForwardedFrom", ""),
        )  # fmt: skip

    def pressed(self) -> Response:
        """The caller typed something, or only `#`."""
        keys = value("Digits")
        return self.answer(Pressed(keys) if keys else Silent())

    def silent(self) -> Response:
        return self.answer(Silent())

    def recorded(self) -> Response:
        """The message is over. Twilio: Record, `RecordingDuration` in seconds."""
        with self.context.database.begin() as db:
            seconds = number("RecordingDuration")
            heard = self._answer(db, Recorded(seconds))
            recording = keeping.recording_sid(value("RecordingSid"), value("RecordingUrl"))
            if recording:
                keeping.keep(self.context, db, form()["CallSid"], recording, seconds)
            return as_twiml(heard)

    def dialled(self) -> Response:
        """A colleague's phone has stopped ringing. `completed` alone does not mean that they talked."""
        left = form().get("CallStatus") in FINAL
        with self.context.database.begin() as db:
            accepted = calls.accepted(db, value("DialCallSid"))
            talked = accepted and value("DialBridged") != "false"
            return as_twiml(self._answer(db, DialEnded(talked, caller_left=left)))

    def status(self) -> Response:
        """The call is over: the only sure notice of a caller who hangs up while being spoken to."""
        if form().get("CallStatus") in FINAL:
            with self.context.database.begin() as db:
                exchange.hung_up(self.context, db, form()["CallSid"])
        return nothing()

    # ---------------------------------------------------------------- the answer
    def answer(self, event: Event) -> Response:
        with self.context.database.begin() as db:
            return as_twiml(self._answer(db, event))

    def _answer(self, db: Connection, event: Event) -> str:
        answer = exchange.happened(self.context, db, form()["CallSid"], number("n"), event)
        # A call we do not know, its first request having been lost: it is greeted now.
        return self._rang(db) if answer is None else answer

    # ---------------------------------------------------------------- trouble
    def kept(self, view: Callable[[], Response]) -> Callable[[], Response]:
        """Whatever fails, the caller stays: one more try, then a message. Nobody hears "application error"."""

        def guarded() -> Response:
            try:
                return view()
            except Exception:
                log.exception("voice request failed", path=request.path, call=form().get("CallSid"))
                return self._again() if "again" not in request.args else self._trouble()

        return guarded

    def _again(self) -> Response:
        """Twilio comes back to the same address, with what it brought this time."""
        brought = {name: form()[name] for name in CARRIED if form().get(name)}
        url = f"{self.context.settings.public_url}{request.path}?" + urlencode(
            {**request.args, **brought, "again": "1"}
        )
        return as_twiml(self._writer.redirect(url))

    def stumbled(self) -> Response:
        """Twilio could not use an answer of ours: the last question is asked again, once."""
        log.error("Twilio fell back", error=form().get("ErrorCode"), url=form().get("ErrorUrl"))
        with self.context.database.begin() as db:
            standing = calls.load(db, form()["CallSid"])
            if standing is None:
                return as_twiml(self._rang(db))
            first_time = calls.stumble(db, form()["CallSid"]) == 1
            return as_twiml(standing.answer) if first_time else self._trouble()

    def _trouble(self) -> Response:
        """Nothing works but speech: a message, found again by its recording's callback."""
        return as_twiml(replace(self._writer, after_message="thanks").document((TakeMessage(prompts.TROUBLE),)))

    def thanks(self) -> Response:
        """The message left in trouble gets its ticket, if the trouble is over."""
        fields = form()
        recording = keeping.recording_sid(fields.get("RecordingSid", ""), fields.get("RecordingUrl", ""))
        try:
            with self.context.database.begin() as db:
                if calls.load(db, fields["CallSid"]) is None:
                    self._rang(db)
                if recording:
                    keeping.keep(self.context, db, fields["CallSid"], recording, number("RecordingDuration"))
        except Exception:
            log.exception("message without a ticket for now", call=fields.get("CallSid"), recording=recording)
        said = prompts.joined(prompts.KEPT, prompts.GOODBYE)
        return as_twiml(self._writer.document((Say(said), HangUp())))
