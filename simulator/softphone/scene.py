"""Who is in the demonstration, as whoever starts it says in a file; without one, telephones have only numbers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from simulator.numbers import spaced

ZONE = "Europe/Paris"
YEARS = range(1971, 2999)


@dataclass(frozen=True, slots=True)
class Named:
    """A telephone, and who is at it."""

    number: str  # E.164
    label: str
    manner: str = "manual"  # as it behaves until somebody chooses otherwise (simulator.phones)
    note: str = ""  # what tells this one apart from the others

    @property
    def at_a_desk(self) -> bool:
        return self.manner != "manual"

    @property
    def spoken(self) -> str:
        return spaced(self.number)


@dataclass(frozen=True, slots=True)
class Code:
    """What a caller whom the line does not know may be asked to type."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Door:
    """A page elsewhere that one may go on to."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Hour:
    """One worth beginning at."""

    label: str
    day: str  # 2026-12-25
    time: str  # 03:12
    again: bool = False  # the second time that clocks show it


@dataclass(frozen=True, slots=True)
class Scene:
    zone: str = ZONE
    lines: Sequence[Named] = ()
    callers: Sequence[Named] = ()
    codes: Sequence[Code] = ()
    telephones: Sequence[Named] = ()  # those that may ring
    doors: Sequence[Door] = ()
    hours: Sequence[Hour] = ()
    after_missed: str = ""  # when somebody whose telephone rang in vain may expect the next thing
    wish: str = ""  # file in which another hour is asked for; none: the hour stays as it is


def read(path: Path | None) -> Scene:
    """The file as it is now; a scene of nobody while it is not there."""
    if path is None or not path.exists():
        return Scene()
    told = json.loads(path.read_text(encoding="utf-8"))
    return Scene(
        zone=told.get("zone", ZONE),
        lines=_named(told.get("lines", ())),
        callers=_named(told.get("callers", ())),
        codes=[Code(**each) for each in told.get("codes", ())],
        telephones=_named(told.get("telephones", ())),
        doors=[Door(**each) for each in told.get("doors", ())],
        hours=[Hour(**each) for each in told.get("hours", ())],
        after_missed=told.get("after_missed", ""),
        wish=told.get("wish", ""),
    )


def _named(told: Iterable[dict[str, str]]) -> Sequence[Named]:
    return [Named(**each) for each in told]


def instant(scene: Scene, day: str, time: str, *, again: bool = False) -> datetime:
    """A wall-clock time of the scene; where clocks show it twice the first one, or `again` the second.

    ValueError says why there is none."""
    try:
        wall = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=None)
    except ValueError:
        raise ValueError("cette date ou cette heure ne se lit pas") from None
    if wall.year not in YEARS:
        raise ValueError("choisissez une année de 1971 à 2998")
    zone = ZoneInfo(scene.zone)
    local = wall.replace(tzinfo=zone, fold=int(again))
    if local.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != wall:
        raise ValueError("cette heure n'existe pas : on passe ce jour-là à l'heure d'été")
    return local


def is_twice(scene: Scene, day: str, time: str) -> bool:
    """Whether clocks show it twice that day. ValueError as above."""
    first, second = (instant(scene, day, time, again=again) for again in (False, True))
    return first.utcoffset() != second.utcoffset()


def wish(scene: Scene, at: datetime) -> None:
    """Ask whoever started the demonstration to begin it again at that instant."""
    if not scene.wish:
        raise RuntimeError("personne ne tient l'horloge de cette ligne")
    path = Path(scene.wish)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"at": at.isoformat()}), encoding="utf-8")
    partial.rename(path)  # seen whole or not at all
