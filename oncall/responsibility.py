"""Who looks after a ticket that nobody has taken: what its client is told must be so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.hours import Closed, Open, Schedule, judge, windows
from directory.index import Directory


class Keeper(StrEnum):
    ON_CALL = "on_call"  # engineers are being called
    DESK = "desk"  # its entity has opened since: it lies on top there
    HIERARCHY = "hierarchy"  # no engineer can be reached, the hierarchy has been told
    NOBODY = "nobody"  # no engineer, and nobody else to tell: it waits for the opening


@dataclass(frozen=True, slots=True)
class Search:
    """A page that looks for somebody, as far as a client may know of it."""

    since: datetime
    reaches_nobody: bool = False
    hierarchy_told: bool = False


def keeper(search: Search, schedule: Schedule | None, now: datetime) -> Keeper:
    if schedule and opened(schedule, search.since, now):
        return Keeper.DESK
    if not search.reaches_nobody:
        return Keeper.ON_CALL
    return Keeper.HIERARCHY if search.hierarchy_told else Keeper.NOBODY


def schedule_of(book: Directory, entity: str | None, line: str | None) -> Schedule | None:
    """By which hours a ticket's desk opens: the entity's, seen through the line that the client has called."""
    known = book.known_entity(entity)
    return book.schedule(known, book.line(line) if line else None) if known else None


def opened(schedule: Schedule, since: datetime, now: datetime) -> datetime | None:
    """When it opened, if it is open now and was not yet at `since`: a desk that was there has seen it come."""
    if isinstance(judge(schedule, now), Closed):
        return None
    return max(_openings(schedule, since, now), default=None)


def opens(schedule: Schedule, now: datetime) -> datetime | None:
    """The next opening after `now`; none that lies too far off."""
    found = judge(schedule, now)
    if isinstance(found, Open) and found.until:
        found = judge(schedule, found.until)
    return found.reopens if isinstance(found, Closed) else None


def _openings(schedule: Schedule, since: datetime, now: datetime) -> Iterator[datetime]:
    return (at for at, _ in windows(schedule, since, now + datetime.resolution) if at > since)
