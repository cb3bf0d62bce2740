"""What a row of the rota shows: bars placed in percent of its width, each knowing the whole of its shift."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from directory.index import Directory
from directory.intervals import Interval
from directory.local_time import instant
from notifications import labels
from oncall import coverage
from oncall.rotas import Engineer, Rota, Segment, Why, resolve, who
from storage.rotas.rotas import Layers
from web.console.faces import Face, face
from web.console.moments import asked

BEYOND = timedelta(days=35)  # looked at on either side of the page, for the ends of shifts that reach beyond it
CHANGED = (Why.OVERRIDE, Why.ADDED, Why.ABSENCE, Why.REMOVED)  # not as the turns of the layer have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A piece of a row; `name` is its class in the page's own style."""

    name: str
    left: float
    width: float
    faces: list[Face]
    reason: str
    starts: datetime  # of the whole shift, local
    until: datetime
    is_gap: bool = False
    is_changed: bool = False  # drawn in the lane of changes
    is_cut: tuple[bool, bool] = (False, False)  # it began before the page, it goes on beyond

    def asked(self, now: datetime) -> dict[str, str]:
        return asked(self.starts, self.until, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A layer: who has it, what was changed, and whose turn it was."""

    bars: list[Bar]
    ghosts: list[Bar]

    @property
    def has_changes(self) -> bool:
        return any(bar.is_changed for bar in self.bars)

    @property
    def drawn(self) -> list[Bar]:
        return self.bars + self.ghosts

    @property
    def gaps(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.is_gap]

    def of(self, day: date) -> list[Bar]:
        """Those that touch a day, the first first."""
        touching = (bar for bar in self.bars if bar.starts.date() <= day <= (bar.until - datetime.resolution).date())
        return sorted(touching, key=lambda bar: bar.starts)


class Page:
    """The days that are looked at, of one rota."""

    def __init__(self, rota: Rota, days: Sequence[date], prefix: str):
        self.rota, self.days, self.zone = rota, days, ZoneInfo(rota.timezone)
        self.starts, self.until = span(rota, days)
        self.wide = self.starts - BEYOND, self.until + BEYOND
        self._names = (f"{prefix}-{number}" for number in count(1))

    def place(self, at: datetime) -> float:
        return round(100 * (at - self.starts).total_seconds() / (self.until - self.starts).total_seconds(), 3)

    def rows(self, book: Directory, layers: Layers) -> dict[str, Row]:
        """`layers` are resolved over the wide range."""
        holes = coverage.holes_of(book, self.rota, layers, *self.wide)
        return {name: self._row(book, name, segments, holes[name]) for name, segments in layers.items()}

    def _row(self, book: Directory, layer: str, segments: Sequence[Segment], holes: Sequence[Interval]) -> Row:
        engineers, bars, ghosts = book.directory.engineers, [], []
        for segment in segments:
            if segment.engineers and self._is_seen(segment.starts, segment.until):
                whole = self._whole(layer, segment, engineers)
                bars += [self._bar(book, people, why, *whole, is_changed=changed)
                         for people, why, changed in _lanes(book, segment)]  # fmt: skip
                ghosts += [self._bar(book, [code], "", *whole) for code, whole in self._former(layer, segment)]
        for starts, until in holes:
            if self._is_seen(starts, until):
                bars.append(self._bar(book, _mute(segments, starts), "", starts, until, is_gap=True))
        return Row(bars=bars, ghosts=ghosts)

    def _is_seen(self, starts: datetime, until: datetime) -> bool:
        return starts < self.until and self.starts < until

    def _whole(self, layer: str, segment: Segment, engineers: Sequence[Engineer]) -> Interval:
        """Even a shift that reaches beyond the wide range ends with its turn."""
        if segment.until < self.wide[1]:
            return segment.starts, segment.until
        last = who(self.rota, layer, self.wide[1] - datetime.resolution, engineers)
        return segment.starts, last.until

    def _former(self, layer: str, segment: Segment) -> Iterator[tuple[str, Interval]]:
        """Whose turn a replacement takes."""
        if segment.why is not Why.OVERRIDE:
            pieces = [segment] if segment.instead_of else []
        else:
            bare = Rota(code=self.rota.code, timezone=self.rota.timezone, layers=self.rota.layers)
            pieces = list(resolve(bare, layer, max(segment.starts, self.starts), min(segment.until, self.until)))
        for piece in pieces:
            code = piece.instead_of or piece.engineer
            if code and code not in segment.engineers:
                yield code, (piece.starts, piece.until)

    def _bar(
        self, book: Directory, people: Sequence[str], reason: str, starts: datetime, until: datetime, *,
        is_gap: bool = False, is_changed: bool = False,
    ) -> Bar:  # fmt: skip
        left, right = self.place(max(starts, self.starts)), self.place(min(until, self.until))
        return Bar(
            name=next(self._names), left=left, width=round(right - left, 3), reason=reason,
            faces=[face(book, code) for code in people], starts=starts.astimezone(self.zone),
            until=until.astimezone(self.zone), is_gap=is_gap, is_changed=is_changed,
            is_cut=(starts < self.starts, self.until < until),
        )  # fmt: skip


def span(rota: Rota, days: Sequence[date]) -> Interval:
    """From the first to the end of the last, whole days of the rota's clock."""
    edges = (days[0], days[-1] + timedelta(days=1))
    starts, until = (instant(datetime.combine(day, datetime.min.time()), rota.timezone) for day in edges)
    return starts, until


def _lanes(book: Directory, segment: Segment) -> Iterator[tuple[Sequence[str], str, bool]]:
    """People, why, and whether that is a change: who is added stands below whoever has the turn."""
    reason = labels.reason(book, segment)
    if segment.why in CHANGED or not segment.beside:
        yield segment.engineers, reason, segment.why in CHANGED
    else:
        yield segment.engineers[:1], reason, False
        yield segment.beside, labels.added(), True


def _mute(segments: Sequence[Segment], at: datetime) -> tuple[str, ...]:
    """On call then, without a telephone."""
    return next((each.engineers for each in segments if each.starts <= at < each.until), ())
