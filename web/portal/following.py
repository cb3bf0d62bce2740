"""A client follows its tickets: what happened, what was promised, the closure report."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, render_template
from flask_login import current_user
from sqlalchemy import Connection, Row

from ivr import wording
from storage import clocks, escalating, letters, reports, tickets
from tickets.closure import parts
from tickets.moves import may_escalate
from tickets.states import FINAL, Kind, State
from web.audio import Sounds
from web.outside import Outside
from web.portal import telling, theirs
from web.portal.declaring import urgent
from web.serving import attached, file
from web.spoken import wall

CLOSED = frozenset({State.CLOSED, State.ARCHIVED})


def add(routes: Blueprint, outside: Outside) -> None:
    sounds = Sounds(outside)

    @routes.get("/")
    def requests() -> str:
        with outside.database.read() as db:
            book, rows = outside.shelf.newest(db), theirs.listed(db)
        client = book.client(current_user.client or "")
        shown = {"rows": rows, "client": client, "kinds": wording.KINDS, **urgent(book, client, outside)}
        return render_template("portal/requests.html", **shown)

    @routes.get("/<reference>")
    def request_(reference: str) -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            return render_template("portal/request.html", **_shown(outside, db, theirs.found(db, book, reference)))

    @routes.get("/<reference>/bilan.pdf")
    def report(reference: str) -> Response:
        from printing import report as paper  # slow to import, and needed seldom

        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            row = theirs.found(db, book, reference)
            if row.state not in CLOSED:
                abort(HTTPStatus.NOT_FOUND)
            page = paper.pdf(tickets.about(book, row), row.kind, reports.read(db, row.reference), book)
        return file(page, "application/pdf", f"bilan-{row.reference}.pdf")

    @routes.get("/<reference>/files/<int(max=999999999):number>")
    def attachment(reference: str, number: int) -> Response:
        """Of the portal and their own mail; what somebody else wrote on the ticket is not shown."""
        with outside.database.read() as db:
            row = theirs.found(db, outside.shelf.newest(db), reference)
            one = next((each for each in _files(db, row) if each.id == number), None)
        if one is None:
            abort(HTTPStatus.NOT_FOUND)
        return attached(sounds, one)


def _files(db: Connection, row: Row[Any]) -> list[Row[Any]]:
    vouched = {None} | {letter.id for letter in letters.of_ticket(db, row.reference) if letter.verified}
    return [each for each in letters.attachments(db, row.reference) if each.letter in vouched]


def _shown(outside: Outside, db: Connection, row: Row[Any]) -> dict[str, Any]:
    now = outside.clock()
    book = outside.shelf.for_ticket(db, row)
    measured = clocks.measured(db, book, row, now)
    state = State(row.state)

    def moment(at: datetime) -> str:
        return wall(at.astimezone(book.zone), "EEEE d MMMM, HH:mm")

    return {
        "ticket": row, "kinds": wording.KINDS, "parts": parts(Kind(row.kind)), "client": book.client(row.client or ""),
        "waits": telling.now_of(book, row, now), "plan": telling.plan_of(db, row),
        "escalations": escalating.history(db, book, row, now), "entity": book.known_entity(row.entity),
        "happened": telling.happened(db, row, moment), "files": _files(db, row),
        "promises": {clock: promise for clock, promise in measured.promises.items() if promise},
        "report": reports.read(db, row.reference) if state in CLOSED else None,
        "may_answer": state not in FINAL, "may_escalate": may_escalate(Kind(row.kind), state),
    }  # fmt: skip
