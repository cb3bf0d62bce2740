"""All pages of the console under one name."""

from flask import Blueprint

from web.console import accounts, calls, directory, home, me, rota, ticket, tickets, year
from web.outside import Outside


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("console", __name__)
    for subject in (home, tickets, ticket, calls, rota, year, directory, me, accounts):
        subject.add(routes, outside)
    return routes
