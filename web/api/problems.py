"""Refusals of the API. RFC 9457: problem details, in French for people, with a type for programs."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response

PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"
TITLES: dict[int, str] = {
    400: "Demande incompréhensible",
    401: "Jeton manquant ou sans valeur",
    403: "Droit manquant",
    404: "Introuvable",
    405: "Méthode non prévue",
    409: "Contradiction",
    413: "Demande trop grosse",
    415: "Format inattendu",
    422: "Valeurs refusées",
    500: "Incident technique",
}


class Refused(Exception):
    """What was asked is not done; the detail says why."""

    def __init__(self, status: HTTPStatus, detail: str, faults: Sequence[tuple[str, str]] = ()):
        self.status, self.detail, self.faults = status, detail, faults
        super().__init__(detail)


def problem(status: int, detail: str, faults: Sequence[tuple[str, str]] = ()) -> Response:
    """`faults`: where in the request, and what is wrong there."""
    told: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
    }
    if faults:
        told["errors"] = [{"place": place, "detail": said} for place, said in faults]
    answer = Response(json.dumps(told, ensure_ascii=False), status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
