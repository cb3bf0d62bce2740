"""Standby month by month: hours, work, rest, what it is worth; looked at while it goes on, issued when it is over."""

from flask import Blueprint

from web.console.standby import issuing, months, work
from web.outside import Outside


def add(routes: Blueprint, outside: Outside) -> None:
    months.add(routes, outside)
    work.add(routes, outside)
    issuing.add(routes, outside)
