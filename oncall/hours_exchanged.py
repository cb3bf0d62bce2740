"""Whose hours are whose, before and after a change: what somebody gains of a layer, and what they only keep."""

from collections import defaultdict
from collections.abc import Iterable

from directory.intervals import Interval, joined
from oncall.shifts import Shift


class Held:
    """Everybody's hours in each layer, and in all."""

    def __init__(self, shifts: Iterable[Shift]):
        self._layers: set[tuple[str, str]] = set()
        self._hours: dict[tuple[str, ...], list[Interval]] = defaultdict(list)
        for shift in shifts:
            self._layers.add((shift.rota, shift.layer))
            for of in ((shift.engineer,), (shift.engineer, shift.rota, shift.layer)):
                self._hours[of].append((shift.starts, shift.until))

    def like(self, shift: Shift) -> list[Interval]:
        """What its person has of that layer; where there is no such layer, maybe renamed, what they have of any."""
        is_known = (shift.rota, shift.layer) in self._layers
        of = (shift.engineer, shift.rota, shift.layer) if is_known else (shift.engineer,)
        return list(joined(self._hours.get(of, ())))
