"""SMS: what becomes of ours, and those that people send."""

import structlog
from flask import Blueprint, Response, request

from storage import delivery
from telephony import twiml
from webhooks import trouble
from webhooks.door import METHODS, Context, as_twiml, form, lock

log = structlog.get_logger()


def blueprint(context: Context) -> Blueprint:
    routes = Blueprint("texts", __name__)
    lock(routes, context.settings)

    @routes.route("/sms", methods=METHODS)
    def arrived() -> Response:
        """An SMS to one of our numbers; nobody is answered yet."""
        log.info("sms received", sender=form().get("From", ""))
        return as_twiml(twiml.EMPTY)

    @trouble.noted
    def status() -> None:
        """Where an SMS of ours has got to. Twilio: MessageStatus, in any order."""
        fields = form()
        with context.database.begin() as db:
            delivery.progress(
                db,
                subject=request.args.get("for", ""),
                sid=fields.get("MessageSid", ""),
                status=fields.get("MessageStatus", ""),
                error=fields.get("ErrorCode", ""),
            )

    routes.add_url_rule("/sms/status", "status", status, methods=METHODS)
    return routes
