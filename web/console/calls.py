"""The call log: who called, what was asked and pressed, how it ended; the missed ones stand out."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Connection, Row, select

from ivr.call import Call
from storage import search
from storage.models import CallRow, TurnRow
from web.outside import Outside
from web.paging import number, text

OUTCOMES = {"abandoned": "abandonné", "answered": "répondu", "message": "message", "joined": "joint à un ticket"}


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/calls")
    def calls() -> str:
        sought = text("q", 40)
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            found = search.calls(db, sought, number("page"))
            told = [(row, _call(db, row)) for row in found.rows]
        return render_template(
            "console/calls.html", found=found, told=told, sought=sought, book=book, outcomes=OUTCOMES, turned=_turned
        )

    @routes.get("/calls/<sid>")
    def call(sid: str) -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            row = db.execute(select(CallRow.__table__).where(CallRow.sid == sid)).one_or_none()
            if row is None:
                abort(HTTPStatus.NOT_FOUND)
            turns = db.execute(select(TurnRow.__table__).where(TurnRow.call == sid).order_by(TurnRow.number)).all()
            told = _call(db, row)
        return render_template("console/call.html", row=row, call=told, turns=turns, book=book, outcomes=OUTCOMES)


def _call(db: Connection, row: Row[Any]) -> Call:
    """As it ended: its last turn has all that was known."""
    last = select(TurnRow.state).where(TurnRow.call == row.sid).order_by(TurnRow.number.desc()).limit(1)
    state = db.execute(last).scalar() or {}
    return Call.from_json(
        state, sid=row.sid, line=row.line, caller=row.caller, started_at=row.started_at, ticket=row.ticket
    )


def _turned(page: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return f"{request.path}?{urlencode(kept | {'page': str(page)})}"
