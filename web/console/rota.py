"""The rotas on a line of time: a week or four, a row a layer; a change is seen before it is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ivr import feasts, lateness, proposals, standing_by, watch
from ivr.book import Book
from ivr.directory import Entity
from ivr.proposals import Proposal, Unwanted
from oncall.rotas import Kind, Rota, Segment
from oncall.wall import instant
from storage import rotas, versions
from storage.versions import Why
from web.console import handovers, rights
from web.console.announcing import Announced
from web.console.directory import CHANGED_MEANWHILE
from web.console.faces import Face, face
from web.console.moments import moment
from web.languages import gettext
from web.outside import Outside
from web.paging import whole

LONGEST = timedelta(days=366)
NARROW = 4.0  # percent of the width under which a bar shows initials


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A piece of a row, placed in percent of its width."""

    left: float
    width: float
    segment: Segment
    faces: list[Face]
    reason: str
    is_gap: bool
    starts: datetime
    until: datetime

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW

    def asked(self, now: datetime) -> dict[str, str]:
        """What a form that changes it begins with: the rest of it."""
        edges = {"until": self.until} if self.starts <= now else {"start": self.starts, "until": self.until}
        days = {f"{edge}_day": at.date().isoformat() for edge, at in edges.items()}
        return days | {f"{edge}_time": f"{at:%H:%M}" for edge, at in edges.items()} | {"look": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One rota over the days that are looked at."""

    rota: Rota
    entities: Sequence[Entity]
    layers: dict[str, list[Bar]]
    closed: list[tuple[float, float]]  # when one of its entities is closed
    now: float | None
    may_change: bool
    may_edit: bool  # its layers


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/rota")
    def rota() -> str:
        now = outside.clock()
        weeks = 4 if request.args.get("weeks") == "4" else 1
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            first = monday(request.args.get("from", ""), now, book)
            days = [first + timedelta(days=day) for day in range(7 * weeks)]
            laid = [
                _laid(book, each, rotas.resolved(db, outside.shelf, each, *span(each, days)), days, now)
                for each in book.directory.rotas
            ]
            asked = handovers.waiting(db, outside, book, now)
        turned = {
            "before": _address(first - timedelta(weeks=weeks), weeks),
            "after": _address(first + timedelta(weeks=weeks), weeks),
        }
        code = book.organisation.holidays
        holidays = {day: name for day in days if (name := feasts.name_of(code, day))}
        return render_template(
            "console/rota.html", laid=laid, days=days, weeks=weeks, turned=turned, today=book.day(now),
            holidays=holidays, book=book, now=now, first=first, asked=asked, gaps=list(_gaps(laid, now)),
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
        if not rights.may_change(current_user, book, found):
            abort(HTTPStatus.FORBIDDEN)
        try:
            if "look" not in told and ("until_day" in told or "other_day" in told):
                proposal = _proposed(book, found, layer, told, now)
                proposal.differences()  # or Unwanted
                announced = Announced.of(lateness.late(book, proposal.new, now + versions.PUBLISHED_AFTER))
                shown_ |= {"differences": list(_differences(book, proposal)), "doubts": proposal.doubts()}
                shown_ |= {"announced": announced}
                if request.method == "POST":
                    return _kept(outside, proposal, told, now, code, announced.why(told))
        except Unwanted as refusal:
            shown_["refusal"] = refusal.said
        return render_template(
            "console/change_rota.html", only_me=not rights.keeps(current_user, book, found),
            colleagues=handovers.colleagues(book, found), face=lambda code: face(book, code),
            backs=handovers.in_return(book, found, layer, current_user.engineer, now), **shown_,
        )  # fmt: skip


def _gaps(laid: Sequence[Laid], now: datetime) -> Iterator[tuple[Laid, str, Bar]]:
    """Hours to come that have nobody, each with its rota and layer."""
    for one in laid:
        for name, bars in one.layers.items():
            yield from ((one, name, bar) for bar in bars if bar.is_gap and bar.until > now)


def _kept(outside: Outside, proposal: Proposal, told: dict[str, str], now: datetime, code: str, why: Why) -> Response:
    with outside.database.begin() as db:
        kept = versions.succeed(db, whole(told.get("seen", "")), proposal.new, now, current_user.who, why)
    if not kept:
        raise Unwanted(CHANGED_MEANWHILE)
    flash(gettext("Planning changé. Les personnes concernées l'apprennent."), "done")
    return redirect(url_for("console.rota") + f"#{code}", HTTPStatus.SEE_OTHER)


# ---------------------------------------------------------------- what would change
def _proposed(book: Book, rota: Rota, layer: str, told: dict[str, str], now: datetime) -> Proposal:
    """Raises Unwanted."""
    if told.get("act") == "swap":
        if not rights.keeps(current_user, book, rota):
            raise Unwanted("Un échange se demande à qui tient le planning ; vous pouvez prendre un tour.")
        one, other = moment(told, "start", rota), moment(told, "other", rota)
        if one is None or other is None:
            raise Unwanted("Donnez un instant de chacun des deux tours.")
        return proposals.swap(book, rota, layer, one, other, now)
    engineer = told.get("engineer", "")
    if engineer and book.engineer(engineer) is None:
        raise Unwanted("Cette personne n'est pas dans l'annuaire.")
    kind = Kind(told["kind"]) if told.get("kind") in list(Kind) else Kind.REPLACE
    if not rights.keeps(current_user, book, rota) and (engineer != current_user.engineer or kind is Kind.REMOVE):
        raise Unwanted("Vous pouvez prendre un tour vous-même ; pour le reste, demandez à qui tient le planning.")
    until = moment(told, "until", rota)
    if until is None:
        raise Unwanted("Donnez la fin du remplacement.")
    starts = moment(told, "start", rota)
    if until - max(starts or now, now) > LONGEST:
        raise Unwanted("Un remplacement dure un an au plus : faites-en plusieurs.")
    return proposals.override(book, rota, layer, engineer, starts, until, kind, now)


def _differences(book: Book, proposal: Proposal) -> Iterator[dict[str, Any]]:
    for difference in proposal.differences():
        told = {
            title: [(segment, [face(book, code) for code in segment.engineers], standing_by.reason(book, segment))
                    for segment in segments]
            for title, segments in (("avant", difference.before), ("après", difference.after))
        }  # fmt: skip
        yield {"rota": difference.rota, "layer": difference.layer, "told": told}


# ---------------------------------------------------------------- the line of time
def monday(written: str, now: datetime, book: Book) -> date:
    """Of the week that a date lies in; of this one when nothing sensible is written."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = now.astimezone(book.zone).date()
    day = min(max(day, date(2001, 1, 1)), date(2098, 1, 1))
    return day - timedelta(days=day.weekday())


def _address(first: date, weeks: int) -> str:
    return f"{url_for('console.rota', weeks=weeks)}&from={first}"


def span(rota: Rota, days: Sequence[date]) -> tuple[datetime, datetime]:
    """From the first to the end of the last, whole days of the rota's clock."""
    edges = (days[0], days[-1] + timedelta(days=1))
    starts, until = (instant(datetime.combine(day, datetime.min.time()), rota.timezone) for day in edges)
    return starts, until


def _laid(book: Book, rota: Rota, layers: rotas.Layers, days: Sequence[date], now: datetime) -> Laid:
    starts, until = span(rota, days)
    whole = (until - starts).total_seconds()

    def place(at: datetime) -> float:
        return round(100 * (at - starts).total_seconds() / whole, 3)

    zone = ZoneInfo(rota.timezone)
    bars = {
        name: [
            Bar(
                left=place(segment.starts), width=round(place(segment.until) - place(segment.starts), 3),
                segment=segment, faces=[face(book, code) for code in segment.engineers],
                reason=standing_by.reason(book, segment), is_gap=standing_by.is_gap(segment),
                starts=segment.starts.astimezone(zone), until=segment.until.astimezone(zone),
            )
            for segment in segments
        ]
        for name, segments in layers.items()
    }  # fmt: skip
    closed = watch.closed_for(book, rota.code, starts, until)
    return Laid(
        rota=rota, entities=book.entities_of(rota.code), layers=bars,
        closed=[(place(begins), round(place(ends) - place(begins), 3)) for begins, ends in closed],
        now=place(now) if starts <= now < until else None, may_change=rights.may_change(current_user, book, rota),
        may_edit=rights.keeps(current_user, book, rota),
    )  # fmt: skip
