"""How a page climbs: which step of its policy fires next, and when.

A failure to deliver only hastens what comes next; only a person ends the climb. Nothing here knows who is
on call: people are resolved when a step fires (oncall.targets)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from directory.policies import Channel, Policy

BREATH = timedelta(seconds=5)  # between the last failure of a step and the next step
SPARED = timedelta(seconds=60)  # the same person is not tried by the same channel sooner
LATE = timedelta(minutes=2)  # a step overdue for longer is overtaken by the newest one due


class HandOn(StrEnum):
    """What comes of a person's wish to hand a page on."""

    NEXT = "next"  # the next person is woken
    LAST = "last"  # nobody comes after: the last step goes on being repeated
    OVER = "over"  # it was an exercise
    REFUSED = "refused"  # it is somebody else's, or nobody's any more


@dataclass(frozen=True, slots=True)
class Try:
    """One person by one channel."""

    firing: int  # 1 for the page's first firing of a step
    due: datetime  # ahead of the firing when the person had just been tried: they are spared a moment
    channel: Channel
    sent: datetime | None = None  # Twilio may have taken it later
    failed: datetime | None = None
    missed: bool = False  # it could have rung or arrived, and did not: worth another try before long


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProgress:
    """Where a page stands."""

    policy: Policy
    since: datetime  # the steps' delays count from here: the page's opening, or what a given-back ticket is as old as
    step: int = -1  # the last that fired
    firing: int = 0  # how many have fired, repetitions included
    fired_at: datetime | None = None
    handed_on: bool = False  # since then, by one of those it had reached
    hurried: bool = False  # since then: it got worse
    tries: Sequence[Try] = ()

    @property
    def at_the_end(self) -> bool:
        return self.step + 1 >= len(self.policy.steps)


@dataclass(frozen=True, slots=True)
class FireStep:
    step: int


@dataclass(frozen=True, slots=True)
class Wait:
    until: datetime


def next_step(climb: PageProgress, now: datetime) -> FireStep | Wait:
    """Fire a step now, or wait for one: never longer than the policy's longest step, whatever clocks have shown."""
    climb = by_now(climb, now)
    due = min(moment for moment in (_planned(climb), _hastened(climb)) if moment)
    if now < due:
        return Wait(due)
    return FireStep(_newest_due(climb, now) if now - due > LATE else _next(climb))


def spared_until(last_try: datetime | None, now: datetime) -> datetime:
    """When a person may be tried again by a channel."""
    return max(now, min(last_try, now) + SPARED) if last_try else now


def by_now(climb: PageProgress, now: datetime) -> PageProgress:
    """What a clock that was ahead has dated in the future has happened by now."""
    tries = [_by_now(one, climb.fired_at, now) for one in climb.tries]
    return replace(climb, since=min(climb.since, now), fired_at=_past(climb.fired_at, now), tries=tries)


def latest(climb: PageProgress, now: datetime) -> datetime:
    """When the page is looked at again, should nothing hasten it."""
    return _planned(by_now(climb, now))


def _by_now(one: Try, fired_at: datetime | None, now: datetime) -> Try:
    """Only a person who is spared, ahead of the firing, is tried later than now."""
    is_spared = fired_at is not None and one.due > fired_at
    due = min(one.due, now + SPARED if is_spared else now)
    return replace(one, due=due, sent=_past(one.sent, now), failed=_past(one.failed, now))


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return min(moment, now) if moment else None


def _next(climb: PageProgress) -> int:
    return min(climb.step + 1, len(climb.policy.steps) - 1)


def _planned(climb: PageProgress) -> datetime:
    if climb.fired_at is None or not climb.at_the_end:
        return climb.since + climb.policy.steps[_next(climb)].after
    return climb.fired_at + climb.policy.repeat_last_every


def _hastened(climb: PageProgress) -> datetime | None:
    """Sooner: it got worse, handed on to somebody, nobody to try, or nobody who can still wake."""
    if climb.fired_at is None:
        return climb.since if climb.hurried else None
    if climb.hurried:  # one step further; the last one is only repeated, not sooner than people are spared
        return climb.fired_at + SPARED if climb.at_the_end else climb.fired_at
    if climb.handed_on and not climb.at_the_end:
        return climb.fired_at
    if _reaches_nobody(climb, climb.fired_at):
        return None if climb.at_the_end else climb.fired_at
    return _given_up(climb)


def _reaches_nobody(climb: PageProgress, fired_at: datetime) -> bool:
    """The step has nobody; or only people to be spared, and nothing sent earlier can still reach anyone."""
    now_tried = [one for one in climb.tries if one.firing == climb.firing and one.due <= fired_at]
    still_reaching = [one for one in climb.tries if one.due <= fired_at and not one.failed]
    has_any = any(one.firing == climb.firing for one in climb.tries)
    return not now_tried and not (has_any and (still_reaching or climb.at_the_end))


def _given_up(climb: PageProgress) -> datetime | None:
    """All calls of the last step have failed (its SMS, where it calls nobody): a text alone wakes nobody."""
    tries = [one for one in climb.tries if one.firing == climb.firing]
    waking = [one for one in tries if one.channel is Channel.VOICE] or tries
    failures = [one.failed for one in waking if one.failed]
    if len(failures) < len(waking):
        return None
    due = max(failures) + BREATH
    if not climb.at_the_end:
        return due
    # Whoever was rung in vain sleeps on until the policy's time; whoever was busy is tried again in a minute.
    return max(due, max(one.sent or one.due for one in tries) + SPARED) if any(one.missed for one in waking) else None


def _newest_due(climb: PageProgress, now: datetime) -> int:
    """After an outage the page goes on at the step of the hour, without a burst for each one missed."""
    steps = range(_next(climb), len(climb.policy.steps))
    return max((n for n in steps if climb.since + climb.policy.steps[n].after <= now), default=_next(climb))
