"""A month of standby of one person, worked out from what has been: turns, work, notice, rest, what it is worth.

PURE. What is found is a document (JSON): shown, printed, and sealed when it is issued; amounts are euros and hours are
decimal, as text, so that a document says the same for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from directory import public_holidays
from directory.employers import Employer, Of
from directory.index import Directory
from directory.intervals import Interval, common, joined, without
from directory.local_time import instant, shown
from directory.turns import turn_at
from directory.week import stretches
from oncall import coverage_checks
from oncall.rotas import Engineer, Layer, Segment
from standby.pay import in_hours, lines, summed, total
from standby.rest import owed
from standby.standby_hours import split
from standby.working_time import Excess, excess

Document = dict[str, Any]
DAY = timedelta(days=1)
BEFORE = timedelta(days=8)  # work that is looked at for the rest of a month's first days


@dataclass(frozen=True, slots=True)
class Month:
    first: date

    @classmethod
    def of(cls, written: str) -> "Month | None":
        """« 2026-09 »; none for anything else."""
        try:
            first = date.fromisoformat(f"{written}-01")
        except ValueError:
            return None
        return cls(first) if 2001 <= first.year <= 2098 else None

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"

    def moved(self, months: int) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + months, 12)
        return Month(date(year, month + 1, 1))

    def edges(self, zone: str) -> Interval:
        """From its first midnight to the one after its last day."""
        first, after = (instant(datetime.combine(day, time()), zone) for day in (self.first, self.moved(1).first))
        return first, after

    def repeated(self, zone: str) -> list[date]:
        """Days on which the clock shows an hour twice."""
        days = [self.first + timedelta(days=each) for each in range((self.moved(1).first - self.first).days)]
        return [day for day in days if _midnight(day + DAY, zone) - _midnight(day, zone) > DAY]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyTurn:
    """Somebody's time in one layer of a rota, [starts, until)."""

    rota: str
    layer: str
    starts: datetime
    until: datetime


class Worked(Protocol):
    """storage.standby.interventions."""

    ticket: str
    starts: datetime
    until: datetime
    travel: int
    on_site: bool


class Announced(Protocol):
    """services.notices."""

    starts: datetime
    until: datetime
    announced_at: datetime
    days: int
    verdict: str
    reason: str
    agreed: bool


def turns(engineer: str, rota: str, layers: Mapping[str, Sequence[Segment]]) -> list[StandbyTurn]:
    """What somebody has had of a rota: pieces that touch are one turn."""
    return [
        StandbyTurn(rota=rota, layer=layer, starts=starts, until=until)
        for layer, segments in layers.items()
        for starts, until in joined((each.starts, each.until) for each in segments if engineer in each.engineers)
    ]


def begun(layer: Layer | None, zone: str, spans: Sequence[Interval], starts: datetime, until: datetime) -> int:
    """Turns of a layer of which somebody, who had `spans` of it, had their first moment in [starts, until); of a layer
    that is no more, its stretches."""
    firsts: dict[datetime, datetime] = {}
    for at, end in spans:
        while at < end:
            turn = turn_at(layer, zone, at) if layer else None
            firsts.setdefault(turn.starts if turn else at, at)
            at = turn.until if turn else end
    return sum(starts <= first < until for first in firsts.values())


def standby(book: Directory, turn: StandbyTurn) -> list[Interval]:
    """A turn without the hours at which all that it is for is open; of a rota that serves nothing, the whole."""
    return coverage_checks.closed_for(book, turn.rota, turn.starts, turn.until)


def work(book: Directory, employer: Employer, start: datetime, end: datetime) -> list[Interval]:
    """When the employer's people usually work, public holidays taken out."""
    if employer.work is None:
        return []
    zone, code = str(book.zone), book.organisation.holidays
    day, free = shown(start, zone).date() - timedelta(days=1), []
    while day <= shown(end, zone).date():
        if public_holidays.name_of(code, day):
            free.append((_midnight(day, zone), _midnight(day + timedelta(days=1), zone)))
        day += timedelta(days=1)
    return without(list(joined(stretches(employer.work, zone, start, end))), free)


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """What somebody has had of a month: each turn with its hours of standby, where they were on duty around it too,
    and how many turns of the rotas began for them in it."""

    turns: Sequence[tuple[StandbyTurn, list[Interval]]]
    on_duty: Sequence[Interval]
    begun: int


def document(
    book: Directory, employer: Employer, engineer: Engineer, month: Month, had: Had, interventions: Sequence[Worked],
    notices: Sequence[Announced],
) -> Document:  # fmt: skip
    """`interventions`: of the month and of BEFORE it."""
    zone, (starts, ends) = str(book.zone), month.edges(str(book.zone))
    spans = sorted(had.turns, key=lambda one: (one[0].starts, one[0].rota))
    hours = split(employer, [span for _, each in spans for span in each], zone, _holiday(book))
    ours = [each for each in interventions if starts <= each.starts < ends]
    worked = sum((each.until - each.starts for each in ours), timedelta())
    paid = lines(employer, {**hours, Of.INTERVENTION: worked}, {Of.SHIFT: had.begun, Of.INTERVENTION: len(ours)})
    usual = work(book, employer, starts - BEFORE, ends + BEFORE)
    done = [(each.starts, each.until) for each in interventions]
    return {
        "month": month.code, "zone": zone, "organisation": book.organisation.name,
        "employer": {"name": employer.name, "agreement": employer.agreement},
        "engineer": {"code": engineer.code, "name": engineer.name},
        "turns": [_turn(employer, turn, each, book) for turn, each in spans],
        "hours": {str(of): str(in_hours(length)) for of, length in hours.items()},
        "standby": str(summed(hours)),
        "interventions": [_intervention(each, had.on_duty, zone) for each in ours],
        "worked": str(in_hours(worked)),
        "lines": [
            {"of": str(line.of), "quantity": str(line.quantity), "hours": line.is_hours, "rate": str(line.rate),
             "amount": str(line.amount)} for line in paid
        ],
        "total": str(total(paid)),
        "rest": [
            {"hours": str(in_hours(each.rest)), "last": _wall(each.last, zone), "until": _wall(each.until, zone),
             "usual": _wall(each.usual, zone)}
            for each in owed(employer, usual, done, zone) if starts <= each.usual < ends
        ],
        "notices": [
            {"starts": _wall(each.starts, zone), "until": _wall(each.until, zone), "days": each.days,
             "announced_at": _wall(each.announced_at, zone), "verdict": each.verdict, "reason": each.reason,
             "agreed": each.agreed} for each in notices if common([(each.starts, each.until)], had.on_duty)
        ],
        **_excesses(employer, month, usual, done, zone),
    }  # fmt: skip


def is_due(document: Document) -> bool:
    """Whether there is anything to tell its person at the month's end."""
    return bool(document["turns"] or document["interventions"])


def _excesses(
    employer: Employer, month: Month, usual: Sequence[Interval], done: Sequence[Interval], zone: str
) -> Document:
    """Only where there is one: a document of before they were looked for says the same as ever."""
    found = [_excess(each) for each in excess(employer, usual, done, zone) if _is_of(month, each)] if usual else []
    return {"excess": found} if found else {}


def _is_of(month: Month, each: Excess) -> bool:
    """A week is of the month in which it ends."""
    last = each.first + timedelta(days=6 if each.is_week else 0)
    return month.first <= last < month.moved(1).first


def _excess(each: Excess) -> Document:
    return {
        "first": each.first.isoformat(), "week": each.is_week, "worked": str(in_hours(each.worked)),
        "limit": str(in_hours(each.limit)),
    }  # fmt: skip


def _turn(employer: Employer, turn: StandbyTurn, spans: Sequence[Interval], book: Directory) -> Document:
    zone = str(book.zone)
    hours = split(employer, spans, zone, _holiday(book))
    return {
        "rota": turn.rota, "layer": turn.layer, "starts": _wall(turn.starts, zone), "until": _wall(turn.until, zone),
        "hours": {str(of): str(in_hours(length)) for of, length in hours.items() if length},
        "standby": str(summed(hours)),
    }  # fmt: skip


def _intervention(each: Worked, on_duty: Sequence[Interval], zone: str) -> Document:
    inside = common([(each.starts, each.until)], on_duty) == [(each.starts, each.until)]
    return {
        "ticket": each.ticket, "starts": _wall(each.starts, zone), "until": _wall(each.until, zone),
        "hours": str(in_hours(each.until - each.starts)), "travel": each.travel, "on_site": each.on_site,
        "outside": not inside,
    }  # fmt: skip


def _holiday(book: Directory) -> Any:
    return lambda day: bool(public_holidays.name_of(book.organisation.holidays, day))


def _wall(at: datetime, zone: str) -> str:
    """With its offset, so that the night with two 02:30 has two."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def _midnight(day: date, zone: str) -> datetime:
    return instant(datetime.combine(day, time()), zone)
