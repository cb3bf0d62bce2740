"""What a month is worth by an employer's own scale: no law has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from directory.employers import Employer, Of

CENT = Decimal("0.01")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    of: Of
    quantity: Decimal  # hours with two digits, or times
    is_hours: bool
    rate: Decimal  # euros
    amount: Decimal


def lines(employer: Employer, spent: Mapping[Of, timedelta], times: Mapping[Of, int]) -> list[Line]:
    """One for each amount of the scale, in its order, also where there is nothing to pay."""
    found = []
    for rate in employer.rates:
        if rate.hour:
            found.append(_line(rate.of, in_hours(spent.get(rate.of, timedelta())), True, rate.hour))
        if rate.each:
            found.append(_line(rate.of, Decimal(times.get(rate.of, 0)), False, rate.each))
    return found


def total(found: list[Line]) -> Decimal:
    return sum((line.amount for line in found), Decimal("0.00"))


def summed(hours: Mapping[Of, timedelta]) -> Decimal:
    """The sum of what is printed of each kind, so that it adds up on paper."""
    return sum((in_hours(length) for length in hours.values()), Decimal("0.00"))


def in_hours(length: timedelta) -> Decimal:
    """Hours with two digits, as they are printed and paid."""
    return (Decimal(length // timedelta(seconds=1)) / 3600).quantize(CENT, ROUND_HALF_UP)


def _line(of: Of, quantity: Decimal, is_hours: bool, rate: Decimal) -> Line:
    return Line(of, quantity, is_hours, rate, (quantity * rate).quantize(CENT, ROUND_HALF_UP))
