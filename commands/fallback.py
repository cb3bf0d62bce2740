"""Static TwiML documents to host away from our server: when that is down, the caller still reaches somebody.

Two of them: Twilio asks for a document after each message, and the first one would ring and record anew."""

from xml.sax.saxutils import escape, quoteattr

import click

from commands.terminal import output, resources
from directory.model import DirectoryData
from ivr import prompts
from storage.directory.versions import DirectoryCache
from telephony.twiml import Voice, document, say

RING = 20  # seconds
GOODBYE = "au-revoir.xml"  # beside the first document, unless an address is given
BEEP = (
    "Après le bip, dites votre nom, vos coordonnées et le problème. "
    "Votre message est enregistré. Raccrochez quand vous avez fini, ou tapez dièse."
)
NOBODY = "Si personne ne vous a répondu, laissez un message."
HOSTED = (
    "Hébergez aussi le second document (astreinte fallback-twiml --last), qui répond après le message : à côté du "
    f"premier sous le nom {GOODBYE}, ou ailleurs, en donnant son adresse au premier avec --goodbye."
)


def show(number: str | None, goodbye: str | None) -> None:
    output.document(fallback(_directory(), number, goodbye or GOODBYE))
    if goodbye is None:
        click.echo(HOSTED, err=True)


def show_last() -> None:
    output.document(last(_directory()))


def _directory() -> DirectoryData:
    with resources.reading() as db:
        return DirectoryCache().newest(db).directory


def fallback(directory: DirectoryData, number: str | None, goodbye: str = GOODBYE) -> str:
    """Says who we are, rings a last number if one is given, then records; found again by reconciliation."""
    organisation, voice = directory.organisation, _voice(directory)
    sorry = f"Bonjour, {organisation.name}. Notre service téléphonique est momentanément perturbé."
    rung = number or next((p for c in directory.escalation_contacts for p in c.phones), "")
    rings = (f'<Dial timeout="{RING}"><Number>{escape(rung)}</Number></Dial>', say(NOBODY, voice)) if rung else ()
    return document(
        (
            say(sorry, voice),
            *rings,
            say(BEEP, voice),
            # GET: whoever hosts a file answers nothing else.
            f'<Record action={quoteattr(goodbye)} method="GET" maxLength="300" timeout="10" finishOnKey="#"'
            ' playBeep="true"/>',
            *_goodbye(voice),  # a silent recording may fall through
        )
    )


def last(directory: DirectoryData) -> str:
    """After the message: thanks, and the end."""
    return document(_goodbye(_voice(directory)))


def _goodbye(voice: Voice) -> tuple[str, ...]:
    return say(f"{prompts.KEPT} {prompts.GOODBYE}", voice), "<Hangup/>"


def _voice(directory: DirectoryData) -> Voice:
    return Voice(directory.organisation.language, directory.organisation.voice)
