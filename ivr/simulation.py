"""A call played without a telephone: what would be heard, for how long, and what would be done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from directory.index import Directory
from ivr import prompts
from ivr.call import Call, DialogueState
from ivr.decision import Decision
from ivr.dialogue import decide
from ivr.effects import Effect, OpenTicket
from ivr.events import DialEnded, Event, HungUp, Pressed, Rang, Recorded, Silent
from ivr.facts import NOTHING_KNOWN
from ivr.steps import Ask, Connect, Heard, Say, TakeMessage

MESSAGE_SECONDS = 20
# Seconds before the beep. The sample's longest way without a mistake takes 73: a withheld number after hours,
# with a code, two choices and a number to call back.
TOO_LONG = 90.0
HANG_UP, NOTHING = "h", "-"  # keys that no telephone has, as `astreinte call` understands them
REFERENCE = "XXX-00-00000-0"


@dataclass(frozen=True, slots=True)
class Moment:
    """One exchange: what happened, and what was heard of it."""

    event: Event
    stage: DialogueState
    heard: Heard
    seconds: float  # of speech
    lost: str = ""  # keys typed beyond the answer: nobody heard them

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(step.text for step in self.heard if isinstance(step, (Say, Ask, TakeMessage)))


@dataclass(frozen=True, slots=True)
class Simulation:
    call: Call
    moments: tuple[Moment, ...]
    orders: tuple[Effect, ...]
    unused_keys: tuple[str, ...]
    ran_out: bool = False  # a question was left for which no key was given

    @property
    def seconds(self) -> float:
        """Speech until the beep, or the end, when nobody presses early."""
        spoken = 0.0
        for moment in self.moments:
            spoken += moment.seconds
            if moment.stage is DialogueState.MESSAGE:
                break
        return spoken


def rehearse(
    book: Directory, *, to: str, caller: str | None, at: datetime, keys: Sequence[str], reference: str = REFERENCE
) -> Simulation:
    """Play a call; keys are pressed one per question, "" or "-" is silence, "h" hangs up, as does whoever has no
    key left; the team does not answer."""
    call = Call(sid="CA" + "0" * 32, line=to, caller=caller, started_at=at)
    left = list(keys)
    event: Event = Rang()
    lost = ""
    moments: list[Moment] = []
    orders: list[Effect] = []
    ran_out = False
    while True:
        decision = decide(book, call, event, NOTHING_KNOWN, at)
        call = _ticketed(decision, reference)
        moments.append(Moment(event, call.stage, decision.heard, _seconds(decision.heard), lost))
        orders += decision.orders
        if isinstance(event, HungUp) or call.stage is DialogueState.OVER:
            return Simulation(call, tuple(moments), tuple(orders), tuple(left), ran_out)
        ran_out = isinstance(decision.heard[-1], Ask) and not left
        event, lost = _next(decision.heard, left)


def _ticketed(decision: Decision, reference: str) -> Call:
    opens = any(isinstance(order, OpenTicket) for order in decision.orders)
    return replace(decision.call, ticket=reference) if opens else decision.call


def _next(heard: Heard, left: list[str]) -> tuple[Event, str]:
    """What happens next, and the keys that are lost by it."""
    match heard[-1]:
        case Ask() as ask:
            typed = left.pop(0).replace(NOTHING, "") if left else HANG_UP
            if typed == HANG_UP:
                return HungUp(), ""
            keys, lost = _heard(typed, ask.digits)
            return Pressed(keys) if keys else Silent(), lost
        case Connect():
            return DialEnded(talked=False), ""
        case _:
            return Recorded(MESSAGE_SECONDS), ""


def _heard(typed: str, digits: int | None) -> tuple[str, str]:
    """An answer ends at #, or when it has its digits; what is typed beyond is heard by nobody."""
    keys, _, after = typed.partition("#")
    if digits is not None and len(keys) >= digits:
        return keys[:digits], typed[digits:]
    return keys, after


def _seconds(heard: Heard) -> float:
    return sum(prompts.seconds(step.text) for step in heard if isinstance(step, (Say, Ask, TakeMessage)))
