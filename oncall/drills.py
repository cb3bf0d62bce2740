"""The exercise of every week: when it was last due, and whom it wakes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from directory.local_time import instant, shown
from directory.roster import Drill, Engineer, Rota, Weekday
from directory.week import DAY, WEEK
from oncall.reachability import is_reachable
from oncall.rotas import Segment, resolve, who


def latest(drill: Drill, zone: str, now: datetime) -> datetime:
    """The last instant, not after now, at which the exercise was due; UTC.

    At a time shown twice it is due at the first, at a time that is skipped right after the gap."""
    wall = shown(now, zone)
    since_monday = tuple(Weekday).index(drill.day) * DAY + timedelta(hours=drill.at.hour, minutes=drill.at.minute)
    monday = wall.replace(hour=0, minute=0, second=0, microsecond=0) - wall.weekday() * DAY
    due = instant(monday + since_monday, zone)
    return due if due <= now else instant(monday + since_monday - WEEK, zone)


def woken(rota: Rota, at: datetime, engineers: Collection[Engineer] = ()) -> tuple[str, ...]:
    """Codes of whoever is on call, in the first layer that reaches anybody; else of who is next; else of the fallback.

    Nobody without a telephone: an exercise that reaches nobody would end as if all were well."""
    silent = {engineer.code for engineer in engineers if not is_reachable(engineer)}

    def reached(segment: Segment) -> tuple[str, ...]:
        return tuple(code for code in segment.engineers if code not in silent)

    for layer in rota.layers:
        if found := reached(who(rota, layer.name, at, engineers)):
            return found
    ahead = resolve(rota, rota.layers[0].name, at, at + WEEK, engineers) if rota.layers else ()
    coming = filter(None, map(reached, ahead))
    return next(coming, (rota.fallback,) if rota.fallback else ())
