"""When a recording that was announced is given up: by Twilio's word on it, and by its age."""

from datetime import timedelta

# Twilio: Recording `status`; each of these is its last.
ENDED = {"absent": "aucun son", "failed": "aucun son", "deleted": "effacé chez Twilio"}
UNKNOWN_FOR = timedelta(minutes=10)  # a recording just made may not be shown yet
UNREADY_FOR = timedelta(hours=24)


def why(status: str, age: timedelta) -> str:
    """Why no sound will come any more; "" while it may. `status`: Twilio's, "" when it knows of no such recording."""
    if status in ENDED:
        return ENDED[status]
    if not status:
        return "inconnu de Twilio" if age > UNKNOWN_FOR else ""
    return "jamais prêt chez Twilio" if age > UNREADY_FOR else ""
