"""A client follows its tickets: what happened, what was promised, the closure report."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, render_template
from flask_login import current_user
from sqlalchemy import Connection, Row

from notifications import texts
from services import hierarchy_escalation
from storage.mail import inbound_mail
from storage.tickets import closure_reports, sla_clocks, summaries
from tickets.closure import parts
from tickets.states import FINAL, Kind, State
from tickets.transitions import may_escalate
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
        shown = {"rows": rows, "client": client, "kinds": texts.KINDS, **urgent(book, client, outside)}
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
            page = paper.pdf(summaries.about(book, row), row.kind, closure_reports.read(db, row.reference), book)
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
    vouched = {None} | {letter.id for letter in inbound_mail.of_ticket(db, row.reference) if letter.verified}
    return [each for each in inbound_mail.attachments(db, row.reference) if each.letter in vouched]


def _shown(outside: Outside, db: Connection, row: Row[Any]) -> dict[str, Any]:
    now = outside.clock()
    book = outside.shelf.for_ticket(db, row)
    measured = sla_clocks.measured(db, book, row, now)
    state = State(row.state)

    def moment(at: datetime) -> str:
        return wall(at.astimezone(book.zone), "EEEE d MMMM, HH:mm")

    return {
        "ticket": row, "kinds": texts.KINDS, "parts": parts(Kind(row.kind)), "client": book.client(row.client or ""),
        "waits": telling.now_of(book, row, now), "plan": telling.plan_of(db, row),
        "escalations": hierarchy_escalation.history(db, book, row, now), "entity": book.known_entity(row.entity),
        "happened": telling.happened(db, row, moment), "files": _files(db, row),
        "promises": {clock: promise for clock, promise in measured.promises.items() if promise},
        "report": closure_reports.read(db, row.reference) if state in CLOSED else None,
        "may_answer": state not in FINAL, "may_escalate": may_escalate(Kind(row.kind), state),
    }  # fmt: skip
