"""What a caller hears, one step after another, and what the line waits for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question answered on the keypad; keys count while it is still being said."""

    text: str
    digits: int | None = 1  # none: until #
    patience: int = 5  # seconds of silence after the question
    first: str = ""  # address of a sound heard before it; a key ends it


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """A beep, then the caller's voice until #, hanging up or silence."""

    text: str
    longest: int = 300  # seconds
    patience: int = 8  # seconds of silence that end the message


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring one phone of the team, which must accept with a key before the two are put through."""

    number: str  # E.164
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Ring the client from the line's own number: whoever is on this call keeps theirs to themselves."""

    number: str  # E.164
    ring_seconds: int = 30


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


Step = Say | Ask | TakeMessage | Connect | PutThrough | HangUp
Heard = tuple[Step, ...]
