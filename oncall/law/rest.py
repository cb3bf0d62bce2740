"""Rest after work: standby counts as rest (L3121-10), an intervention breaks it, unless enough was taken before.

True elapsed time, whatever the clock does that night."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from oncall.intervals import Interval, joined
from oncall.law.employer import Employer
from oncall.wall import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Somebody may not work again before `until`, though their day would begin at `usual`."""

    rest: timedelta
    last: datetime  # end of the intervention from which it counts
    until: datetime
    usual: datetime


def earliest_return(ended: datetime, interventions: Sequence[Interval], rest: timedelta) -> datetime | None:
    """From when somebody may work again, who stopped at `ended`; none when no intervention matters."""
    last = ended
    for starts, until in joined(interventions):
        if until <= ended:
            continue
        if starts - last >= rest:
            break
        last = until
    return None if last == ended else last + rest


def owed(employer: Employer, work: Sequence[Interval], interventions: Sequence[Interval], zone: str) -> Iterator[Owed]:
    """What the interventions between usual working hours put off.

    The weekly rest is looked for in the longest pause of each week (Monday first), where it would be taken."""
    pauses = [(ended, begins) for (_, ended), (begins, _) in pairwise(work)]
    longest: dict[tuple[int, int], Interval] = {}
    for pause in pauses:
        year, week, _ = shown(pause[0], zone).isocalendar()
        held = longest.get((year, week))
        if held is None or pause[1] - pause[0] > held[1] - held[0]:
            longest[year, week] = pause
    weekly = set(longest.values())
    for ended, begins in pauses:
        during = [each for each in interventions if each[0] < begins and each[1] > ended]
        rest = employer.weekly_rest if (ended, begins) in weekly else employer.daily_rest
        back = earliest_return(ended, during, rest)
        if back and back > begins:
            yield Owed(rest=rest, last=back - rest, until=back, usual=begins)
