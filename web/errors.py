"""What people read when something is wrong: one sentence, and nothing of how we are made."""

from contextlib import suppress

import structlog
from flask import Flask, Response, make_response, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from storage.versions import NoDirectory
from telephony import twiml
from tickets.sentences import Sentence
from web.access import is_for_people
from web.api.problems import PREFIX, problem
from web.languages import translated

log = structlog.get_logger()
TROUBLE = "Incident technique : réessayez dans un instant."
AWAY = "Ce n'est pas disponible en ce moment : réessayez dans quelques minutes."
PAGES = ("text/html", "text/plain")
SAID = {
    400: "La demande est incompréhensible.",
    403: "Cette page n'est pas pour votre compte.",
    404: "Cette page n'existe pas.",
    405: "Cette adresse ne se lit pas de cette façon.",
    413: "La demande est trop grosse.",
    500: TROUBLE,
    503: AWAY,
}
UNSERVED = "La demande ne peut pas être servie (%(status)s)."
NO_DIRECTORY = "Il n'y a pas encore d'annuaire : un administrateur l'importe d'abord."
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NoDirectory, _without_directory)
    app.register_error_handler(Exception, _failed)
    app.after_request(_guarded)


def said(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def told(status: int, text: str, leads_to: str = "") -> Response:
    """To a program as a problem, to a browser as a page, else as a sentence. `leads_to`: the page that mends it."""
    if request.path.startswith(PREFIX):
        return problem(status, text)
    if is_for_people(request.endpoint) and request.accept_mimetypes.best_match(PAGES) == PAGES[0]:
        with suppress(Exception):  # whatever has failed may fail here, too
            return make_response(
                render_template("errors/said.html", status=status, text=translated(text), leads_to=leads_to), status
            )
    return said(status, text)


def _refused(fault: HTTPException) -> Response:
    status = fault.code or 500
    answer = told(status, SAID.get(status) or Sentence(UNSERVED, status=status))
    for name, value in fault.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value  # Allow, Retry-After
    return answer


def _without_directory(_: NoDirectory) -> Response:
    imports = getattr(current_user, "keeps_the_whole", False)
    return told(503, NO_DIRECTORY, url_for("console.import_directory") if imports else "")


def _failed(fault: Exception) -> Response:
    log.error("request failed", exc_info=fault)
    return told(500, TROUBLE)


def _guarded(answer: Response) -> Response:
    if answer.content_type != twiml.CONTENT_TYPE:  # which Twilio reads, and no browser
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
    return answer
