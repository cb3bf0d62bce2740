"""Who is on call over a range of time: what has been by the directory of its time, what comes by the newest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from oncall.rotas import Rota, Segment, resolve
from storage.directory import versions
from storage.directory.versions import DirectoryCache

Layers = dict[str, list[Segment]]


def resolved(db: Connection, shelf: DirectoryCache, rota: Rota, start: datetime, end: datetime) -> Layers:
    """Layer by layer, in [start, end): no hole, no overlap. Raises versions.NoDirectory."""
    layers: Layers = {layer.name: [] for layer in rota.layers}
    for version, starts, until in versions.in_force(db, start, end):
        book = shelf.past(db, version)
        then = book.rota(rota.code) or Rota(code=rota.code)
        for name, found in layers.items():
            found += resolve(then, name, starts, until, book.directory.engineers)
    return {name: _joined(found) for name, found in layers.items()}


def all_resolved(db: Connection, shelf: DirectoryCache, start: datetime, end: datetime) -> dict[str, Layers]:
    """Rota by rota, those that are gone by now too, as long as they were there. Raises versions.NoDirectory."""
    found: dict[str, Layers] = {}
    for version, starts, until in versions.in_force(db, start, end):
        directory = shelf.past(db, version).directory
        for rota in directory.rotas:
            layers = found.setdefault(rota.code, {})
            for layer in rota.layers:
                layers.setdefault(layer.name, []).extend(resolve(rota, layer.name, starts, until, directory.engineers))
    return {code: {name: _joined(pieces) for name, pieces in layers.items()} for code, layers in found.items()}


def _joined(found: Sequence[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in found:
        if joined and joined[-1].like(segment):
            joined[-1] = replace(joined[-1], until=segment.until)
        else:
            joined.append(segment)
    return joined
