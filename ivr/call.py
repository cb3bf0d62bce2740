"""A call as far as it has come: its stage, and what it has established."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Self

from ivr.effects import Nature, Refusal


class DialogueState(StrEnum):
    """What the caller has just been asked, or is doing."""

    CALLED = "called"  # nothing has been said yet
    MENU = "menu"
    NATURE = "nature"
    CODE = "code"  # the client's six digits
    SERVICE = "service"
    SITE = "site"
    CALLBACK = "callback"  # where to call a withheld number back
    CALLBACK_CHECK = "callback_check"
    BRIDGING = "bridging"  # whoever is on call, before a message is asked for
    RINGING = "ringing"  # the team's phones, one after another
    MESSAGE = "message"  # after the beep
    JOINED = "joined"  # told of a ticket that is open already
    REFERENCE = "reference"  # of a ticket to follow
    FOLLOWED = "followed"
    OVER = "over"


class Outcome(StrEnum):
    ABANDONED = "abandoned"  # left nothing behind
    ANSWERED = "answered"  # talked with the team
    MESSAGE = "message"  # left a ticket
    JOINED = "joined"  # was about a ticket that was there before


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    sid: str  # Twilio: CallSid
    line: str  # E.164 of the line that was called
    caller: str | None  # E.164; none: withheld
    started_at: datetime  # hours are judged at this instant, for the whole call
    stage: DialogueState = DialogueState.CALLED
    tries: int = 0  # at the present question
    turns: int = 0  # that the call has had
    client: str | None = None  # code
    code_failed: bool = False
    entity: str | None = None  # code
    nature: Nature | None = None
    refusal: Refusal | None = None
    service: str | None = None
    sites: tuple[str, ...] = ()
    callback: str | None = None  # typed, not confirmed yet
    callback_asked: bool = False
    ringing: int = 0  # place in the team, or in the bridge
    bridge: tuple[str, ...] = ()  # engineers to be rung, in order
    answered: bool = False
    ticket: str | None = None  # reference
    joined: bool = False
    ended: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.answered:
            return Outcome.ANSWERED
        if self.joined:
            return Outcome.JOINED
        return Outcome.MESSAGE if self.ticket else Outcome.ABANDONED

    def with_(self, **changes: Any) -> Self:
        """The same call, changed: `replace` would ask each field twice, for 10 µs."""
        return type(self)(**dict(zip(_NAMES, _values(self), strict=True)) | changes)

    def as_json(self) -> dict[str, Any]:
        """What differs from a new call; what has a column of its own is left out."""
        # Every value is a plain one: `asdict` would copy each, for 50 µs a key press.
        state = {name: getattr(self, name) for name in _STATE}
        return {name: value for name, value in state.items() if value not in (None, False, 0, ())}

    @classmethod
    def from_json(cls, state: dict[str, Any], **columns: Any) -> Self:
        """The call again, from `as_json` and the values of its columns."""
        known = {name: _READ[name](value) if name in _READ else value for name, value in state.items()}
        return cls(**columns, **known)


_NAMES = tuple(field.name for field in fields(Call))
_values = attrgetter(*_NAMES)
_COLUMNS = frozenset({"sid", "line", "caller", "started_at", "ticket", "ended"})
_STATE = tuple(field.name for field in fields(Call) if field.name not in _COLUMNS)
_READ: dict[str, Any] = {"stage": DialogueState, "nature": Nature, "refusal": Refusal, "sites": tuple, "bridge": tuple}
