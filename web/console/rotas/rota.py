"""The rotas on a line of time: a week or four, a row a layer; a change is seen before it is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from directory import public_holidays
from directory.hours import Closure
from directory.index import Directory
from directory.model import Entity
from notifications import labels
from oncall import coverage_checks, rota_proposals
from oncall.rota_proposals import Proposal, Unwanted
from oncall.rotas import Kind, Rota, who
from standby import short_notice
from storage.directory import versions
from storage.directory.versions import Why
from storage.rotas import rotas
from web.console.directory import CHANGED_MEANWHILE
from web.console.faces import face
from web.console.moments import moment
from web.console.rotas import rota_rights, swaps, turn_requests
from web.console.rotas.bars import Bar, Page, Row
from web.console.rotas.late_changes import Announced
from web.languages import gettext
from web.outside import Outside
from web.params import whole

LONGEST = timedelta(days=366)  # of one override


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One rota over the days that are looked at."""

    rota: Rota
    entities: Sequence[Entity]
    layers: dict[str, Row]
    closed: list[tuple[float, float]]  # when one of its entities is closed
    now: float | None
    may_change: bool
    may_edit: bool  # its layers

    def listed(self, days: Sequence[date], today: date) -> Iterator[tuple[date, date, list[tuple[str, Bar]]]]:
        """Day by day on a telephone; days on which nothing changes are one, and today is always by itself."""
        by_day = [(day, [(name, bar) for name, row in self.layers.items() for bar in row.of(day)]) for day in days]
        for (_, bars), group in groupby(by_day, key=lambda each: (each[0] == today, each[1])):
            found = [day for day, _ in group]
            yield found[0], found[-1], bars


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/rota")
    def rota() -> str:
        now = outside.clock()
        weeks = 4 if request.args.get("weeks") == "4" else 1
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            first = _first(request.args.get("from", ""), weeks, now, book)
            days = [first + timedelta(days=day) for day in range(7 * weeks)]
            pages = [Page(rota, days, f"b{number}") for number, rota in enumerate(book.directory.rotas, 1)]
            laid = [_laid(book, each, rotas.resolved(db, outside.shelf, each.rota, *each.wide), now) for each in pages]
            asked = turn_requests.waiting(db, outside, book, now)
        turned = {
            "before": _address(first - timedelta(weeks=weeks), weeks),
            "after": _address(first + timedelta(weeks=weeks), weeks),
        }
        code = book.organisation.holidays
        holidays = {day: name for day in days if (name := public_holidays.name_of(code, day))}
        return render_template(
            "console/rota.html", laid=laid, days=days, weeks=weeks, turned=turned, today=book.day(now),
            holidays=holidays, book=book, now=now, first=first, asked=asked, gaps=list(_gaps(laid, now)),
            closures=_closures(book, days), months=_months(days),
        )  # fmt: skip

    @routes.route("/rota/<code>/<layer>", methods=["GET", "POST"])
    def change_rota(code: str, layer: str) -> str | Response:
        """Ask, see what would change, keep it: three steps, the last one by POST."""
        now = outside.clock()
        with outside.database.read() as db:
            seen = versions.newest(db)
            book = outside.shelf.book(db, seen)
        found = book.rota(code)
        if found is None or not found.layer(layer):
            abort(HTTPStatus.NOT_FOUND)
        told = dict(request.values)
        shown_ = {"rota": found, "layer": layer, "book": book, "told": told, "seen": seen, "differences": []}
        if not rota_rights.may_change(current_user, book, found):
            abort(HTTPStatus.FORBIDDEN)
        try:
            if "look" not in told and told.keys() & {"until_day", "other_day", "other"}:
                proposal = _proposed(book, found, layer, told, now)
                proposal.differences()  # or Unwanted
                announced = Announced.of(short_notice.late(book, proposal.new, now + versions.PUBLISHED_AFTER))
                shown_ |= {"differences": list(_differences(book, proposal)), "doubts": proposal.doubts()}
                shown_ |= {"announced": announced}
                if request.method == "POST":
                    return _kept(outside, code, layer, told, now, announced.why(told))
        except Unwanted as refusal:
            shown_["refusal"] = refusal.said
        held = who(found, layer, _start(told, found) or now, book.directory.engineers)
        return render_template(
            "console/change_rota.html", only_me=not rota_rights.keeps(current_user, book, found), held=held,
            colleagues=turn_requests.colleagues(book, found), face=lambda code: face(book, code),
            workers=[each for each in turn_requests.workers(book, found) if each.code not in held.engineers],
            backs=turn_requests.in_return(book, found, layer, current_user.engineer, now),
            swaps=swaps.offered(found, layer, held, now, book.directory.engineers), **shown_,
        )  # fmt: skip


def _gaps(laid: Sequence[Laid], now: datetime) -> Iterator[tuple[Laid, str, Bar]]:
    """Hours to come that have nobody, each with its rota and layer."""
    for one in laid:
        for name, row in one.layers.items():
            yield from ((one, name, bar) for bar in row.gaps if bar.until > now)


def _kept(outside: Outside, code: str, layer: str, told: dict[str, str], now: datetime, why: Why) -> Response:
    """In the whole directory, of which the one who asks may see a part."""
    with outside.database.begin() as db:
        newest = versions.newest(db)
        book = outside.shelf.book(db, newest)
        found = book.rota(code)
        if found is None or whole(told.get("seen", "")) != newest:
            raise Unwanted(CHANGED_MEANWHILE)
        proposal = _proposed(book, found, layer, told, now)
        if not versions.succeed(db, newest, proposal.new, now, current_user.who, why):
            raise Unwanted(CHANGED_MEANWHILE)
    flash(gettext("Planning changé. Les personnes concernées l'apprennent."), "done")
    first = min(segment.starts for difference in proposal.differences() for segment in difference.after)
    return redirect(_address(proposal.old.day(first), 1) + f"#{code}", HTTPStatus.SEE_OTHER)


# ---------------------------------------------------------------- what would change
def _proposed(book: Directory, rota: Rota, layer: str, told: dict[str, str], now: datetime) -> Proposal:
    """Raises Unwanted."""
    if told.get("act") == "swap":
        if not rota_rights.keeps(current_user, book, rota):
            raise Unwanted("Un échange se demande à qui tient le planning ; vous pouvez prendre un tour.")
        one = _chosen(told, "one") or moment(told, "start", rota)
        other = _chosen(told, "other") or moment(told, "other", rota)
        if one is None or other is None:
            raise Unwanted("Donnez un instant de chacun des deux tours.")
        return rota_proposals.swap(book, rota, layer, one, other, now)
    engineer = told.get("engineer", "")
    if engineer and book.engineer(engineer) is None:
        raise Unwanted("Cette personne n'est pas dans l'annuaire.")
    kind = Kind(told["kind"]) if told.get("kind") in list(Kind) else Kind.REPLACE
    if not rota_rights.keeps(current_user, book, rota) and (engineer != current_user.engineer or kind is Kind.REMOVE):
        raise Unwanted("Vous pouvez prendre un tour vous-même ; pour le reste, demandez à qui tient le planning.")
    until = moment(told, "until", rota)
    if until is None:
        raise Unwanted("Donnez la fin du remplacement.")
    starts = moment(told, "start", rota)
    if until - max(starts or now, now) > LONGEST:
        raise Unwanted("Un remplacement dure un an au plus : faites-en plusieurs.")
    return rota_proposals.override(book, rota, layer, engineer, starts, until, kind, now)


def _chosen(told: dict[str, str], name: str) -> datetime | None:
    """A turn of the list, by its first instant."""
    try:
        at = datetime.fromisoformat(told.get(name, ""))
    except ValueError:
        return None
    return at if at.tzinfo and 2000 < at.year < 2100 else None


def _start(told: dict[str, str], rota: Rota) -> datetime | None:
    try:
        return moment(told, "start", rota)
    except Unwanted:
        return None


def _differences(book: Directory, proposal: Proposal) -> Iterator[dict[str, Any]]:
    for difference in proposal.differences():
        told = {
            title: [(segment, [face(book, code) for code in segment.engineers], labels.reason(book, segment))
                    for segment in segments]
            for title, segments in (("avant", difference.before), ("après", difference.after))
        }  # fmt: skip
        yield {"rota": difference.rota, "layer": difference.layer, "told": told}


# ---------------------------------------------------------------- the line of time
def monday(written: str, now: datetime, book: Directory) -> date:
    """Of the week that a date lies in; of this one when nothing sensible is written."""
    day = _day(written, now, book)
    return day - timedelta(days=day.weekday())


def _first(written: str, weeks: int, now: datetime, book: Directory) -> date:
    """A week begins with the day that is asked for, or today: on a Sunday, it is the next days that matter."""
    return _day(written, now, book) if weeks == 1 else monday(written, now, book)


def _day(written: str, now: datetime, book: Directory) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = now.astimezone(book.zone).date()
    return min(max(day, date(2001, 1, 1)), date(2098, 1, 1))


def _address(first: date, weeks: int) -> str:
    return f"{url_for('console.rota', weeks=weeks)}&from={first}"


def _months(days: Sequence[date]) -> list[tuple[date, int]]:
    """Each month by its first day that is shown, and how many are."""
    found = [list(group) for _, group in groupby(days, key=lambda day: (day.year, day.month))]
    return [(group[0], len(group)) for group in found]


def _closures(book: Directory, days: Sequence[date]) -> list[Closure]:
    """Those that touch the days."""
    begins, ends = (datetime.combine(day, datetime.min.time()) for day in (days[0], days[-1] + timedelta(days=1)))
    return [each for each in book.directory.closures if each.starts < ends and begins < each.until]


def _laid(book: Directory, page: Page, layers: rotas.Layers, now: datetime) -> Laid:
    rota, starts, until, place = page.rota, page.starts, page.until, page.place
    closed = coverage_checks.closed_for(book, rota.code, starts, until)
    return Laid(
        rota=rota, entities=book.entities_of(rota.code), layers=page.rows(book, layers),
        closed=[(place(begins), round(place(ends) - place(begins), 3)) for begins, ends in closed],
        now=place(now) if starts <= now < until else None, may_change=rota_rights.may_change(current_user, book, rota),
        may_edit=rota_rights.keeps(current_user, book, rota),
    )  # fmt: skip
