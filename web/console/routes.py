"""All pages of the console under one name."""

from flask import Blueprint

from web.console import (
    accounts,
    call_figures,
    calls,
    days,
    directory,
    handovers,
    home,
    me,
    proof,
    rota,
    standby,
    ticket,
    tickets,
    wall,
    what_if,
    year,
)
from web.console.editing import routes as editing
from web.console.reporting import routes as reports
from web.console.sight import seen
from web.outside import Outside

SUBJECTS = (
    home, tickets, ticket, proof, call_figures, calls, reports, rota, handovers, wall, standby, year, directory, days,
    what_if, editing, me, accounts,
)  # fmt: skip


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("console", __name__)
    outside = seen(outside)
    for subject in SUBJECTS:
        subject.add(routes, outside)
    return routes
