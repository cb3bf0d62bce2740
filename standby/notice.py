"""How long beforehand somebody learned of a turn."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.employers import Employer
from directory.local_time import shown


class Verdict(StrEnum):
    FINE = "fine"
    REASON = "reason"  # only in exceptional circumstances, which are said
    AGREED = "agreed"  # too late to be imposed: only with whoever takes it


@dataclass(frozen=True, slots=True)
class Notice:
    days: int  # calendar days from the announcement to the turn's own
    verdict: Verdict

    @property
    def clear_days(self) -> int:
        """Whole days in between."""
        return max(self.days - 1, 0)


def notice(employer: Employer, starts: datetime, announced_at: datetime, zone: str) -> Notice:
    """Counted in calendar days on the clock of `zone`: L3121-12 says « jours », and « jour franc » of the shorter."""
    days = max((shown(starts, zone).date() - shown(announced_at, zone).date()).days, 0)
    if days >= employer.notice_days:
        return Notice(days, Verdict.FINE)
    return Notice(days, Verdict.REASON if days > employer.short_notice_days else Verdict.AGREED)
