"""How long it took, in the three figures of a closure report, and when each commitment is due.

Gross: from the start to the restoration, less the time between a restoration and the reopening that followed. Net:
less the pauses that the level grants. Counted: what of that lies in the hours the level covers; a commitment is broken
when more than it promised is counted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from directory.levels import Level
from tickets import sla_clocks
from tickets.history import Life
from tickets.sla_clocks import Window
from tickets.states import Kind

MOMENT = timedelta(seconds=1)
Covered = Callable[[datetime], Iterable[Window]]  # the hours that count, from an instant on


class Clock(StrEnum):
    RESPOND = "respond"
    RESTORE = "restore"


class Phase(StrEnum):
    """How far a commitment has come; also the kind of the event that tells of it."""

    WARNED = "warned"  # the better part of it has run
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One promise: how far it has run at an instant, and when it is due."""

    starts: datetime
    within: timedelta
    ended_at: datetime | None  # none: it runs
    counted: timedelta  # until then, or until the instant asked for
    due_at: datetime | None  # none while a pause lasts, or when no hours are in sight
    warn_at: datetime | None
    breaks_at: datetime | None  # a moment of counted time after it was due: what is equal is kept

    @property
    def broken(self) -> bool:
        return self.counted > self.within

    @property
    def kept(self) -> bool | None:
        """None while that is open."""
        return False if self.broken else None if self.ended_at is None else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    gross: timedelta
    net: timedelta
    counted: timedelta

    @classmethod
    def of_seconds(cls, gross: int, net: int, counted: int) -> Self:
        return cls(gross=timedelta(seconds=gross), net=timedelta(seconds=net), counted=timedelta(seconds=counted))


def respond(level: Level, life: Life, received_at: datetime, covered: Covered, now: datetime) -> Commitment | None:
    """From the arrival to the first act of a person; no figure, no commitment. Nothing pauses it."""
    if level.respond_within is None:
        return None
    return _commitment(received_at, level.respond_within, level.warning, life.first_act, (), covered, now)


def restore(level: Level, life: Life, opened_at: datetime, covered: Covered, now: datetime) -> Commitment | None:
    """From the opening to the restoration."""
    if level.restore_within is None:
        return None
    return _commitment(
        opened_at, level.restore_within, level.warning, life.restored_at, _stopped(level, life), covered, now
    )


def promised(
    kind: Kind, level: Level, life: Life, received_at: datetime, opened_at: datetime, covered: Covered, now: datetime
) -> dict[Clock, Commitment | None]:
    """Both commitments of a ticket; a change has nothing to restore."""
    is_change = kind is Kind.CHANGE_REQUEST
    return {
        Clock.RESPOND: respond(level, life, received_at, covered, now),
        Clock.RESTORE: None if is_change else restore(level, life, opened_at, covered, now),
    }


def durations(level: Level, life: Life, opened_at: datetime, covered: Covered, now: datetime) -> Durations:
    """Until the restoration, or so far."""
    end, gaps, stopped = life.restored_at or now, tuple(life.restored), _stopped(level, life)
    return Durations(
        gross=sla_clocks.elapsed(opened_at, end, sla_clocks.always(opened_at), gaps),
        net=sla_clocks.elapsed(opened_at, end, sla_clocks.always(opened_at), stopped),
        counted=sla_clocks.elapsed(opened_at, end, covered(opened_at), stopped),
    )


def stretches(level: Level, life: Life, opened_at: datetime, covered: Covered, now: datetime) -> list[Window]:
    """What is counted, piece by piece: their lengths add up to `counted`."""
    end = life.restored_at or now
    return list(sla_clocks.counted(opened_at, end, covered(opened_at), _stopped(level, life)))


def _stopped(level: Level, life: Life) -> Sequence[Window]:
    granted = [(pause.starts, pause.until) for pause in life.pauses if pause.reason in level.pausing]
    return [*granted, *life.restored]


def _commitment(
    starts: datetime, within: timedelta, warning: int, ended_at: datetime | None, stopped: Sequence[Window],
    covered: Covered, now: datetime,
) -> Commitment:  # fmt: skip
    end = ended_at or now
    return Commitment(
        starts=starts,
        within=within,
        ended_at=ended_at,
        counted=sla_clocks.elapsed(starts, max(starts, end), covered(starts), stopped),
        due_at=sla_clocks.deadline(starts, within, covered(starts), stopped),
        warn_at=sla_clocks.deadline(starts, within * warning / 100, covered(starts), stopped),
        breaks_at=sla_clocks.deadline(starts, within + MOMENT, covered(starts), stopped),
    )


@dataclass(frozen=True, slots=True)
class Alarm:
    """One stage of one commitment, told once; after a reopening it may be told anew."""

    clock: Clock
    stage: Phase
    segment: int  # how many reopenings came before

    def as_json(self) -> dict[str, str | int]:
        """What its event keeps of it, beside the event's kind."""
        return {"clock": self.clock, "segment": self.segment}

    @classmethod
    def from_json(cls, kind: str, details: Mapping[str, Any]) -> Self:
        return cls(Clock(details["clock"]), Phase(kind), int(details["segment"]))


@dataclass(frozen=True, slots=True)
class Watch:
    """What is to be told now, and when to look again."""

    rings: tuple[Alarm, ...]
    next_at: datetime | None


def watch(
    commitments: Mapping[Clock, Commitment | None], segment: int, told: Collection[Alarm], now: datetime
) -> Watch:
    """The alarms that are due and have not been told; those of a clock that has stopped are not due any more, except
    that it was broken."""
    rings: list[Alarm] = []
    ahead: list[datetime] = []
    for clock, promise in commitments.items():
        for stage, moment in _ahead(promise) if promise else ():
            alarm = Alarm(clock, stage, segment if clock is Clock.RESTORE else 0)
            if alarm not in told and now < moment:
                ahead.append(moment)
            elif alarm not in told:
                rings.append(alarm)
    return Watch(tuple(rings), min(ahead, default=None))


def _ahead(promise: Commitment) -> Iterator[tuple[Phase, datetime]]:
    """Each stage that the clock comes to, or has come to."""
    if promise.warn_at and not promise.ended_at:
        yield Phase.WARNED, promise.warn_at
    if promise.breaks_at and (promise.broken or not promise.ended_at):
        yield Phase.BROKEN, promise.breaks_at
