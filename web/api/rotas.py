"""Who is on call, and the shifts as published, over the API."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from directory.hours import Open
from directory.model import Entity
from oncall import coverage
from oncall.rotas import REACH
from storage.listing import iso
from storage.models import ShiftRow
from storage.rotas import shifts
from web.api.door import Answer, Asking
from web.api.problems import Refused
from web.api.shapes import INSTANT, Shape

SPAN: dict[str, Shape] = {
    "from": INSTANT | {"description": "Sinon maintenant."},
    "until": INSTANT | {"description": "Sinon quatre semaines plus tard."},
}
USUAL = timedelta(weeks=4)


def on_call(asking: Asking) -> Answer:
    """Entity by entity, now: open or not, and who would be woken, layer by layer."""
    return [_entity(asking, entity) for entity in asking.book.directory.entities], HTTPStatus.OK, {}


def _entity(asking: Asking, entity: Entity) -> dict[str, Any]:
    book, now = asking.book, asking.now
    judged = book.judge(book.line(""), entity, now)
    return {
        "entity": entity.code,
        "open": isinstance(judged, Open),
        "until": iso(judged.until if isinstance(judged, Open) else judged.reopens),
        "rota": entity.rota or None,
        "layers": [
            {
                "layer": name,
                "engineers": list(segment.engineers),
                "reason": segment.why,
                "until": iso(segment.until) if segment.until < now + REACH else None,
            }
            for name, segment in coverage.layers(book, entity, now)
        ],
    }


def listed(asking: Asking) -> Answer:
    return [
        {"code": rota.code, "timezone": rota.timezone, "layers": [layer.name for layer in rota.layers]}
        for rota in asking.book.directory.rotas
    ], HTTPStatus.OK, {}  # fmt: skip


def shifts_of(asking: Asking, rota: str) -> Answer:
    """As published: what was cancelled is marked, not left out."""
    if asking.book.rota(rota) is None:
        raise Refused(HTTPStatus.NOT_FOUND, f"Le planning « {rota} » n'existe pas.")
    starts = asking.query.get("from", asking.now)
    until = asking.query.get("until", starts + USUAL)
    return [
        {
            "uid": shift.uid, "layer": shift.layer, "engineer": shift.engineer, "from": iso(shift.starts),
            "until": iso(shift.until), "cancelled": shift.cancelled_at is not None,
            "published_at": iso(shift.published_at),
        }
        for shift in shifts.listed(asking.db, starts, until, ShiftRow.rota == rota)
    ], HTTPStatus.OK, {}  # fmt: skip
