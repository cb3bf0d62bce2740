"""Who may turn to the hierarchy, about what, and what it leads to: one rule for telephone, mail, portal and console."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.states import Kind, State
from tickets.transitions import may_escalate

RUNG_AFTER = timedelta(minutes=10)  # between two ranks, for whoever has not seen that the first was told


class Asker(StrEnum):
    CLIENT = "client"  # of the ticket: by a number of theirs, their code, their verified mail, their account
    STAFF = "staff"  # in the console, for a client
    UNKNOWN = "unknown"


class Answer(StrEnum):
    TOLD = "told"  # the next rank of the hierarchy hears of it
    NOTED = "noted"  # on the ticket: its commitment may still be kept
    AGAIN = "again"  # it was asked before: nobody hears of it twice
    DESK = "desk"  # the desk reads of it: nobody knows whether the client asks
    REFUSED = "refused"  # nothing is interrupted, or not any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was asked before, by whichever way."""

    noted: bool = False
    told: int = 0  # ranks that have heard of it
    told_at: datetime | None = None  # the last of them


NOTHING_ASKED = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants the hierarchy to hear of a ticket."""

    asker: Asker
    seen: int | None = None  # ranks that were told as they saw it; none: they do not see it


def answer(
    kind: Kind, state: State, wish: Wish, past: Past, *, holds: bool, ranks: int, now: datetime
) -> Answer:  # fmt: skip
    """`holds`: nothing is broken yet; `ranks`: how many could be told."""
    if not may_escalate(kind, state):
        return Answer.REFUSED
    if wish.asker is Asker.UNKNOWN:
        return Answer.DESK
    if holds:
        return Answer.AGAIN if past.noted else Answer.NOTED
    return Answer.TOLD if past.told < max(1, ranks) and _is_new(wish, past, now) else Answer.AGAIN


def _is_new(wish: Wish, past: Past, now: datetime) -> bool:
    """Two who ask at once, or one by two ways, ask once; whoever sees that a rank was told may want the next."""
    if past.told_at is None:
        return True
    return wish.seen == past.told if wish.seen is not None else now - past.told_at >= RUNG_AFTER
