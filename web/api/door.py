"""How a request of the API is judged before anything is done: whose token, which scope, which values."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response, request
from jsonschema import Draft202012Validator
from sqlalchemy import Connection

from clock import YEARS
from directory.index import Directory
from storage.accounts import api_tokens
from storage.accounts.api_tokens import Bearer, Scope
from web.api.problems import Refused
from web.api.shapes import Shape
from web.outside import Outside

LARGEST = 500_000  # bytes of a body: more than all its fields at their longest
SHOWN_AT_MOST = 20  # faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request that may be answered, in its transaction."""

    db: Connection
    book: Directory
    bearer: Bearer
    now: datetime
    query: Mapping[str, Any]
    body: Any


Answer = tuple[Any, HTTPStatus, Mapping[str, str]]
Act = Callable[..., Answer]


class Door:
    def __init__(self, outside: Outside):
        self.outside = outside

    def opens(
        self, scope: Scope, act: Act, *, query: Mapping[str, Shape], body: Shape | None
    ) -> Callable[..., Response]:
        """The view of an operation; raises Refused before it is done."""

        def view(**path: str) -> Response:
            now, database = self.outside.clock(), self.outside.database
            with database.read() as db:  # nobody without a token learns anything, nor holds a lock
                _bearer(db, scope, now)
            asked, said = _query(query), _body(body) if body else None
            with database.begin() if body else database.read() as db:
                bearer = _bearer(db, scope, now)
                book = self.outside.shelf.newest(db)
                asking = Asking(db=db, book=book, bearer=bearer, now=now, query=asked, body=said)
                told, status, headers = act(asking, **path)
            return answer(told, status, headers)

        return view


def _bearer(db: Connection, scope: Scope, now: datetime) -> Bearer:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = api_tokens.bearer(db, secret.strip(), now) if scheme.lower() == "bearer" else None
    if found is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "On attend un jeton en cours de validité : Authorization: Bearer ast_…")
    if scope not in found.scopes:
        raise Refused(HTTPStatus.FORBIDDEN, f"Ce jeton n'a pas le droit « {scope} ».")
    return found


def _query(shapes: Mapping[str, Shape]) -> dict[str, Any]:
    """Values as their shapes want them; what is not asked for is refused, for it would be ignored."""
    faults: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for name, written in request.args.items(multi=True):
        if name not in shapes or name in values:
            faults.append((name, "ce paramètre n'existe pas" if name not in shapes else "donné deux fois"))
            continue
        value = int(written) if shapes[name]["type"] == "integer" and _is_number(written) else written
        faults += [(name, said) for _, said in _faults(shapes[name], value)]
        values[name] = value.replace("\x00", "") if isinstance(value, str) else value
    if faults:
        raise Refused(HTTPStatus.BAD_REQUEST, "Des paramètres sont refusés.", faults)
    for name, shape in shapes.items():
        if shape.get("format") == "date-time" and name in values:
            values[name] = _instant(name, values[name])
    return values


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 10


def _instant(name: str, written: str) -> datetime:
    """One that can be reckoned with: what lies before or after all shifts is as good as their first or last moment."""
    try:
        instant = datetime.fromisoformat(written.upper().replace(":60", ":59"))  # RFC 3339 knows leap seconds
        if instant.tzinfo is None:
            raise ValueError(written)
    except ValueError:
        fault = (name, "on attend un instant, avec son fuseau")
        raise Refused(HTTPStatus.BAD_REQUEST, "Un paramètre est refusé.", [fault]) from None
    year = min(max(instant.year, YEARS[0]), YEARS[-1])
    return (instant if year == instant.year else datetime(year, 1, 1, tzinfo=UTC)).astimezone(UTC)


def _body(shape: Shape) -> Any:
    if request.mimetype != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "On attend du JSON : Content-Type: application/json.")
    if (request.content_length or 0) > LARGEST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Au plus {LARGEST} octets.")
    try:
        said = json.loads(request.get_data())
        kept = _kept(said)
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "Le corps n'est pas du JSON.") from None
    if faults := _faults(shape, said):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Des valeurs sont refusées.", faults)
    return kept


def _kept(value: Any) -> Any:
    """Without NUL, which means nothing and no database keeps. Raises ValueError for halves of characters."""
    match value:
        case str():
            return value.replace("\x00", "").encode().decode()
        case list():
            return [_kept(each) for each in value]
        case dict():
            return {_kept(name): _kept(each) for name, each in value.items()}
        case _:
            return value


def _faults(shape: Shape, value: Any) -> list[tuple[str, str]]:
    """Where, and what: by the very shapes that are published."""
    found = _validator(json.dumps(shape, sort_keys=True)).iter_errors(value)
    told = [
        ("/".join(map(str, fault.path)) or "corps", _said(fault.validator, fault.validator_value)) for fault in found
    ]
    return sorted(told)[:SHOWN_AT_MOST]


SAID: dict[str, str] = {
    "type": "on attend {}",
    "required": "il manque un de {}",
    "additionalProperties": "un champ n'existe pas ici",
    "enum": "on attend une valeur parmi {}",
    "maxLength": "{} caractères au plus",
    "minLength": "{} caractères au moins",
    "maxItems": "{} éléments au plus",
    "minimum": "{} au moins",
    "maximum": "{} au plus",
    "pattern": "la forme n'est pas la bonne",
}


def _said(rule: str, value: object) -> str:
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return SAID.get(rule, "valeur refusée").format(shown)


@cache
def _validator(shape: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(shape))


def answer(told: Any, status: HTTPStatus, headers: Mapping[str, str]) -> Response:
    written = Response(json.dumps(told, ensure_ascii=False), status, content_type="application/json")
    written.headers.update({"Cache-Control": "no-store", **headers})
    return written
