"""Home: who is on call now, entity by entity, and why; what goes on; how the line is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr import standing_by, words
from ivr.book import Book
from ivr.directory import Entity
from ivr.hours import Closed, Open
from oncall.rotas import REACH
from storage import accounts, board, health
from storage.accounts import Role
from tickets.states import UNFINISHED
from web.console.faces import Face, face
from web.outside import Outside


@dataclass(frozen=True, slots=True)
class Layer:
    name: str
    faces: list[Face]
    reason: str
    until: datetime | None
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """An entity at this moment."""

    entity: Entity
    is_open: bool
    until: datetime | None
    why: str
    layers: list[Layer]


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
        names = accounts.names(db)
        return {
            "now": now,
            "standings": [_standing(book, entity, now) for entity in book.directory.entities],
            "alerts": [_alert(book, alert) for alert in board.alerts(db)],
            "counted": board.counted(db, current_user.who, now),
            "newest": board.newest(db, UNFINISHED),
            "health": _health(db, now),
            "book": book,
            "face": lambda code: face(book, code, names),
        }


def _standing(book: Book, entity: Entity, now: datetime) -> Standing:
    judged = book.judge(book.line(""), entity, now)
    is_open = isinstance(judged, Open)
    layers = [
        Layer(
            name=name,
            faces=[face(book, code) for code in segment.engineers],
            reason=standing_by.reason(book, segment),
            until=segment.until if segment.until < now + REACH else None,
            is_gap=standing_by.is_gap(segment),
        )
        for name, segment in standing_by.layers(book, entity, now)
    ]
    why = judged.name if isinstance(judged, Closed) and judged.name else ""
    return Standing(entity, is_open, judged.until if isinstance(judged, Open) else judged.reopens, why, layers)


def _alert(book: Book, alert: board.Alert) -> dict[str, Any]:
    client = book.client(alert.ticket.client or "")
    last = alert.last
    return {
        "ticket": alert.ticket,
        "client": client.name if client else alert.ticket.client or "",
        "since": alert.page.opened_at,
        "step": alert.page.step + 1,
        "steps": len(alert.page.policy["steps"]),
        "last": face(book, last.engineer) if last else None,
        "how": words.word(words.CHANNELS, last.channel) if last else "",
        "state": words.word(words.ATTEMPTS, last.state) if last else "",
    }


def _health(db: Connection, now: datetime) -> dict[str, Any]:
    late = {words.word(words.WORK, kind): count for kind, count in health.late(db, now).items() if count}
    return {
        "trouble": health.trouble(db, now), "late": late, "beat": health.last_beat(db),
        "last_call": board.last_call(db), "calls": board.calls_since(db, now),
    }  # fmt: skip
