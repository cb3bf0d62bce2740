"""The call log: the missed ones first; who called, what was asked and pressed, how it ended."""

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from directory.index import Directory
from directory.local_time import instant
from ivr.call import Call
from ivr.limits import What
from notifications import labels
from storage.accounts import accounts
from storage.calls import call_log, tallies
from storage.calls.call_log import Wanted
from storage.models import TurnRow
from web.console.tickets.call_heard import heard
from web.languages import gettext
from web.outside import Outside
from web.params import number, text, whole

OUTCOMES = {"abandoned": "abandonné", "answered": "répondu", "message": "message", "joined": "joint à un ticket"}
HELD = {
    What.TEXT: "SMS de référence non envoyé : trop d'envois à ce numéro",
    What.TICKET: "joint au ticket précédent : trop de tickets de ce numéro",
    What.WAKE: "astreinte non réveillée de nouveau : elle venait de l'être",
    What.MAIL: "message annoncé au support avec les suivants",
    What.CODE: "un seul essai : trop de codes erronés",
}
SOUGHT = ("q", "entity", "outcome", "step", "hour", "from", "until")


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/calls")
    def calls() -> str:
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            found = call_log.find(db, _wanted(book))
            sought = {name: text(name, 40) for name in SOUGHT}
            missed = () if any(sought.values()) or found.page > 1 else call_log.missed(db, now)
            names = accounts.names(db, book)
        return render_template(
            "console/calls.html", found=found, missed=missed, sought=sought, book=book, outcomes=OUTCOMES,
            stages=labels.STAGES, turned=_turned, names=names,
        )  # fmt: skip

    @routes.get("/calls/<sid>")
    def call(sid: str) -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            row = call_log.row(db, sid)
            if row is None:
                abort(HTTPStatus.NOT_FOUND)
            turns = db.execute(select(TurnRow.__table__).where(TurnRow.call == sid).order_by(TurnRow.number)).all()
            names, held = accounts.names(db, book), tallies.held_on(db, sid)
        return render_template(
            "console/call.html", held=[HELD[What(each.what)] for each in held],
            row=row, turns=turns, book=book, outcomes=OUTCOMES, stages=labels.STAGES,
            events=labels.CALL_EVENTS, names=names, client=_client(book, row, turns), heard=heard(turns),
        )  # fmt: skip

    @routes.post("/calls/<sid>")
    def call_handled(sid: str) -> Response:
        """Somebody has called back."""
        with outside.database.read() as db:
            if call_log.row(db, sid) is None:
                abort(HTTPStatus.NOT_FOUND)
        with outside.database.begin() as db:
            done = call_log.handle(db, sid, current_user.who, outside.clock())
        said = gettext("Noté : rappelé.") if done else gettext("Cet appel n'attend personne.")
        flash(said, "done" if done else "refused")
        return redirect(url_for("console.calls"), HTTPStatus.SEE_OTHER)


def period(book: Directory, since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """Two days, both included, as instants by the line's clock; none for what is no day."""
    found: list[datetime | None] = []
    for written, more in ((since, 0), (until, 1)):
        try:
            day = date.fromisoformat(written)
            found.append(instant(datetime.combine(day + timedelta(days=more), time()), book.zone.key))
        except (ValueError, OverflowError):
            found.append(None)
    return found[0], found[1]


def _wanted(book: Directory) -> Wanted:
    since, until = period(book, text("from", 10), text("until", 10))
    hour = text("hour", 2)
    return Wanted(
        text=text("q", 40), entity=text("entity", 60), outcome=text("outcome", 12), step=text("step", 20),
        hour=whole(hour) if hour.isascii() and hour.isdigit() else None, since=since, until=until, page=number("page"),
    )  # fmt: skip


def _client(book: Directory, row: Any, turns: Any) -> str:
    """Whose call it was, as the call has found out; else by its number."""
    known = Call.from_json(
        turns[-1].state if turns else {}, sid=row.sid, line=row.line, caller=row.caller, started_at=row.started_at,
        ticket=row.ticket,
    ).client  # fmt: skip
    client = book.client(known) if known else book.client_of(row.caller)
    return client.name if client else ""


def _turned(page: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return f"{request.path}?{urlencode(kept | {'page': str(page)})}"
