"""One company whose people are on standby: what its agreement says."""

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum

from directory.week import Week


class Of(StrEnum):
    """What an amount is paid for. An hour of standby is of the first kind that fits, in this order."""

    HOLIDAY = "holiday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"
    NIGHT = "night"
    WEEKDAY = "weekday"
    INTERVENTION = "intervention"  # working time, travel included
    SHIFT = "shift"


STANDBY = (Of.WEEKDAY, Of.NIGHT, Of.SATURDAY, Of.SUNDAY, Of.HOLIDAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An amount in euros, an hour or each time."""

    of: Of
    hour: Decimal | None = None
    each: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    code: str
    name: str
    agreement: str = ""  # as it is named on statements; none: L3121-12 applies
    notice_days: int = 15  # L3121-12: from which a turn may be announced without a reason
    short_notice_days: int = 1  # L3121-12: clear days that are left all the same, in exceptional circumstances
    daily_rest: timedelta = timedelta(hours=11)  # L3131-1
    weekly_rest: timedelta = timedelta(hours=35)  # L3132-2
    daily_work: timedelta = timedelta(hours=10)  # L3121-18
    weekly_work: timedelta = timedelta(hours=48)  # L3121-20
    night_starts: time = time(21)
    night_ends: time = time(6)
    work: Week | None = None  # when its people usually work; none: neither rest nor its length is checked
    rates: tuple[Rate, ...] = ()
