"""Getting the next document of a call: its address, then the fallback, then the end of the call."""

from urllib.parse import urljoin

from simulator.happenings import Goto, Inline
from simulator.legs import Leg
from simulator.records import Notification
from simulator.twiml import Document, TwimlRefused, parse, read

APPLICATION_ERROR = "An application error has occurred. Goodbye."
MAX_TWIML_PARAMETER = 4000


class ApplicationError(Exception):
    """Neither the address nor the fallback gave a document: the caller hears so and the call ends."""


class NotPlayed(Exception):
    """A sound that is not to be had: Twilio gives the document up."""

    def __init__(self, code: int, url: str) -> None:
        super().__init__(url)
        self.code, self.url = code, url


def fetch(leg: Leg, goto: Goto | Inline) -> Document:
    """The document to follow next."""
    if isinstance(goto, Inline):
        leg.url = ""
        return _parsed_inline(leg, goto.twiml)
    url = urljoin(leg.url, goto.url)
    if not url.startswith(("http://", "https://")):
        leg.world.complain(f"11100 {goto.url!r}: a relative address without a document it is relative to")
        return _fallback(leg, 11100, goto.url, may_use=True)
    method = "GET" if goto.method == "GET" else "POST"
    reply = leg.world.webhooks.send(method, url, leg.world.voice_params(leg.call) | goto.extra)
    leg.url = reply.url
    may_use = not goto.is_mid_call or leg.world.faults.fallback_in_mid_call
    if reply.error:
        return _fallback(leg, reply.error, url, may_use=may_use)
    try:
        return _told(leg, read(reply.answer))
    except TwimlRefused as refused:
        leg.world.complain(f"{url}: {refused}")
        return _fallback(leg, refused.code, url, may_use=may_use)


def fetch_unheard(leg: Leg, goto: Goto) -> None:
    """The action request after a hang-up: made, and whatever it answers is heard by nobody."""
    url = urljoin(leg.url, goto.url)
    reply = leg.world.webhooks.send(goto.method, url, leg.world.voice_params(leg.call) | goto.extra)
    if reply.error:
        return
    try:
        _told(leg, read(reply.answer))
    except TwimlRefused as refused:
        leg.world.complain(f"{url}: {refused}")


def instead(leg: Leg, sound: NotPlayed) -> Document:
    """What is followed when a sound could not be played."""
    return _fallback(leg, sound.code, sound.url, may_use=leg.world.faults.fallback_in_mid_call)


def _parsed_inline(leg: Leg, twiml: str) -> Document:
    try:
        return _told(leg, parse(twiml.encode()))
    except TwimlRefused as refused:
        leg.world.complain(f"Twiml parameter: {refused}")
        return _fallback(leg, refused.code, "", may_use=True)


def _told(leg: Leg, document: Document) -> Document:
    for warning in document.warnings:
        leg.world.complain(f"{leg.url or 'Twiml parameter'}: {warning}")
    return document


def _fallback(leg: Leg, code: int, failed: str, *, may_use: bool) -> Document:
    _keep_error(leg, code, failed)
    url = leg.call.fallback_url
    if not url or not may_use or leg.fallback_at == leg.questions:
        raise ApplicationError(failed)
    leg.fallback_at = leg.questions  # a fallback that leads straight back to a fault must end somewhere
    leg.note("network", f"[{failed} a échoué ({code}) : adresse de secours]")
    extra = {"ErrorCode": str(code), "ErrorUrl": failed}
    reply = leg.world.webhooks.send(leg.call.fallback_method, url, leg.world.voice_params(leg.call) | extra)
    leg.url = reply.url
    if reply.error:
        _keep_error(leg, reply.error, url)
        raise ApplicationError(failed)
    try:
        return _told(leg, read(reply.answer))
    except TwimlRefused as refused:
        leg.world.complain(f"{url}: {refused}")
        _keep_error(leg, refused.code, url)
        raise ApplicationError(failed) from refused


def _keep_error(leg: Leg, code: int, url: str) -> None:
    world = leg.world
    world.notifications.append(Notification(world.sid("NO"), leg.call.sid, code, url, "POST", world.clock()))
