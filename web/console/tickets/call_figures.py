"""Figures of the call log: entity by hour of the day, and where callers give up; each leads to its calls."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import Connection

from directory.index import Directory
from ivr.call import Outcome
from notifications import labels
from storage.calls import call_log
from storage.calls.call_log import NO_ENTITY
from web.console.tickets.call_log import OUTCOMES, period
from web.outside import Outside
from web.params import text
from web.serving import table

USUAL = timedelta(days=30)
LONGEST = timedelta(days=366)
SHADES = 5  # classes shade-0 … of app.css


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of calls that are over, of days that are both included."""

    since: str
    until: str
    by_hour: Mapping[tuple[str, int], int]  # entity, hour
    by_entity: Mapping[str, int]
    by_outcome: Mapping[str, int]
    by_step: Mapping[str, int]  # of those abandoned
    rows: list[tuple[str, int, str, str, int]]  # entity, hour, outcome, step, calls

    @property
    def total(self) -> int:
        return sum(self.by_entity.values())

    def of_hour(self, hour: int) -> int:
        return sum(self.by_hour[entity, hour] for entity in self.by_entity)

    def shade(self, count: int) -> int:
        """How dark a cell is: 0 for nothing."""
        most = max(self.by_hour.values(), default=1)
        return -(-count * (SHADES - 1) // most)


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/calls/figures")
    def call_figures() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            found = _figures(db, book, outside)
        entities = {entity.code: entity.name for entity in book.directory.entities}
        entities |= {code: code for code in found.by_entity if code not in entities and code != NO_ENTITY}
        return render_template(
            "console/call_figures.html", found=found, entities=entities | {NO_ENTITY: ""}, outcomes=OUTCOMES,
            stages=labels.STAGES, listed=lambda **more: _listed(found, more), abandoned=Outcome.ABANDONED,
        )  # fmt: skip

    @routes.get("/calls/figures.csv")
    def call_figures_csv() -> Response:
        with outside.database.read() as db:
            found = _figures(db, outside.shelf.newest(db), outside)
        heads = ("entite", "heure", "fin", "etape", "appels")
        return table(heads, found.rows, f"appels-{found.since}-{found.until}.csv")


def _figures(db: Connection, book: Directory, outside: Outside) -> Figures:
    today = book.day(outside.clock())
    written = text("from", 10), text("until", 10)
    since, until = period(book, *written)
    if since is None or until is None or not since < until <= since + LONGEST:
        written = (today - USUAL).isoformat(), today.isoformat()
        since, until = period(book, *written)
    assert since
    assert until
    hours: Counter[tuple[str, int]] = Counter()
    entities, outcomes, steps = Counter[str](), Counter[str](), Counter[str]()
    rows = []
    for row in call_log.figures(db, since, until):
        entity, hour = row.entity or NO_ENTITY, row.hour or 0
        hours[entity, hour] += row.calls
        entities[entity] += row.calls
        outcomes[row.outcome] += row.calls
        if row.outcome == Outcome.ABANDONED:
            steps[row.step] += row.calls
        rows.append((entity, hour, row.outcome, row.step, row.calls))
    return Figures(*written, hours, entities, outcomes, steps, sorted(rows))


def _listed(found: Figures, more: Mapping[str, str]) -> str:
    """The calls that a figure counts."""
    return f"{url_for('console.calls')}?{urlencode({'from': found.since, 'until': found.until, **more})}"
