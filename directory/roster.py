"""What is declared of on-call duty: people, when they are away, their turns, and what is changed in these."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from directory.policies import Channel
from directory.week import Week

BOTH = (Channel.SMS, Channel.VOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    starts: datetime  # naive, wall clock of the rota in which it counts; `from` in the file
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineer:
    code: str
    name: str
    phone: str = ""  # E.164; none: cannot be reached, reported by the doctor
    phones: tuple[str, ...] = ()  # E.164, further numbers, in the order in which they are tried
    by: tuple[Channel, ...] = BOTH  # what this person accepts
    email: str = ""
    entities: tuple[str, ...] = ()
    employer: str = ""  # whose rules of standby apply; none: the only one there is
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """People in turn: the wall clock decides the hand-off, whatever the night does to the hours."""

    name: str
    starts: datetime  # naive, wall clock of the rota's zone
    every: timedelta  # whole hours, days or weeks, counted on the wall clock
    engineers: tuple[str, ...]
    only: Week | None = None  # the hours of the week that this layer is for; none: all


class Kind(StrEnum):
    """What an override does to a layer, for a while."""

    REPLACE = "replace"  # this person instead of whoever has the turn
    ADD = "add"  # this person beside them
    REMOVE = "remove"  # not this person, or not whoever has the turn: the fallback


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    layer: str
    starts: datetime  # naive, wall clock; `from` in the file
    until: datetime
    engineer: str = ""  # none: only where somebody is removed, whoever it is
    kind: Kind = Kind.REPLACE


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """The exercise of every week: a page for whoever has the first layer then."""

    day: Weekday
    at: time  # wall clock of the rota's zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    code: str
    timezone: str = "Europe/Paris"
    fallback: str = ""  # nobody else: this person
    responsible: str = ""  # told of a shift that nobody takes up; none: the fallback
    takeup_before: timedelta | None = None  # a shift: whoever takes over is asked to confirm; none: nobody is
    drill: Drill | None = None
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()

    def layer(self, name: str) -> Layer | None:
        return next((layer for layer in self.layers if layer.name == name), None)
