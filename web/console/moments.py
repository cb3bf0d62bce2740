"""A date and a time of day, as two fields of a form give them, and begin with them."""

from collections.abc import Mapping
from datetime import datetime

from directory.local_time import instant, is_skipped
from oncall.rota_proposals import Unwanted
from oncall.rotas import Rota
from translatable import Message
from web.params import wall_clock

SKIPPED = Message("Cette heure n'existe pas cette nuit-là : les horloges avancent d'une heure. Donnez-en une autre.")


def moment(told: Mapping[str, str], name: str, rota: Rota) -> datetime | None:
    """By the rota's clock; none when the date was left empty. Raises Unwanted."""
    day, clock = told.get(f"{name}_day", ""), told.get(f"{name}_time", "") or "00:00"
    if not day:
        return None
    wall = wall_clock(day, clock)
    if wall is None:
        raise Unwanted("La date ou l'heure ne se lit pas : 2026-12-24, 18:30.")
    if is_skipped(wall, rota.timezone):
        raise Unwanted(SKIPPED)
    return instant(wall, rota.timezone)


def asked(starts: datetime, until: datetime, now: datetime) -> dict[str, str]:
    """What a form that changes a piece of a rota begins with: the rest of it; both local."""
    edges = {"until": until} if starts <= now else {"start": starts, "until": until}
    days = {f"{edge}_day": at.date().isoformat() for edge, at in edges.items()}
    return days | {f"{edge}_time": f"{at:%H:%M}" for edge, at in edges.items()} | {"look": "1"}
