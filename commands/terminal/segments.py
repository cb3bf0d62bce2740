"""Who is on call from when to when, as a line of a table or as JSON."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from directory.index import Directory
from notifications.labels import reason
from oncall.coverage import is_gap, name
from oncall.coverage_checks import local
from oncall.reachability import is_reachable
from oncall.rotas import Segment
from storage.listing import iso

Json = dict[str, Any]
NOBODY = "PERSONNE"


def line(book: Directory, segment: Segment, zone: ZoneInfo) -> str:
    """« lundi 14/09 08:30 → lundi 21/09 08:30  Ingénieur 1  (planning) »; a gap stands out."""
    starts, until = (local(at, zone).rjust(len("mercredi 14/09 08:30")) for at in (segment.starts, segment.until))
    mark = "!!" if is_gap(book, segment) else "  "
    return f"  {mark} {starts} → {until}  {people(book, segment)}  ({reason(book, segment)})"


def people(book: Directory, segment: Segment) -> str:
    if not segment.engineers:
        return NOBODY if is_gap(book, segment) else "—"
    return ", ".join(_named(book, code) for code in segment.engineers)


def as_json(book: Directory, segment: Segment) -> Json:
    return {
        "from": iso(segment.starts),
        "until": iso(segment.until),
        "engineers": [{"engineer": code, "why": why} for code, why in segment.reasons],
        "why": segment.why,
        "instead_of": segment.instead_of or None,
        "gap": is_gap(book, segment),
    }


def day(at: datetime, zone: ZoneInfo) -> str:
    """« lundi 14/09/2026 »."""
    return f"{local(at, zone)[:-6]}/{at.astimezone(zone):%Y}"


def _named(book: Directory, code: str) -> str:
    engineer = book.engineer(code)
    return name(book, code) if is_reachable(engineer) else f"{name(book, code)} (sans téléphone)"
