"""SMS: what becomes of ours, and those that people send."""

import structlog
from flask import Blueprint, Response, request

from storage.paging import attempts, delivery, pages, sms_arrival
from telephony import twiml
from webhooks import replies, trouble
from webhooks.door import METHODS, Context, as_twiml, form, lock, value

log = structlog.get_logger()


def blueprint(context: Context) -> Blueprint:
    routes = Blueprint("texts", __name__)
    lock(routes, context.settings)

    @routes.route("/sms", methods=METHODS)
    def arrived() -> Response:
        """An SMS to one of our numbers; engineers are answered. Twilio: From, Body, MessageSid."""
        sender = form().get("From", "")
        log.info("sms received", sender=sender)
        try:
            answer = replies.answer(context, value("MessageSid"), sender, form().get("Body", ""))
        except Exception:
            log.exception("sms not understood", message=value("MessageSid"))
            answer = replies.TROUBLE
        return as_twiml(twiml.message(answer) if answer else twiml.EMPTY)

    @trouble.noted
    def status() -> None:
        """Where an SMS of ours has got to. Twilio: MessageStatus, in any order."""
        subject, sid, state = request.args.get("for", ""), value("MessageSid"), value("MessageStatus")
        with context.database.begin() as db:
            if (attempt := delivery.key_of(subject, "attempt")) is not None:
                pages.lock_page_of(db, attempt)
                now = context.clock()
                attempts.progress(db, attempt, sid=sid, status=state, error=value("ErrorCode"), now=now)
            elif (message := delivery.key_of(subject, "message")) is not None:
                sms_arrival.progress(db, message, sid=sid, status=state, now=context.clock())

    routes.add_url_rule("/sms/status", "status", status, methods=METHODS)
    return routes
