"""Rest after work: standby counts as rest (L3121-10), an intervention breaks it, unless enough was taken before.

True elapsed time, whatever the clock does that night."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from directory.employers import Employer
from directory.intervals import Interval, joined
from directory.local_time import shown

DAY = timedelta(days=1)


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
    """What the interventions between usual working hours put off; a pause within a day is for no rest.

    The daily rest is looked for in the day before work begins, the weekly one in the longest pause of each week
    (Monday first), where it would be taken."""
    pauses = [(ended, begins) for (_, ended), (begins, _) in pairwise(work) if begins - ended >= employer.daily_rest]
    weekly = _longest_of_weeks(pauses, zone)
    for ended, begins in pauses:
        during = [each for each in interventions if each[0] < begins and each[1] > ended]
        free = max([ended, *(until for _, until in during if until <= begins - DAY)])
        backs = [(earliest_return(free, during, employer.daily_rest), employer.daily_rest)]
        if (ended, begins) in weekly:
            backs.append((earliest_return(ended, during, employer.weekly_rest), employer.weekly_rest))
        late = [(back, rest) for back, rest in backs if back and back > begins]
        if late:
            back, rest = max(late)
            yield Owed(rest=rest, last=back - rest, until=back, usual=begins)


def _longest_of_weeks(pauses: Sequence[Interval], zone: str) -> set[Interval]:
    found: dict[tuple[int, int], Interval] = {}
    for pause in pauses:
        year, week, _ = shown(pause[0], zone).isocalendar()
        held = found.get((year, week))
        if held is None or pause[1] - pause[0] > held[1] - held[0]:
            found[year, week] = pause
    return set(found.values())
