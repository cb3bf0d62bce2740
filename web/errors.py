"""What people read when something is wrong: one sentence, and nothing of how we are made."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, TimeoutError
from werkzeug.exceptions import HTTPException

from storage.directory.versions import NoDirectory
from translatable import Message
from web.access import is_for_people
from web.api.problems import PREFIX, problem
from web.languages import translated

log = structlog.get_logger()
BUSY = "La base de données ne répond pas : réessayez dans un instant."
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
NEXT = {
    400: "Revenez à la page d'avant, rechargez-la, puis recommencez.",
    403: "Un autre compte y a peut-être droit ; sinon, demandez à un administrateur.",
    404: "L'adresse est peut-être incomplète, ou ce qu'elle montrait n'est plus là.",
    405: "Revenez à la page d'avant, et passez par ses boutons.",
    413: "Revenez à la page d'avant, et envoyez moins de fichiers, ou de plus petits.",
    500: "Ce que vous veniez de demander n'est peut-être pas fait : regardez avant de recommencer.",
}


UNAVAILABLE = 503
# BEGIN is said to the driver itself (storage.database).
UNREACHED = (DBAPIError, TimeoutError, sqlite3.OperationalError)
OURS = (DataError, IntegrityError, ProgrammingError)  # of which trying again cures nothing


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NoDirectory, _without_directory)
    app.register_error_handler(Exception, _failed)


def said(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def told(status: int, text: str, leads_to: str = "", again: Sequence[tuple[str, str]] = ()) -> Response:
    """To a program as a problem, to a browser as a page, else as a sentence. `leads_to`: the page that mends it.

    `again`: what was typed, to be sent once more."""
    if request.path.startswith(PREFIX):
        return problem(status, text)
    if is_for_people(request.endpoint) and request.accept_mimetypes.best_match(PAGES) == PAGES[0]:
        with suppress(Exception):  # whatever has failed may fail here, too
            shown = {"status": status, "text": translated(text), "leads_to": leads_to, "again": again}
            after = "" if leads_to or again else translated(NEXT.get(status, ""))
            return make_response(render_template("errors/said.html", after=after, **shown), status)
    return said(status, text)


def _refused(fault: HTTPException) -> Response:
    status = fault.code or 500
    answer = told(status, SAID.get(status) or Message(UNSERVED, status=status))
    for name, value in fault.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value  # Allow, Retry-After
    return answer


def _without_directory(_: NoDirectory) -> Response:
    imports = getattr(current_user, "keeps_the_whole", False)
    return told(503, NO_DIRECTORY, url_for("console.import_directory") if imports else "")


def _failed(fault: Exception) -> Response:
    log.error("request failed", exc_info=fault)
    if not isinstance(fault, UNREACHED) or isinstance(fault, OURS):
        return told(500, TROUBLE)
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined] # who it is, nobody can say
    answer = told(UNAVAILABLE, BUSY, again=_typed())
    answer.headers["Retry-After"] = "5"
    return answer


def _typed() -> Sequence[tuple[str, str]]:
    """What a form of the console or the portal said, to be sent once more; none of what signs somebody in."""
    if request.method != "POST" or not (request.endpoint or "").startswith(("console.", "portal.")):
        return ()
    return list(request.form.items(multi=True))
