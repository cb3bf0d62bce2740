"""All pages of the console under one name."""

from flask import Blueprint

from web.console import accounts, directory, home, me, standby, what_if
from web.console.editing import routes as editing
from web.console.reporting import routes as reports
from web.console.rotas import opening_days, rota, turn_requests, wall, year
from web.console.sight import seen
from web.console.tickets import call_figures, call_log, proof, ticket, ticket_list
from web.outside import Outside

SUBJECTS = (
    home, ticket_list, ticket, proof, call_figures, call_log, reports, rota, turn_requests, wall, standby, year,
    directory, opening_days, what_if, editing, me, accounts,
)  # fmt: skip


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("console", __name__)
    outside = seen(outside)
    for subject in SUBJECTS:
        subject.add(routes, outside)
    return routes
