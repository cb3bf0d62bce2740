"""Home: who is on call now, entity by entity, and why; what goes on; how the line is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from directory.hours import Closed, Open
from directory.index import Directory
from directory.model import Entity
from notifications import labels
from oncall import coverage
from oncall.gaps import Gap
from oncall.reachability import is_reachable
from oncall.rotas import REACH, Segment
from storage import health
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.calls import call_log
from storage.tickets import open_now, search
from storage.tickets.search import Wanted
from tickets.states import ONGOING
from web.console import moments
from web.console.faces import Face, face
from web.console.rotas import rota_rights
from web.console.tickets.call_log import period
from web.outside import Outside

# How a figure is called, and what is asked of the list that it counts and leads to.
FIGURES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("à prendre", {"state": "open"}),
    ("en retard", {"state": "late"}),
    ("à clôturer", {"state": "to_close"}),
    ("à vous", {"state": "unfinished", "mine": "1"}),
)
AHEAD = timedelta(days=8)  # holes are told so long before; a week has all the hours of a layer


@dataclass(frozen=True, slots=True)
class Layer:
    name: str
    faces: list[Face]
    reason: str
    until: datetime | None
    is_gap: bool  # somebody should be there now
    is_known: bool  # to the rota; its step is skipped otherwise


@dataclass(frozen=True, slots=True)
class Hole:
    """The next hours for which somebody is missing."""

    layer: str
    starts: datetime
    until: datetime
    fill: str  # the address of the form, for those who may


@dataclass(frozen=True, slots=True)
class EntityStatus:
    """An entity at this moment."""

    entity: Entity
    is_open: bool
    until: datetime | None
    why: str
    layers: list[Layer]
    hole: Hole | None
    has_nobody: bool  # now: nobody would be woken by any layer


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/")
    def home() -> str | Response:
        if Role.CLIENT in current_user.held:
            return redirect(url_for("portal.requests"))
        return render_template("console/home.html", **_shown(outside))

    @routes.get("/now")
    def now() -> str:
        """The part of home that looks again by itself."""
        return render_template("console/now.html", **_shown(outside))


def _shown(outside: Outside) -> dict[str, Any]:
    now = outside.clock()
    with outside.database.read() as db:
        book = outside.shelf.newest(db)
        names = accounts.names(db, book)
        return {
            "now": now,
            "standings": [_standing(book, entity, now) for entity in book.directory.entities],
            "alerts": [_alert(book, alert) for alert in open_now.alerts(db)],
            "figures": list(_figures(db, now)),
            "newest": open_now.newest(db, ONGOING),
            "health": _health(db, book, now),
            "book": book,
            "face": lambda code: face(book, code, names),
        }


def _figures(db: Connection, now: datetime) -> Iterator[tuple[str, int, str]]:
    """What is counted, how many, and where they are listed."""
    for said, asked in FIGURES:
        wanted = Wanted(state=asked["state"], holder=current_user.who if "mine" in asked else "")
        yield said, search.count(db, wanted, now), url_for("console.tickets", **asked)


def _standing(book: Directory, entity: Entity, now: datetime) -> EntityStatus:
    judged = book.judge(book.line(""), entity, now)
    is_open = isinstance(judged, Open)
    holes = coverage.holes(book, entity, now, now + AHEAD)
    missing = {gap.layer for gap in holes if gap.starts <= now}
    found = coverage.layers(book, entity, now)
    layers = [_layer(book, entity, name, segment, missing, now) for name, segment in found]
    woken = [book.engineer(code) for _, segment in found for code in segment.engineers]
    why = judged.name if isinstance(judged, Closed) and judged.name else ""
    return EntityStatus(
        entity, is_open, judged.until if isinstance(judged, Open) else judged.reopens, why, layers,
        _hole(book, entity, holes[0], now) if holes else None,
        has_nobody=bool(missing) and not any(map(is_reachable, woken)),
    )  # fmt: skip


def _layer(book: Directory, entity: Entity, name: str, segment: Segment, missing: set[str], now: datetime) -> Layer:
    rota = book.rota(entity.rota)
    return Layer(
        name=name,
        faces=[face(book, code) for code in segment.engineers],
        reason=labels.reason(book, segment),
        until=segment.until if segment.until < now + REACH else None,
        is_gap=name in missing,
        is_known=rota is not None and rota.layer(name) is not None,
    )


def _hole(book: Directory, entity: Entity, gap: Gap, now: datetime) -> Hole:
    rota, layer = book.rota(entity.rota), gap.layer or coverage.filled_in(book, entity)
    fill = ""
    if rota and layer and rota_rights.may_change(current_user, book, rota):
        starts, until = (at.astimezone(ZoneInfo(rota.timezone)) for at in (gap.starts, gap.until))
        fill = (
            url_for("console.change_rota", code=rota.code, layer=layer)
            + f"?{urlencode(moments.asked(starts, until, now))}"
        )
    return Hole(gap.layer, gap.starts, gap.until, fill)


def _alert(book: Directory, alert: open_now.Alert) -> dict[str, Any]:
    client = book.client(alert.ticket.client or "")
    last = alert.last
    return {
        "ticket": alert.ticket,
        "client": client.name if client else alert.ticket.client or "",
        "since": alert.page.opened_at,
        "reaches_nobody": alert.page.nobody_since is not None,
        "left_to_desk": alert.page.desk_told_at is not None,
        "step": alert.page.step + 1,
        "steps": len(alert.page.policy["steps"]),
        "last": face(book, last.engineer) if last else None,
        "how": labels.word(labels.CHANNELS, last.channel) if last else "",
        "state": labels.word(labels.ATTEMPTS, last.state) if last else "",
    }


def _health(db: Connection, book: Directory, now: datetime) -> dict[str, Any]:
    late = {labels.so_many(kind, count): count for kind, count in health.late(db, now).items() if count}
    yesterday = (book.day(now) - timedelta(days=1)).isoformat()
    since, _ = period(book, yesterday, "")
    return {
        "trouble": health.trouble(db, now), "late": late, "beat": health.last_beat(db),
        "last_call": open_now.last_call(db), "since": yesterday,
        "calls": call_log.count(db, call_log.Wanted(since=since)),
    }  # fmt: skip
