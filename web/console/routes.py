"""All pages of the console under one name."""

from flask import Blueprint

from web.console import accounts, calls, days, directory, home, me, rota, ticket, tickets, year
from web.console.editing import routes as editing
from web.outside import Outside


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("console", __name__)
    for subject in (home, tickets, ticket, calls, rota, year, directory, days, editing, me, accounts):
        subject.add(routes, outside)
    return routes
