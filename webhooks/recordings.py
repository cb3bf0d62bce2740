"""What Twilio says of a recording once it is ready, or missing."""

from flask import Blueprint

from webhooks import keeping, trouble
from webhooks.door import METHODS, Context, form, lock

MISSING = ("absent", "failed")


def blueprint(context: Context) -> Blueprint:
    routes = Blueprint("recordings", __name__)
    lock(routes, context.settings)

    @trouble.noted
    def recording() -> None:
        """Twilio: recordingStatusCallback. It brings no From nor To: joined on CallSid."""
        absent = form().get("RecordingStatus") in MISSING
        with context.database.begin() as db:
            keeping.keep(context, db, form().get("CallSid", ""), absent=absent)

    routes.add_url_rule("/recording", "recording", recording, methods=METHODS)
    return routes
