"""Work on standby, as it is declared, corrected, withdrawn."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from directory.index import Directory
from directory.local_time import instant
from storage.standby import interventions
from storage.standby.interventions import Declared
from storage.tickets import summaries
from tickets import reference as references
from translatable import Refused
from web.console.standby.asking import done, found
from web.languages import gettext
from web.outside import Outside
from web.params import wall_clock, whole


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.post("/standby/<engineer>/<month>/interventions")
    def declare_work(engineer: str, month: str) -> Response:
        """Added, or instead of what was declared before."""
        book, _, when = found(outside, engineer, month)

        def does(db: Connection) -> str:
            replaces = whole(request.form.get("replaces", "")) or None
            if replaces is not None:
                _own(db, engineer, replaces)
            said = _declared(book, engineer)
            if said.ticket and summaries.find(db, said.ticket) is None:
                raise Refused("Ce ticket n'existe pas.")
            interventions.declare(db, said, current_user.who, outside.clock(), replaces)
            starts, ends = when.edges(str(book.zone))
            if not starts <= said.starts < ends:
                return gettext("Intervention enregistrée, dans le mois où elle commence.")
            return gettext("Intervention enregistrée.")

        return done(outside, engineer, when, does)

    @routes.post("/standby/<engineer>/<month>/interventions/<int(max=999999999):number>")
    def withdraw_work(engineer: str, month: str, number: int) -> Response:
        _, _, when = found(outside, engineer, month)

        def does(db: Connection) -> str:
            interventions.withdraw(db, _own(db, engineer, number), current_user.who, outside.clock())
            return gettext("Intervention retirée.")

        return done(outside, engineer, when, does)


def _own(db: Connection, engineer: str, number: int) -> Row[Any]:
    row = interventions.find(db, number)
    if row is None or row.engineer != engineer:
        raise Refused("Cette intervention a été corrigée entre-temps : reprenez la page.")
    return row


def _declared(book: Directory, engineer: str) -> Declared:
    """Raises Refused."""
    form = request.form
    starts, until = _edge("start", book), _edge("until", book)
    if until <= starts and "start_again" not in form:  # the night on which a time is shown twice
        until = _edge("until", book, last=True)
    written, travel = (form.get(name, "").strip() for name in ("ticket", "travel"))
    ticket = references.parse(written, book.organisation.ticket_prefix) if written else ""
    if ticket is None:
        raise Refused("Cette référence de ticket ne se lit pas.")
    if travel and str(whole(travel)) != travel.lstrip("0").rjust(1, "0"):
        raise Refused("Le trajet se dit en minutes entières : 30.")
    return Declared(
        engineer=engineer, ticket=ticket, starts=starts, until=until, travel=whole(travel), on_site="on_site" in form
    )


def _edge(name: str, book: Directory, *, last: bool = False) -> datetime:
    """Two fields, and a box for the second time that the clock shows it. Raises Refused."""
    form = request.form
    wall = wall_clock(form.get(f"{name}_day", ""), form.get(f"{name}_time", ""))
    if wall is None:
        raise Refused("La date ou l'heure ne se lit pas : 2026-12-24, 18:30.")
    return instant(wall, str(book.zone), last=last or f"{name}_again" in form)
