"""Escalation policies: the steps by which a page climbs until somebody acknowledges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

EVERYONE = "everyone"  # of the ticket's entity, in a step's `who`
REPEAT_EVERY = timedelta(minutes=10)  # unless the policy says otherwise: a page never just ends


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    after: timedelta  # since the page opened
    who: tuple[str, ...]  # rota layers, engineers, or "everyone" of the ticket's entity
    by: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    code: str
    steps: tuple[Step, ...]
    repeat_last_every: timedelta = REPEAT_EVERY
    remind_after: timedelta | None = None  # whoever has the ticket is asked whether they still do


# An entity that names no policy still wakes whoever is on call.
DEFAULT = Policy(
    code="",
    steps=(Step(after=timedelta(0), who=("principal",), by=(Channel.SMS, Channel.VOICE)),),
)


def policy_of(policies: Iterable[Policy], code: str) -> Policy:
    """The policy of that name; an entity that names none, or one that is gone, still wakes whoever is on call."""
    return next((policy for policy in policies if policy.code == code), DEFAULT)


def as_json(policy: Policy) -> dict[str, Any]:
    """The policy frozen into a page: an edit or a deploy cannot strand it. Durations in seconds."""
    return {
        "code": policy.code,
        "steps": [
            {"after": step.after.total_seconds(), "who": list(step.who), "by": list(step.by)} for step in policy.steps
        ],
        "remind_after": policy.remind_after.total_seconds() if policy.remind_after else None,
        "repeat_last_every": policy.repeat_last_every.total_seconds(),
    }


def from_json(frozen: Mapping[str, Any]) -> Policy:
    return Policy(
        code=frozen["code"],
        steps=tuple(
            Step(
                after=timedelta(seconds=step["after"]),
                who=tuple(step["who"]),
                by=tuple(Channel(channel) for channel in step["by"]),
            )
            for step in frozen["steps"]
        ),
        remind_after=timedelta(seconds=frozen["remind_after"]) if frozen.get("remind_after") else None,
        repeat_last_every=timedelta(seconds=frozen["repeat_last_every"] or REPEAT_EVERY.total_seconds()),
    )
