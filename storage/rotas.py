"""Who is on call over a range of time: what has been by the directory of its time, what comes by the newest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from oncall.rotas import Rota, Segment, resolve
from storage import versions
from storage.versions import Shelf

Layers = dict[str, list[Segment]]


def resolved(db: Connection, shelf: Shelf, rota: Rota, start: datetime, end: datetime) -> Layers:
    """Layer by layer, in [start, end): no hole, no overlap. Raises versions.NoDirectory."""
    layers: Layers = {layer.name: [] for layer in rota.layers}
    for version, starts, until in versions.in_force(db, start, end):
        book = shelf.book(db, version)
        then = book.rota(rota.code) or Rota(code=rota.code)
        for name, found in layers.items():
            found += resolve(then, name, starts, until, book.directory.engineers)
    return {name: _joined(found) for name, found in layers.items()}


def _joined(found: Sequence[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in found:
        if joined and joined[-1].like(segment):
            joined[-1] = replace(joined[-1], until=segment.until)
        else:
            joined.append(segment)
    return joined
