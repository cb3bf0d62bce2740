"""A subject's numbers by month and by entity, as bars and as tables; each leads to the rows that it counts."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from directory.index import Directory
from notifications.durations import spelled
from standby.statements import Month
from storage.tickets.report_figures import Fact, Subject
from tickets.figures import percentile
from web.console.reporting.asked import (
    PERCENTS,
    TIMED,
    Asked,
    entities,
    entity_named,
    entity_of,
    lasted,
    named,
    words_of,
)
from web.languages import gettext

TALL = 100  # of a bar's field, and as wide, without unit
# One, and several: what a number counts.
ONE: Mapping[str, str] = {
    Subject.CALLS: "%(count)s appel", Subject.TAKEN: "%(count)s prise en charge", Subject.OPENED: "%(count)s ticket",
    Subject.QUALIFIED: "%(count)s ticket qualifié", Subject.RESPOND: "%(count)s engagement de prise en charge",
    Subject.RESTORE: "%(count)s engagement de rétablissement", Subject.PAGES: "%(count)s réveil",
}  # fmt: skip
SEVERAL: Mapping[str, str] = {
    Subject.CALLS: "%(count)s appels", Subject.TAKEN: "%(count)s prises en charge", Subject.OPENED: "%(count)s tickets",
    Subject.QUALIFIED: "%(count)s tickets qualifiés", Subject.RESPOND: "%(count)s engagements de prise en charge",
    Subject.RESTORE: "%(count)s engagements de rétablissement", Subject.PAGES: "%(count)s réveils",
}  # fmt: skip
MINUTE, HOUR = 60, 3600
# Half of an axis: what people read as a round length, or a round number.
LENGTHS = (
    *(1, 2, 5, 10, 15, 30, MINUTE), *(MINUTE * each for each in (2, 5, 10, 15, 30)),
    *(HOUR * each for each in (1, 2, 3, 6, 12, 24, 48, 96, 240, 480, 1200)),
)  # fmt: skip
NUMBERS = tuple(each * 10**zeros for zeros in range(9) for each in (1, 2, 3, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A count or a length as it is read, where its rows are, and how it is called by whoever does not see its place."""

    said: str
    href: str = ""  # of nothing: there are no rows
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """In a field of TALL by TALL."""

    tone: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A month: its bars, and what is told of them."""

    month: Month
    whole: Number
    told: Sequence[str]
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Of a table."""

    title: str
    numbers: Sequence[Number]
    bars: Sequence[Bar] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    subject: str
    timed: bool
    heads: Sequence[str]  # of the numbers of a line
    tones: int  # how many of them have one, the first
    total: Line
    axis: Sequence[str]  # from the top
    columns: Sequence[Column]
    by_month: Sequence[Line]
    by_entity: Sequence[Line]
    across: Sequence[Line]  # entities by month
    csv: str


class Tally:
    """Facts of a subject by entity, month and kind; "" for any of them."""

    def __init__(self, asked: Asked, found: Iterable[Fact], months: Sequence[Month], zone: str):
        self.asked, self.timed, self.kinds = asked, asked.subject in TIMED, list(words_of(asked.subject))
        ends, codes = [month.edges(zone)[1] for month in months], [month.code for month in months]
        self._took: dict[tuple[str, str, str], list[timedelta]] = defaultdict(list)
        for fact in found:
            key = entity_of(fact), codes[bisect(ends, fact.at)], fact.what
            self._took[key].append(fact.took or timedelta())
        self.entities = {entity for entity, _, _ in self._took}
        for (entity, month, what), took in list(self._took.items()):
            for wider in product((entity, ""), (month, ""), (what, "")):
                if wider != (entity, month, what):
                    self._took[wider] += took

    def count(self, entity: str = "", month: Month | None = None, what: str = "") -> int:
        return len(self._of(entity, month, what))

    def length(self, percent: int, entity: str = "", month: Month | None = None) -> timedelta | None:
        return percentile(self._of(entity, month, ""), percent)

    def _of(self, entity: str, month: Month | None, what: str) -> Sequence[timedelta]:
        return self._took.get((entity, month.code if month else "", what), ())

    def values(self, entity: str = "", month: Month | None = None) -> list[float]:
        """What is drawn of a month, or of an entity."""
        if self.timed:
            lengths = (self.length(percent, entity, month) for percent in PERCENTS)
            return [length.total_seconds() if length else 0 for length in lengths]
        return [self.count(entity, month, what) for what in self.kinds]

    def reach(self, values: Sequence[float]) -> float:
        """How high bars of these values get: beside each other, or on top of each other."""
        return max(values) if self.timed else sum(values)


def chart(book: Directory, asked: Asked, found: Iterable[Fact], months: Sequence[Month]) -> Chart:
    """`found`: facts of one subject and these months, of the entity that is asked for."""
    tally = Tally(asked, found, months, str(book.zone))
    told, codes = _Told(book, tally), entities(book, tally.entities)
    most = max(tally.reach(tally.values(month=month)) for month in months)
    half = next((each for each in (LENGTHS if tally.timed else NUMBERS) if each * 2 >= most), most / 2)
    widest = max((tally.reach(tally.values(code)) for code in codes), default=0)
    heads = [gettext(words_of(asked.subject)[what]) for what in tally.kinds] if len(tally.kinds) > 1 else []
    return Chart(
        subject=asked.subject, timed=tally.timed, csv=asked.address("console.report_csv"),
        heads=[gettext(each) for each in PERCENTS.values()] + [gettext("nombre")] if tally.timed
        else [*heads, gettext("en tout")],
        tones=len(PERCENTS) if tally.timed else len(heads) or 1,
        total=Line(title=gettext("en tout"), numbers=told.line()),
        axis=[spelled(timedelta(seconds=each)) if tally.timed else f"{each:g}" for each in (half * 2, half, 0)],
        columns=[
            Column(month=month, whole=told.counted(month=month), told=told.parts(month),
                   bars=_columns(tally.values(month=month), half * 2, tally.timed)) for month in months
        ],
        by_month=[Line(title=named(month, "MMM y"), numbers=told.line(month=month)) for month in months],
        by_entity=[
            Line(title=entity_named(book, code), numbers=told.line(code),
                 bars=_strip(tally.values(code), widest, tally.timed)) for code in codes
        ],
        across=[
            Line(title=entity_named(book, code) if code else gettext("en tout"),
                 numbers=[told.main(code, month) for month in (*months, None)]) for code in (*codes, "")
        ] if len(codes) > 1 and len(months) > 1 else [],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """Numbers with where they lead and how they are called."""

    book: Directory
    tally: Tally

    def line(self, entity: str = "", month: Month | None = None) -> list[Number]:
        if self.tally.timed:
            return [self.length(percent, entity, month) for percent in PERCENTS] + [self.counted(entity, month)]
        kinds = self.tally.kinds if len(self.tally.kinds) > 1 else []
        return [self.counted(entity, month, what) for what in (*kinds, "")]

    def main(self, entity: str, month: Month | None) -> Number:
        """Where there is room for one."""
        return self.length(50, entity, month) if self.tally.timed else self.counted(entity, month)

    def counted(self, entity: str = "", month: Month | None = None, what: str = "") -> Number:
        if not (count := self.tally.count(entity, month, what)):
            return Number(said="0")
        kind = gettext(words_of(self.tally.asked.subject)[what]) if what else ""
        name = self._named(said_of(self.tally.asked.subject, count), kind, entity, month)
        return Number(said=str(count), href=self._rows(entity, month, what=what), name=name)

    def length(self, percent: int, entity: str = "", month: Month | None = None) -> Number:
        length = self.tally.length(percent, entity, month)
        if length is None:
            return Number(said="—")
        said, count = lasted(length), said_of(self.tally.asked.subject, self.tally.count(entity, month))
        name = self._named(f"{gettext(PERCENTS[percent])} {said}", count, entity, month)
        return Number(said=said, href=f"{self._rows(entity, month, percent=percent)}#marked", name=name)

    def parts(self, month: Month) -> list[str]:
        """A month in words."""
        if self.tally.timed:
            lengths = {percent: self.tally.length(percent, month=month) for percent in PERCENTS}
            return [f"{gettext(PERCENTS[percent])} {lasted(length)}" for percent, length in lengths.items() if length]
        words = words_of(self.tally.asked.subject) if len(self.tally.kinds) > 1 else {}
        counts = {what: self.tally.count(month=month, what=what) for what in words}
        return [f"{gettext(words[what])} {count}" for what, count in counts.items() if count]

    def _named(self, first: str, second: str, entity: str, month: Month | None) -> str:
        entity = entity or self.tally.asked.entity
        where = entity_named(self.book, entity) if entity else ""
        return ", ".join(filter(None, (first, second, where, named(month) if month else self.tally.asked.span)))

    def _rows(self, entity: str, month: Month | None, **more: object) -> str:
        narrower = {"entity": entity} if entity else {}
        within = {"first": month, "last": month} if month else {}
        return self.tally.asked.address("console.report_rows", **narrower, **within, **more)


def said_of(subject: str, count: int) -> str:
    """« 112 appels »."""
    return gettext((ONE if count < 2 else SEVERAL)[subject], count=count)


def _columns(values: Sequence[float], most: float, beside: bool) -> list[Bar]:
    """Upwards."""
    bars, top, width = [], float(TALL), 36 if beside else 72
    for tone, value in enumerate(values):
        height = TALL * value / most
        top = TALL - height if beside else top - height
        x = 13 + 38 * tone if beside else 14
        bars.append(Bar(tone=tone, x=x, y=round(top, 2), width=width, height=round(height, 2)))
    return [bar for bar in bars if bar.height]


def _strip(values: Sequence[float], most: float, beside: bool) -> list[Bar]:
    """To the right."""
    bars, left = [], 0.0
    for tone, value in enumerate(values):
        width = TALL * value / most if most else 0
        y, height = (TALL / 2 * tone, TALL / 2) if beside else (0, TALL)
        bars.append(Bar(tone=tone, x=round(0 if beside else left, 2), y=y, width=round(width, 2), height=height))
        left += width
    return [bar for bar in bars if bar.width]
