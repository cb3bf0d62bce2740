"""What a caller heard on a call, sentence by sentence, and what they did then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row

from notifications import labels
from telephony import twiml
from web.languages import gettext


@dataclass(frozen=True, slots=True)
class Heard:
    at: datetime
    text: str
    did: str  # what followed: « tape », « raccroche »; empty while nothing has
    keys: str = ""


def heard(turns: Sequence[Row[Any]]) -> list[Heard]:
    """Of one call, in its order; a turn without a word said is told by what followed the one before."""
    found = [_heard(turn, then) for turn, then in pairwise((*turns, None)) if turn]
    return [each for each in found if each.text]


def _heard(turn: Row[Any], then: Row[Any] | None) -> Heard:
    did = gettext(labels.word(labels.CALL_EVENTS, then.event)) if then else ""
    return Heard(turn.at, "\n".join(twiml.spoken(turn.answer)), did, then.keys if then else "")
