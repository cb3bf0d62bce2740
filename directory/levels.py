"""Service levels: what was promised, and during which hours it counts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Reason(StrEnum):
    """What a pending ticket waits for."""

    CLIENT = "client"  # an answer
    SITE = "site"  # access to it
    THIRD = "third_party"  # an operator, a supplier: our own risk, unless the level says otherwise


PAUSING = (Reason.CLIENT, Reason.SITE)  # a supplier is the operator's own risk


class Coverage(StrEnum):
    ALWAYS = "24x7"
    HOURS = "hours"  # the entity's opening hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    code: str
    respond_within: timedelta | None = None  # no figure: no deadline, never in breach
    restore_within: timedelta | None = None
    coverage: Coverage = Coverage.ALWAYS
    pausing: tuple[Reason, ...] = PAUSING  # waits that stop the clock to restore
    warning: int = 75  # percent of a commitment after which it is in danger
