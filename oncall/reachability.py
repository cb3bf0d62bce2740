"""Whether a person can be reached, and by what: one rule for pages, gaps, previews, messages and the doctor."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from directory.policies import Channel
from directory.roster import Engineer

IsTexted = Callable[[str], bool]  # whether a number reads SMS, and we send them there


@dataclass(frozen=True, slots=True)
class Way:
    """One channel, and the numbers at which it is tried, the first number first."""

    channel: Channel
    numbers: tuple[str, ...]


def numbers(engineer: Engineer) -> tuple[str, ...]:
    """Where a person may be reached, the first number first."""
    return tuple(dict.fromkeys(filter(None, (engineer.phone, *engineer.phones))))


def is_reachable(engineer: Engineer | None) -> bool:
    """Whoever has a telephone: every one that a directory accepts can at least be called (`ways`)."""
    return engineer is not None and bool(numbers(engineer))


def channels(engineer: Engineer, by: Sequence[Channel]) -> tuple[Channel, ...]:
    """What a person accepts of a step; of whoever accepts none of it, all that they do accept."""
    return tuple(channel for channel in by if channel in engineer.by) or engineer.by


def ways(engineer: Engineer, by: Sequence[Channel], is_texted: IsTexted) -> tuple[Way, ...]:
    """By what a person is tried when a step wants these channels; empty only without any telephone.

    What they accept of the step, where it arrives at a number of theirs; else whatever else they accept; else a call,
    because `by` is a wish and somebody must be woken. One who accepts SMS alone, and whose only telephone is a
    landline, is called; with a mobile as second number they are texted there."""
    for wanted in (channels(engineer, by), engineer.by, (Channel.VOICE,)):
        if arriving := tuple(_arriving(engineer, wanted, is_texted)):
            return arriving
    return ()


def message_to(phones: Sequence[str], is_texted: IsTexted) -> tuple[Channel, str] | None:
    """How a message that wakes nobody is told: by SMS to the first number that reads them, else by a call."""
    if texted := next(filter(is_texted, phones), None):
        return Channel.SMS, texted
    return (Channel.VOICE, phones[0]) if phones else None


def _arriving(engineer: Engineer, wanted: Sequence[Channel], is_texted: IsTexted) -> Iterable[Way]:
    known = numbers(engineer)
    texted = tuple(filter(is_texted, known))
    at = {Channel.SMS: texted, Channel.VOICE: known}
    return (Way(channel, at[channel]) for channel in wanted if at[channel])
