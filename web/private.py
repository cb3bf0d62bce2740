"""What every answer says of who may keep it and what it may load: the most cautious of it, unless it is a file of ours.

Whatever a route forgets to say is said here; only what lies in the wheel is the same for everybody, and may be kept."""

from flask import Flask, Response, g, request

from telephony import twiml

FILES = frozenset({"looks.static", "bootstrap.static", "security.static"})
KEPT_BY_NOBODY = "private, no-store"
PAGE = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
WITHOUT_SCRIPTS = (  # of a page that asked for no nonce: that of a link
    "default-src 'none'; style-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
NO_PAGE = "default-src 'none'; media-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",  # the address itself may be a permission
}


def register(app: Flask) -> None:
    """Before all others, whose words it hears last."""
    app.after_request(_guarded)


def _guarded(answer: Response) -> Response:
    if request.endpoint in FILES:
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        return answer
    answer.headers["Cache-Control"] = KEPT_BY_NOBODY
    if answer.content_type != twiml.CONTENT_TYPE:  # which Twilio reads, and no browser
        answer.vary.update(("Cookie", "Accept-Language"))
        answer.headers.setdefault("Content-Security-Policy", _policy(answer))
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
    return answer


def _policy(answer: Response) -> str:
    if answer.mimetype != "text/html":
        return NO_PAGE
    return PAGE.format(nonce=g.nonce) if "nonce" in g else WITHOUT_SCRIPTS
