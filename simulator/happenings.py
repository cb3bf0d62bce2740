"""What can happen on a leg of a call, and where it goes from there: the words its script is written in."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Literal

State = Literal["ringing", "talking", "gathering", "recording", "dialling", "ended"]
EndedBy = Literal["", "caller", "line", "error"]


@dataclass(frozen=True)
class Keys:
    typed: str
    more_follow: bool = False


@dataclass(frozen=True)
class Silence:
    """Nothing was done until the line lost patience."""


@dataclass(frozen=True)
class Spoken:
    audio: bytes
    seconds: int
    ends_with: str  # "hangup", "silence" or a key


@dataclass(frozen=True)
class Woken:
    """Something happened on the other leg."""


Event = Keys | Silence | Spoken | Woken
Script = Generator[State, Event, None]


class HungUp(Exception):
    """The leg is cut: by its person, or by the line."""

    def __init__(self, by: EndedBy) -> None:
        super().__init__(by)
        self.by: EndedBy = by


@dataclass(frozen=True)
class Goto:
    """Ask this address for the next document, with these fields besides the usual ones."""

    url: str
    method: str = "POST"
    extra: dict[str, str] = field(default_factory=dict)
    is_mid_call: bool = True


@dataclass(frozen=True)
class Inline:
    """A document given in a REST request."""

    twiml: str


class Diverted(Exception):
    """POST Calls/{sid} gave the leg another document."""

    def __init__(self, goto: Goto | Inline) -> None:
        super().__init__("diverted")
        self.goto = goto


@dataclass(frozen=True)
class Question:
    """The gather that is waiting for keys."""

    num_digits: int | None
    timeout: int
    finish_on_key: str
