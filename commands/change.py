"""A change request on a terminal: sized, studied, planned, made or refused."""

from datetime import datetime

import click

from commands.ticket import doing, done
from services import change_requests


def size(typed: str, who: str, size: str, support_level: int | None, manager: str) -> None:
    with doing(typed, who) as it:
        if size == change_requests.MINOR:
            change_requests.size_minor(it.db, it.book, it.ticket, it.who, it.now, support_level or 0)
        else:
            change_requests.size_major(it.db, it.book, it.ticket, it.who, it.now, manager)
        done(it)


def study(typed: str, who: str, text: str) -> None:
    with doing(typed, who) as it:
        change_requests.study(it.db, it.ticket, it.who, it.now, text)
        done(it)


def plan(typed: str, who: str, starts: datetime, until: datetime, text: str) -> None:
    with doing(typed, who) as it:
        change_requests.plan(it.db, it.book, it.ticket, it.who, it.now, starts, until, text)
        done(it)
    click.echo("Le planning part au client.")


def refuse(typed: str, who: str, reason: str) -> None:
    with doing(typed, who) as it:
        change_requests.refuse(it.db, it.book, it.ticket, it.who, it.now, reason)
        done(it)
