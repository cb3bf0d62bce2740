"""Months as bars, each leading to the rows that it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ivr.book import Book
from ivr.statements import Month
from oncall.wall import shown
from storage.figures import Fact
from web.console.reporting.asked import Asked, words_of

WIDTH, HEIGHT = 600, 120  # of a chart, without unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month of one kind, placed in a chart of WIDTH by HEIGHT."""

    x: float
    y: float
    width: float
    height: float
    count: int
    what: str
    month: Month
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    subject: str
    words: Mapping[str, str]
    bars: Sequence[Bar]
    totals: Mapping[str, tuple[int, str]]  # by kind: how many, and where they are listed
    by_month: Sequence[tuple[Month, int, str]]
    csv: str

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.totals.values())


def chart(book: Book, asked: Asked, subject: str, found: Sequence[Fact], months: Sequence[Month]) -> Chart:
    words, asked = words_of(subject), replace(asked, subject=subject)
    counted: dict[tuple[str, str], int] = {}
    zone = str(book.zone)
    for fact in found:
        key = f"{shown(fact.at, zone):%Y-%m}", fact.what
        counted[key] = counted.get(key, 0) + 1
    sums = {month.code: sum(counted.get((month.code, what), 0) for what in words) for month in months}
    most, step, bars = max(sums.values(), default=0) or 1, WIDTH / len(months), []
    for place, month in enumerate(months):
        top = float(HEIGHT)
        for what in words:
            if count := counted.get((month.code, what), 0):
                height = HEIGHT * count / most
                top -= height
                href = asked.address("console.report_rows", first=month, last=month, what=what)
                bars.append(Bar(x=round(place * step + step * 0.15, 2), y=round(top, 2), width=round(step * 0.7, 2),
                                height=round(height, 2), count=count, what=what, month=month, href=href))  # fmt: skip
    totals = {
        what: (sum(counted.get((month.code, what), 0) for month in months),
               asked.address("console.report_rows", what=what)) for what in words
    }  # fmt: skip
    by_month = [
        (month, sums[month.code], asked.address("console.report_rows", first=month, last=month)) for month in months
    ]
    return Chart(subject=subject, words=words, bars=bars, totals=totals, by_month=by_month,
                 csv=asked.address("console.report_csv"))  # fmt: skip
