"""All pages of the console under one name."""

from flask import Blueprint

from web.console import accounts, calls, days, directory, handovers, home, me, rota, ticket, tickets, wall, year
from web.console.editing import routes as editing
from web.outside import Outside


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("console", __name__)
    for subject in (home, tickets, ticket, calls, rota, handovers, wall, year, directory, days, editing, me, accounts):
        subject.add(routes, outside)
    return routes
