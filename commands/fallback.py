"""A static TwiML document to host away from our server: when that is down, the caller still reaches somebody."""

from xml.sax.saxutils import escape

from commands import opening, writing
from ivr import prompts
from ivr.directory import Directory
from storage.versions import Shelf
from telephony.twiml import Voice, document, say

RING = 20  # seconds
BEEP = (
    "Après le bip, dites votre nom, vos coordonnées et le problème. "
    "Votre message est enregistré. Raccrochez quand vous avez fini."
)


def show(number: str | None) -> None:
    with opening.reading() as db:
        directory = Shelf().newest(db).directory
    writing.document(fallback(directory, number))


def fallback(directory: Directory, number: str | None) -> str:
    """Says who we are, rings a last number if one is given, then records; found again by reconciliation."""
    organisation = directory.organisation
    voice = Voice(organisation.language, organisation.voice)
    sorry = f"Bonjour, {organisation.name}. Notre service téléphonique est momentanément perturbé."
    last = number or next((p for c in directory.escalation_contacts for p in c.phones), "")
    rings = (f'<Dial timeout="{RING}"><Number>{escape(last)}</Number></Dial>',) if last else ()
    return document(
        (
            say(sorry, voice),
            *rings,
            say(BEEP, voice),
            # No key ends it: a static document has no other one to go on to, and would begin anew.
            '<Record maxLength="300" timeout="10" finishOnKey="" playBeep="true"/>',
            say(f"{prompts.KEPT} {prompts.GOODBYE}", voice),
            "<Hangup/>",
        )
    )
