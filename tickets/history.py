"""A ticket's life as its events tell it: nothing of the clocks is kept beside them, so nothing can drift.

Events of the journal, in their order, become spans: when it was pending and why, when it was restored and reopened,
when a person first did something. What is measured is computed from these (tickets.sla)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.levels import Reason
from tickets.sla_clocks import FOREVER, Window

# Who does something without being a person.
LINE, CALLER, PAGER, CLOCKS, MAILBOX, KEEPER = "ligne", "appelant", "astreinte", "horloge", "courriel", "archiviste"
MACHINES = frozenset({LINE, CALLER, PAGER, CLOCKS, MAILBOX, KEEPER})


REASONS: dict[Reason, str] = {
    Reason.CLIENT: "réponse du client",
    Reason.SITE: "accès au site",
    Reason.THIRD: "intervention d'un tiers",
}


class Deed(StrEnum):
    """Kinds of the events that move the clocks."""

    TAKEN = "acknowledged"
    WAITING = "waiting"
    RESUMED = "resumed"
    RESTORED = "restored"
    COMPLETED = "completed"  # a change, done
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    REFUSED = "refused"  # a change


ENDS = frozenset({Deed.RESTORED, Deed.COMPLETED})
# These stop the clock to respond.
ANSWERS = frozenset({Deed.TAKEN, Deed.WAITING, Deed.CANCELLED, Deed.REFUSED}) | ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event, as far as the clocks are concerned."""

    at: datetime
    kind: str
    who: str
    reason: str = ""  # of a wait


@dataclass(frozen=True, slots=True)
class Pause:
    starts: datetime
    until: datetime  # FOREVER while it lasts
    reason: Reason
    who: str


@dataclass(frozen=True, slots=True)
class Life:
    first_act: datetime | None  # of a person
    restored_at: datetime | None  # the last time; none while it is not
    pauses: Sequence[Pause]
    restored: Sequence[Window]  # from each restoration to the reopening that followed


def lived(events: Iterable[Happening]) -> Life:
    """What the events amount to; those that make no sense after what went before change nothing."""
    first_act: datetime | None = None
    restored_at: datetime | None = None
    waiting: Happening | None = None
    pauses: list[Pause] = []
    restored: list[Window] = []
    for event in events:
        if first_act is None and event.kind in ANSWERS and event.who not in MACHINES:
            first_act = event.at
        match event.kind:
            case Deed.WAITING if waiting is None and restored_at is None:
                waiting = event
            case Deed.RESUMED | Deed.RESTORED | Deed.COMPLETED | Deed.CANCELLED if waiting:
                pauses.append(_pause(waiting, event.at))
                waiting = None
            case Deed.REOPENED if restored_at:
                restored.append((restored_at, event.at))
                restored_at = None
        if event.kind in ENDS and restored_at is None:
            restored_at = event.at
    if waiting:
        pauses.append(_pause(waiting, FOREVER))
    return Life(first_act, restored_at, tuple(pauses), tuple(restored))


def _pause(waiting: Happening, until: datetime) -> Pause:
    return Pause(waiting.at, until, Reason(waiting.reason or Reason.CLIENT), waiting.who)
