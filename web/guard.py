"""Before every page of people: who is asking, may they, and when something changes, did they mean it?"""

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as Answer

from web.access import Door, who_may

log = structlog.get_logger()
READS = ("GET", "HEAD", "OPTIONS")


def register(app: Flask) -> None:
    csrf = CSRFProtect(app)  # checks nothing by itself: the routes of Twilio and of links have no session

    def judge() -> Answer | None:
        """A refusal; none lets the request through. What is not in the table is refused."""
        who = who_may(request.endpoint)
        if isinstance(who, Door):
            return None
        if "\x00" in request.path:
            abort(HTTPStatus.NOT_FOUND)  # no database keeps one, so nothing is called that
        if who is None:
            log.error("a route that nobody may use", endpoint=request.endpoint)
            abort(HTTPStatus.FORBIDDEN)
        if not current_user.is_authenticated:
            wanted = request.full_path.rstrip("?") if request.method in READS else None
            return redirect(url_for("security.login", next=wanted))
        if not current_user.held & set(who):
            abort(HTTPStatus.FORBIDDEN)
        if request.method not in READS:
            csrf.protect()
        return None

    app.before_request(judge)
    app.after_request(_guarded)
    app.context_processor(lambda: {"csp_nonce": nonce})


def nonce() -> str:
    """Of this answer's own scripts and styles."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _guarded(answer: Response) -> Response:
    """Where somebody has signed in, forms say where they come from, which is looked at; no address is a permission."""
    if not isinstance(who_may(request.endpoint), Door):
        answer.headers["Referrer-Policy"] = "same-origin"
    return answer
