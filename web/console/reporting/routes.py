"""Reports: months of calls, pages and commitments; each number leads to its rows, and a table adds up to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.index import Directory
from directory.local_time import shown
from storage.calls.call_log import NO_ENTITY
from storage.tickets.report_figures import Fact, Subject
from web.console.faces import Face, face
from web.console.reporting import asked as asking
from web.console.reporting.asked import Asked, entity_named, entity_of
from web.console.reporting.charts import Number, chart, said_of
from web.console.reporting.rows import rows, table
from web.console.tickets.call_figures import SHADES
from web.outside import Outside


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/reports")
    def reports() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            asked, doubts = asking.asked_for(db, book, outside.clock())
            every = {each: list(asking.of_months(db, book, replace(asked, subject=each))) for each in Subject}
        found = {
            subject: [fact for fact in of if asked.entity in ("", entity_of(fact))] for subject, of in every.items()
        }
        codes = {entity_of(fact) for of in every.values() for fact in of}
        codes |= {entity.code for entity in book.directory.entities} | {NO_ENTITY, asked.entity or NO_ENTITY}
        months = asked.months()
        return render_template(
            "console/reports.html", asked=asked, doubts=doubts, subjects=asking.SUBJECTS,
            entities={code: entity_named(book, code) for code in asking.entities(book, codes)},
            charts=[chart(book, replace(asked, subject=each), found[each], months) for each in Subject],
            woken=_woken(book, replace(asked, subject=Subject.PAGES), found[Subject.PAGES]),
        )  # fmt: skip

    @routes.get("/reports/rows")
    def report_rows() -> str:
        found = rows(outside)
        asked, book = found.asked, found.book
        return render_template(
            "console/report_rows.html", asked=asked, doubts=found.doubts, found=found, subjects=asking.SUBJECTS,
            words=asking.words_of(asked.subject), percents=asking.PERCENTS, lasted=asking.lasted,
            entity_named=lambda code: entity_named(book, code),
            turned=lambda page: f"{asked.address('console.report_rows')}&page={page}",
        )  # fmt: skip

    @routes.get("/reports.csv")
    def report_csv() -> Response:
        found = rows(outside)
        if found.doubts:  # a table has no room for what was not understood
            return redirect(f"{url_for('console.report_rows')}?{urlencode(request.args)}", HTTPStatus.SEE_OTHER)
        return table(found)


def _woken(book: Directory, asked: Asked, found: Sequence[Fact]) -> list[tuple[str, list[tuple[Number, int]]]]:
    """People by hour of the day, and the whole day last; each number with its shade."""
    counted: Counter[tuple[str, int | None]] = Counter()
    for fact in found:
        counted.update([(fact.who, shown(fact.at, str(book.zone)).hour), (fact.who, None)])
    most = max((count for (_, hour), count in counted.items() if hour is not None), default=1)
    faces = sorted((face(book, who) for who in {who for who, _ in counted}), key=lambda each: (each.name, each.code))

    def told(who: Face, hour: int | None) -> tuple[Number, int]:
        count = counted[who.code, hour]
        if not count:
            return Number(said=""), 0
        href = asked.address("console.report_rows", who=who.code, hour=hour)
        where = entity_named(book, asked.entity) if asked.entity else ""
        parts = (said_of(asked.subject, count), who.name, "" if hour is None else f"{hour} h", where, asked.span)
        shade = 0 if hour is None else -(-count * (SHADES - 1) // most)
        return Number(said=str(count), href=href, name=", ".join(filter(None, parts))), shade

    return [(each.name, [told(each, hour) for hour in (*range(24), None)]) for each in faces]
