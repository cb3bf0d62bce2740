"""What can happen on a call, each named after the happening."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rang:
    """The line was called."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller typed something; the terminating # is not in it."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing was typed in time, or nothing was said after the beep."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The message is over, by # or by hanging up; its audio follows later, or never."""

    seconds: int


@dataclass(frozen=True, slots=True)
class DialEnded:
    """A colleague's phone has stopped ringing, or their talk with the caller is over."""

    talked: bool
    caller_left: bool = False


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over (Twilio: the number's StatusCallback)."""


Event = Rang | Pressed | Silent | Recorded | DialEnded | HungUp
