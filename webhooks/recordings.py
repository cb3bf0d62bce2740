"""What Twilio says of a recording once it is ready, or missing."""

from flask import Blueprint, Response

from storage import voicemails
from webhooks import keeping
from webhooks.door import Context, form, lock, nothing, number


def blueprint(context: Context) -> Blueprint:
    routes = Blueprint("recordings", __name__)
    lock(routes, context.settings)

    @routes.post("/recording")
    def recording() -> Response:
        """Twilio: recordingStatusCallback. It brings no From nor To: joined on CallSid."""
        fields = form()
        sid = keeping.recording_sid(fields.get("RecordingSid", ""), fields.get("RecordingUrl", ""))
        if sid:
            with context.database.begin() as db:
                if fields.get("RecordingStatus") in ("absent", "failed"):
                    voicemails.declare_absent(db, sid)
                else:
                    keeping.keep(context, db, fields["CallSid"], sid, number("RecordingDuration"))
        return nothing()

    return routes
