"""Lengths of time and the pieces they are made of, as a person checks them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import translatable
from tickets.sla_clocks import Window
from translatable import LocalTime, Message


def spelled(length: timedelta) -> str:
    """« 1 h 30 », « 45 min », « 26 min 10 s », « 0 s »; hours are not counted as days."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours and not seconds:
        return f"{hours} h {minutes:02}" if minutes else f"{hours} h"
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{figure} {unit}" for figure, unit in parts if figure) or "0 s"


def instant(local: datetime) -> str:
    """« samedi 12/09/2026 à 22 h 04 »."""
    return f"{translatable.WEEKDAYS[local.weekday()]} {local:%d/%m/%Y} à {local:%-H} h {local:%M}{_season(local)}"


def explained(pieces: Iterable[Window], zone: ZoneInfo) -> tuple[Message, ...]:
    """« lundi 14/09 16 h 30 → 18 h 00 : 1 h 30 », one line a piece, by the clock of the zone."""
    return tuple(_piece(starts, until, zone) for starts, until in pieces)


def _piece(starts: datetime, until: datetime, zone: ZoneInfo) -> Message:
    first, last = starts.astimezone(zone), until.astimezone(zone)
    length = until.astimezone(UTC) - starts.astimezone(UTC)  # not on the wall clock
    ends = _hour(last) if first.date() == last.date() else _whole(last)
    return Message("%(starts)s → %(until)s : %(length)s", starts=_whole(first), until=ends, length=spelled(length))


def _whole(local: datetime) -> Message:
    weekday = Message(translatable.WEEKDAYS[local.weekday()])
    return Message(
        "%(weekday)s %(day)s %(hour)s", weekday=weekday, day=LocalTime(local, "%d/%m", "d MMM"), hour=_hour(local)
    )


def _hour(local: datetime) -> Message:
    """A time that the clock shows twice says which of the two it is."""
    shown = LocalTime(local, "%-H h %M min %S s", "HH:mm:ss") if local.second else LocalTime(local, "%-H h %M", "HH:mm")
    return Message("%(hour)s%(season)s", hour=shown, season=_season(local))


def _season(local: datetime) -> str:
    summer, winter = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    if not summer or not winter or summer <= winter:  # the usual case; in a gap, winter comes first
        return ""
    return Message(" (heure d'hiver)") if local.fold else Message(" (heure d'été)")
