"""A wall-clock time that somebody typed, as the instant it means."""

from datetime import datetime
from zoneinfo import ZoneInfo

from directory import local_time


def meant(typed: datetime, zone: str) -> tuple[datetime, str]:
    """The UTC instant of a naive time, and what to say of it on the two nights when the clock is changed."""
    found = local_time.instant(typed, zone)
    shown = local_time.shown(found, zone)
    if shown != typed:
        return found, f"{typed:%d/%m/%Y %H:%M} n'existe pas, l'horloge avance cette nuit-là : {shown:%H:%M} est pris."
    second = local_time.instant(typed, zone, last=True)
    if second != found:
        spelled = second.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
        return found, (
            f"{typed:%d/%m/%Y %H:%M} a lieu deux fois, l'horloge recule cette nuit-là : la première est prise"
            f" (pour la seconde : {spelled})."
        )
    return found, ""
