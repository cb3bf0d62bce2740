"""Service levels: what was promised, and during which hours it counts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Coverage(StrEnum):
    ALWAYS = "24x7"
    HOURS = "hours"  # the entity's opening hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    code: str
    respond_within: timedelta | None = None  # no figure: no deadline, never in breach
    restore_within: timedelta | None = None
    coverage: Coverage = Coverage.ALWAYS
